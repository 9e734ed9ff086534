package dev.miniredis.cli;

import dev.miniredis.resp.ReplyValue;
import dev.miniredis.resp.ReplyValue.Bool;
import dev.miniredis.resp.ReplyValue.Int;
import dev.miniredis.resp.ReplyValue.Items;
import dev.miniredis.resp.ReplyValue.ItemsKind;
import dev.miniredis.resp.ReplyValue.Nil;
import dev.miniredis.resp.ReplyValue.Text;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/**
 * Writes replies as {@code redis-cli} 7.0 does, byte for byte: for people ({@code (integer) 1}, quoted strings,
 * numbered items) or raw, for programs.
 *
 * <pre>
 *   1) 1) "a"            items in items: each level is as deep as its own numbers are wide
 *      2) (integer) 1
 *   2) (nil)
 *   1# "k" => "v"        a map; a value of several lines starts on a line of its own
 *   1~ "m"               a set
 * </pre>
 */
final class ReplyPrinter {
    /**
     * The commands whose replies are texts for people, printed as they are. The number is how many words the command
     * must have; 0 is any.
     */
    private static final Map<String, Integer> VERBATIM = Map.ofEntries(
            Map.entry("debug htstats", 0),
            Map.entry("debug htstats-key", 0),
            Map.entry("debug client-eviction", 0),
            Map.entry("memory malloc-stats", 0),
            Map.entry("memory doctor", 0),
            Map.entry("cluster nodes", 2),
            Map.entry("cluster info", 2),
            Map.entry("client list", 0),
            Map.entry("client info", 0),
            Map.entry("latency graph", 3),
            Map.entry("latency doctor", 2),
            Map.entry("proxy info", 0));

    private final boolean raw;

    ReplyPrinter(boolean raw) {
        this.raw = raw;
    }

    boolean isRaw() {
        return raw;
    }

    /** Whether the reply to this command is a text for people. */
    static boolean isVerbatim(CommandWords words) {
        String name = words.name(0);
        if (name.equals("info") || name.equals("lolwut")) {
            return true;
        }
        Integer size = VERBATIM.get(name + " " + words.name(1));
        return size != null && (size == 0 || size == words.size());
    }

    /** The bytes to print for a reply. */
    byte[] print(ReplyValue reply, boolean verbatim) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        if (verbatim) {
            printRaw(reply, out);
        } else if (raw) {
            printRaw(reply, out);
            out.write('\n');
        } else {
            printForPeople(reply, "", out);
            out.write('\n');
        }
        return out.toByteArray();
    }

    /** As {@link #print}, for a push of the server. */
    byte[] printPush(Items push) {
        List<ReplyValue> values = push.values();
        if (raw
                || values.size() != 2
                || !(values.get(0) instanceof Text topic)
                || !topic.toString().startsWith("invalidate")
                || !(values.get(1) instanceof Items keys)) {
            return print(push, false);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        write("-> invalidate: ", out);
        for (int i = 0; i < keys.values().size(); i++) {
            write(i == 0 ? "'" : ", '", out);
            printRaw(keys.values().get(i), out);
            out.write('\'');
        }
        out.write('\n');
        return out.toByteArray();
    }

    private void printRaw(ReplyValue reply, ByteArrayOutputStream out) {
        switch (reply) {
            case Text text -> {
                out.writeBytes(text.bytes());
                if (reply.isError()) {
                    out.write('\n');
                }
            }
            case Int number -> write(Long.toString(number.value()), out);
            case Bool bool -> write(bool.value() ? "(true)" : "(false)", out);
            case Nil nil -> {}
            case Items items -> {
                boolean map = items.kind() == ItemsKind.MAP;
                for (int i = 0; i < items.values().size(); i++) {
                    if (i > 0) {
                        out.write(map && i % 2 == 1 ? ' ' : '\n');
                    }
                    printRaw(items.values().get(i), out);
                }
            }
        }
    }

    /** Prints without the last line's end. All lines but the first start with {@code indent}. */
    private void printForPeople(ReplyValue reply, String indent, ByteArrayOutputStream out) {
        switch (reply) {
            case Text text -> printText(text, out);
            case Int number -> write("(integer) " + number.value(), out);
            case Bool bool -> write(bool.value() ? "(true)" : "(false)", out);
            case Nil nil -> write("(nil)", out);
            case Items items -> printItems(items, indent, out);
        }
    }

    private static void printText(Text text, ByteArrayOutputStream out) {
        switch (text.kind()) {
            case BULK -> quote(text.bytes(), out);
            case SIMPLE, VERBATIM -> out.writeBytes(text.bytes());
            case ERROR -> write("(error) ", text, out);
            case DOUBLE -> write("(double) ", text, out);
            case BIG_NUMBER -> write("(big number) ", text, out);
        }
    }

    private void printItems(Items items, String indent, ByteArrayOutputStream out) {
        List<ReplyValue> values = items.values();
        if (values.isEmpty()) {
            write(emptyName(items.kind()), out);
            return;
        }
        boolean map = items.kind() == ItemsKind.MAP;
        int step = map ? 2 : 1;
        int width = Integer.toString(values.size() / step).length();
        String mark = map ? "# " : items.kind() == ItemsKind.SET ? "~ " : ") ";
        String deeper = indent + " ".repeat(width + mark.length());
        for (int i = 0; i < values.size(); i += step) {
            if (i > 0) {
                write("\n" + indent, out);
            }
            String number = Integer.toString(i / step + 1);
            write(" ".repeat(width - number.length()) + number + mark, out);
            printForPeople(values.get(i), deeper, out);
            if (map) {
                write(" => ", out);
                if (takesSeveralLines(values.get(i + 1))) {
                    write("\n" + deeper, out);
                }
                printForPeople(values.get(i + 1), deeper, out);
            }
        }
    }

    private static boolean takesSeveralLines(ReplyValue reply) {
        if (!(reply instanceof Items items) || items.values().isEmpty()) {
            return false;
        }
        int step = items.kind() == ItemsKind.MAP ? 2 : 1;
        return items.values().size() > step || takesSeveralLines(items.values().getLast());
    }

    private static String emptyName(ItemsKind kind) {
        return switch (kind) {
            case ARRAY -> "(empty array)";
            case MAP -> "(empty hash)";
            case SET -> "(empty set)";
            case PUSH -> "(empty push)";
        };
    }

    /** Quoted, with escapes for all but printable ASCII, so that the output can be typed as input. */
    static void quote(byte[] bytes, ByteArrayOutputStream out) {
        out.write('"');
        for (byte next : bytes) {
            switch (next) {
                case '\\' -> write("\\\\", out);
                case '"' -> write("\\\"", out);
                case '\n' -> write("\\n", out);
                case '\r' -> write("\\r", out);
                case '\t' -> write("\\t", out);
                case 7 -> write("\\a", out);
                case '\b' -> write("\\b", out);
                default -> {
                    if (next >= ' ' && next <= '~') {
                        out.write(next);
                    } else {
                        write("\\x", out);
                        out.write(Character.forDigit(next >> 4 & 15, 16));
                        out.write(Character.forDigit(next & 15, 16));
                    }
                }
            }
        }
        out.write('"');
    }

    private static void write(String prefix, Text text, ByteArrayOutputStream out) {
        write(prefix, out);
        out.writeBytes(text.bytes());
    }

    private static void write(String ascii, ByteArrayOutputStream out) {
        out.writeBytes(ascii.getBytes(StandardCharsets.US_ASCII));
    }
}
