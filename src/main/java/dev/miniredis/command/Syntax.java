package dev.miniredis.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.StringTokenizer;

/**
 * A parsed usage line. The notation is that of Redis's documentation:
 *
 * <pre>
 *   NAME            a word in capitals: the command's name, a keyword
 *   "" * = ~        these stand for themselves too; "" is an empty word
 *   value           a word in small letters: a string, or the type of its name (a key, a pattern)
 *   name:integer    a value of this type, also name:double; users do not see the type
 *   KEYWORD value   an option with a value
 *   [x]             x may be missing
 *   A | B           one of them, in [ ] or in &lt; &gt;
 *   x [x ...]       x once or more
 *   [x [x ...]]     x any number of times
 *   numkeys x ...   x repeated that number of times
 * </pre>
 *
 * <p>From it follow the arity, where the keys are ({@link KeyArguments}), and how a request is parsed ({@link
 * ArgumentParser}). A value that may be missing is checked by its type when it is read ({@code ERR value is not an
 * integer or out of range}). One that must be there is left to the body: it calls {@link Call#integer} when it is its
 * turn, since the order of Redis's errors differs from command to command. {@link Trait.Check} states any other check.
 */
public final class Syntax {
    private static final List<String> SAID_TYPES = List.of(":integer", ":double");
    private static final Set<String> KEYS =
            Set.of("key", "key1", "key2", "newkey", "source", "sourcekey", "src", "destination", "destkey", "dst");

    private static final String EMPTY_WORD = "\"\"";
    private static final Map<String, String> SYMBOL_NAMES =
            Map.of(EMPTY_WORD, "empty-string", "=", "equal", "~", "approximately", "*", "auto-id");

    private final List<String> tokens = new ArrayList<>();
    private int at;

    private final String usage;
    private final List<String> nameWords = new ArrayList<>();
    private final List<Argument> arguments;

    /**
     * @throws IllegalArgumentException the line does not follow the notation
     */
    Syntax(String usage, int nameWords) {
        this.usage = withoutTypes(usage);
        StringTokenizer words = new StringTokenizer(usage, " []|<>", true);
        while (words.hasMoreTokens()) {
            String word = words.nextToken();
            if (!word.equals(" ")) {
                tokens.add(word);
            }
        }
        for (; at < nameWords; at++) {
            this.nameWords.add(tokens.get(at));
        }
        arguments = sequence("");
        if (at != tokens.size()) {
            throw wrong("unexpected " + tokens.get(at));
        }
    }

    private static String withoutTypes(String usage) {
        String plain = usage;
        for (String type : SAID_TYPES) {
            plain = plain.replace(type, "");
        }
        return plain;
    }

    String usage() {
        return usage;
    }

    /** The name in lower case; that of a subcommand is {@code container|subcommand}. */
    String name() {
        return String.join("|", nameWords).toLowerCase(Locale.ROOT);
    }

    public List<Argument> arguments() {
        return arguments;
    }

    /** How many words must stand there, the name included; negative when more may follow, as in Redis. */
    int arity() {
        int required = nameWords.size();
        boolean more = false;
        for (Argument argument : arguments) {
            required += argument.optional() ? 0 : argument.words();
            more |= argument.optional() || argument.multiple();
        }
        return more ? -required : required;
    }

    /** The places of the keys, one for each argument that is a key, from the left, without flags. */
    public List<KeySpec> keySpecs() {
        return KeyArguments.of(arguments, nameWords.size());
    }

    /**
     * The parser of requests of this line; null if every request of the right arity is allowed.
     *
     * @throws IllegalArgumentException the checks do not fit the line
     */
    ArgumentParser parser(Set<Trait.Arguments> how, List<Trait.Check> checks) {
        try {
            return new ArgumentParserBuilder(arguments, nameWords.size(), how, checks).build();
        } catch (IllegalArgumentException e) {
            throw wrong(e.getMessage());
        }
    }

    private List<Argument> sequence(String end) {
        List<Argument> sequence = new ArrayList<>();
        while (at < tokens.size() && !isOneOf(tokens.get(at), "|", end)) {
            Argument next = element();
            List<Argument> parts = next.type() == Argument.Type.BLOCK ? next.children() : List.of(next);
            int from = sequence.size() - parts.size();
            boolean repeats = next.optional()
                    && next.multiple()
                    && from >= 0
                    && names(sequence.subList(from, sequence.size())).equals(names(parts));
            if (repeats) { // x [x ...] is x, once or more; so is x y [x y ...]
                Argument once = joined(new ArrayList<>(sequence.subList(from, sequence.size())));
                sequence.subList(from, sequence.size()).clear();
                sequence.add(
                        next.token() == null
                                ? once.asMultiple()
                                : once.asMultiple().withMultipleToken());
            } else {
                sequence.add(next);
            }
        }
        return sequence;
    }

