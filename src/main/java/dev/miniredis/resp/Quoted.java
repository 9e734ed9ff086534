package dev.miniredis.resp;

/** Quotes bytes and escapes all but printable ASCII, as Redis's {@code sdscatrepr}. */
public final class Quoted {
    private Quoted() {}

    /** Appends bytes in quotes, in a form that {@link InlineWords} reads. */
    public static void append(StringBuilder text, byte[] bytes, int offset, int length) {
        text.append('"');
        for (int i = offset; i < offset + length; i++) {
            append(text, bytes[i]);
        }
        text.append('"');
    }

    private static void append(StringBuilder text, byte next) {
        switch (next) {
            case '\\' -> text.append("\\\\");
            case '"' -> text.append("\\\"");
            case '\n' -> text.append("\\n");
            case '\r' -> text.append("\\r");
            case '\t' -> text.append("\\t");
            case 7 -> text.append("\\a");
            case '\b' -> text.append("\\b");
            default -> {
                if (next >= ' ' && next <= '~') {
                    text.append((char) next);
                } else {
                    text.append("\\x")
                            .append(Character.forDigit(next >> 4 & 15, 16))
                            .append(Character.forDigit(next & 15, 16));
                }
            }
        }
    }
}
