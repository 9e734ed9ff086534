package dev.miniredis.command;

import java.util.List;

/**
 * A part of a usage line.
 *
 * @param name the word for it, in lower case
 * @param token the keyword before it; null if there is none
 * @param optional whether it stands in brackets
 * @param multiple whether it may be repeated
 * @param multipleToken whether the keyword is repeated with it
 * @param children the alternatives of a {@code ONEOF}, the parts of a {@code BLOCK}; else empty
 */
public record Argument(
        String name,
        Type type,
        String token,
        boolean optional,
        boolean multiple,
        boolean multipleToken,
        List<Argument> children) {

    /** What stands at this place; the names in {@code COMMAND DOCS} are these in lower case, with hyphens. */
    public enum Type {
        KEY,
        STRING,
        INTEGER,
        DOUBLE,
        PATTERN,
        UNIX_TIME,
        PURE_TOKEN,
        ONEOF,
        BLOCK
    }

    /** One that must stand there, once. */
    Argument(String name, Type type, String token, List<Argument> children) {
        this(name, type, token, false, false, false, children);
    }

    Argument asOptional() {
        return new Argument(name, type, token, true, multiple, multipleToken, children);
    }

    Argument asMultiple() {
        return new Argument(name, type, token, optional, true, multipleToken, children);
    }

    Argument withMultipleToken() {
        return new Argument(name, type, token, optional, multiple, true, children);
    }

    Argument withoutToken() {
        return new Argument(name, type, null, optional, multiple, multipleToken, children);
    }

    /** The fewest words of one occurrence. */
    int words() {
        int before = token == null || type == Type.PURE_TOKEN ? 0 : 1;
        return before
                + switch (type) {
                    case BLOCK ->
                        children.stream()
                                .filter(part -> !part.optional())
                                .mapToInt(Argument::words)
                                .sum();
                    case ONEOF ->
                        children.stream().mapToInt(Argument::words).min().orElse(0);
                    default -> 1;
                };
    }
}
