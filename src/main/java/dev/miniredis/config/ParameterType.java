package dev.miniredis.config;

import dev.miniredis.resp.ByteText;
import dev.miniredis.resp.Slice;
import java.util.Arrays;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * How the values of a parameter are read, checked and written: the types of Redis's {@code config.c}.
 *
 * @param parser throws {@link IllegalArgumentException} with Redis's words for an invalid value
 * @param fileForm the text after the name in a file, for each of its lines; none if a file cannot hold the value
 * @param isList whether its line in a file may have several words
 */
record ParameterType<T>(
        Function<String, T> parser, Function<T, String> writer, Function<T, List<String>> fileForm, boolean isList) {
    private static final int MAX_PERCENT = 100;

    ParameterType(Function<String, T> parser, Function<T, String> writer) {
        this(parser, writer, value -> List.of(writer.apply(value)), false);
    }

    ParameterType<T> asList() {
        return new ParameterType<>(
                parser, writer, value -> List.of(writer.apply(value).isEmpty() ? "\"\"" : writer.apply(value)), true);
    }

    private ParameterType<T> withFileForm(Function<T, List<String>> newFileForm) {
        return new ParameterType<>(parser, writer, newFileForm, isList);
    }

    /** Quoted in a file, unless it is empty. */
    ParameterType<T> quoted() {
        return withFileForm(value -> {
            String text = writer.apply(value);
            return text.isEmpty() ? List.of() : List.of(ConfigText.quoted(text));
        });
    }

    static ParameterType<Integer> integer(int min, int max) {
        return new ParameterType<>(text -> (int) inRange(number(text), min, max), Object::toString);
    }

    static ParameterType<Integer> integer(int min) {
        return integer(min, Integer.MAX_VALUE);
    }

    static ParameterType<Long> longInteger(long min) {
        return new ParameterType<>(text -> inRange(number(text), min, Long.MAX_VALUE), Object::toString);
    }

    static ParameterType<Integer> port() {
        return integer(0, 0xffff);
    }

    static ParameterType<Long> memory(long min) {
        return new ParameterType<>(
                text -> inRange(MemorySize.parse(text), min, Long.MAX_VALUE),
                Object::toString,
                bytes -> List.of(MemorySize.exact(bytes)),
                false);
    }

    /** A size, or a percentage of {@code maxmemory}. */
    static ParameterType<String> memoryOrPercent() {
        return checked(text -> {
            try {
                if (!text.endsWith("%")) {
                    return Long.toString(MemorySize.parse(text));
                }
            } catch (IllegalArgumentException e) {
                throw new IllegalArgumentException("argument must be a memory or percent value", e);
            }
            Slice percent = Slice.of(text.substring(0, text.length() - 1));
            if (!percent.isLong() || percent.toLong() < 0) {
                throw new IllegalArgumentException("argument must be a memory or percent value");
            }
            if (percent.toLong() > MAX_PERCENT) {
                throw new IllegalArgumentException("percentage argument must be less or equal to 100");
            }
            return text;
        });
    }

    static ParameterType<Boolean> yesOrNo() {
        return new ParameterType<>(
                text -> switch (ByteText.lowerCase(text)) {
                    case "yes" -> true;
                    case "no" -> false;
                    default -> throw new IllegalArgumentException("argument must be 'yes' or 'no'");
                },
                yes -> yes ? "yes" : "no");
    }

    static ParameterType<String> oneOf(String... words) {
        List<String> all = List.of(words);
        return checked(text -> all.stream()
                .filter(word -> ByteText.equalsIgnoreCase(word, text))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "argument(s) must be one of the following: " + String.join(", ", all))));
    }

    static <E extends Enum<E>> ParameterType<E> oneOf(E[] values) {
        ParameterType<String> names =
                oneOf(Arrays.stream(values).map(Object::toString).toArray(String[]::new));
        return new ParameterType<>(
                text -> {
                    String name = names.parser().apply(text);
                    return Arrays.stream(values)
                            .filter(value -> value.toString().equals(name))
                            .findFirst()
                            .orElseThrow();
                },
                Object::toString);
    }

    static ParameterType<String> text() {
        return checked(text -> text).quoted();
    }

    /** A text that matches a pattern, or is empty. */
    static ParameterType<String> text(String pattern, String problem) {
        Pattern allowed = Pattern.compile(pattern);
        return checked(text -> {
                    if (!text.isEmpty() && !allowed.matcher(text).matches()) {
                        throw new IllegalArgumentException(problem);
                    }
                    return text;
                })
                .quoted();
    }

    /** A text that a function checks and normalizes. */
    static ParameterType<String> checked(Function<String, String> check) {
        return new ParameterType<>(check, Function.identity());
    }

    static long number(String text) {
        Slice digits = Slice.of(text);
        if (!digits.isLong()) {
            throw new IllegalArgumentException("argument couldn't be parsed into an integer");
        }
        return digits.toLong();
    }

    static long inRange(long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException("argument must be between " + min + " and " + max + " inclusive");
        }
        return value;
    }
}
