package dev.miniredis.command;

import java.util.List;

/**
 * A part of a usage line.
 *
 * @param name the name, in lower case
 * @param token the keyword before it; null if there is none
 * @param optional whether it is in square brackets
 * @param multiple whether it may be repeated
 * @param multipleToken whether the keyword is repeated too
 * @param children the alternatives of a {@code ONEOF} or the parts of a {@code BLOCK}; otherwise empty
 */
public record Argument(
        String name,
        Type type,
        String token,
        boolean optional,
        boolean multiple,
        boolean multipleToken,
        List<Argument> children) {

    /** The argument's type. {@code COMMAND DOCS} shows it in lower case, with hyphens. */
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

    /** An argument that is required and not repeated. */
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

    /** The minimum number of words of one occurrence. */
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