    private static List<String> names(List<Argument> arguments) {
        return arguments.stream().map(Argument::name).toList();
    }

    private Argument element() {
        String token = tokens.get(at++);
        return switch (token) {
            case "[" -> {
                Argument inner = alternatives("]");
                yield inner.asOptional();
            }
            case "<" -> alternatives(">");
            case "]", ">", "|" -> throw wrong("unexpected " + token);
            default -> isKeyword(token) ? option(token) : value(token, null);
        };
    }

    /** {@code A | B …} up to the closing bracket, with {@code ...} before it for repetition. */
    private Argument alternatives(String end) {
        List<Argument> alternatives = new ArrayList<>();
        boolean multiple = false;
        do {
            List<Argument> parts = sequence(end);
            if (!parts.isEmpty() && parts.getLast().name().equals("...")) {
                parts.removeLast();
                multiple = true;
            }
            alternatives.add(joined(parts));
        } while (at < tokens.size() && tokens.get(at++).equals("|"));
        if (!tokens.get(at - 1).equals(end)) {
            throw wrong("no " + end);
        }
        Argument whole = alternatives.getFirst();
        if (alternatives.size() > 1) {
            whole = new Argument(nameOf(alternatives), Argument.Type.ONEOF, null, List.copyOf(alternatives));
        }
        return multiple ? whole.asMultiple() : whole;
    }

    private Argument joined(List<Argument> parts) {
        if (parts.isEmpty()) {
            throw wrong("empty brackets");
        }
        Argument first = parts.getFirst();
        if (parts.size() == 1) {
            return first;
        }
        String token = null;
        Argument second = parts.get(1);
        boolean ofAll = first.type() != Argument.Type.PURE_TOKEN
                && !first.optional()
                && second.token() == null
                && !second.optional();
        if (ofAll) { // KEYWORD a b: the keyword stands before them all
            token = first.token();
            parts.set(0, first.withoutToken());
        }
        return new Argument(first.name(), Argument.Type.BLOCK, token, List.copyOf(parts));
    }

    /** A keyword, with the value that follows it. */
    private Argument option(String keyword) {
        boolean alone =
                at == tokens.size() || isOneOf(tokens.get(at), "|", "]", ">", "[", "...") || isKeyword(tokens.get(at));
        if (SYMBOL_NAMES.containsKey(keyword)) {
            String token = keyword.equals(EMPTY_WORD) ? "" : keyword;
            return new Argument(SYMBOL_NAMES.get(keyword), Argument.Type.PURE_TOKEN, token, List.of());
        }
        if (alone) {
            return new Argument(keyword.toLowerCase(Locale.ROOT), Argument.Type.PURE_TOKEN, keyword, List.of());
        }
        if (tokens.get(at).equals("<")) {
            at++;
            Argument choice = alternatives(">");
            return new Argument(choice.name(), choice.type(), keyword, choice.children());
        }
        return value(/* word= */ tokens.get(at++), /* token= */ keyword);
    }

    private static Argument value(String word, String token) {
        int colon = SAID_TYPES.stream().anyMatch(word::endsWith) ? word.lastIndexOf(':') : -1;
        String name = colon < 0 ? word : word.substring(0, colon);
        Argument.Type type = Argument.Type.STRING;
        if (colon >= 0) {
            type = Argument.Type.valueOf(word.substring(colon + 1).toUpperCase(Locale.ROOT));
        } else if (KEYS.contains(name)) {
            type = Argument.Type.KEY;
        } else if (name.equals("pattern")) {
            type = Argument.Type.PATTERN;
        } else if (name.startsWith("unix-time-")) {
            type = Argument.Type.UNIX_TIME;
        }
        return new Argument(name, type, token, List.of());
    }

    /** Redis names a choice by its meaning, which a usage line does not have: its first word names it. */
    private static String nameOf(List<Argument> alternatives) {
        return alternatives.getFirst().name();
    }

    private static boolean isKeyword(String token) {
        return Character.isUpperCase(token.charAt(0)) || SYMBOL_NAMES.containsKey(token);
    }

    private static boolean isOneOf(String token, String... others) {
        return List.of(others).contains(token);
    }

    private IllegalArgumentException wrong(String why) {
        return new IllegalArgumentException("usage \"" + usage + "\": " + why);
    }
}
