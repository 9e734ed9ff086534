package dev.miniredis.cli;

import java.util.HashMap;
import java.util.List;
import java.util.ListIterator;
import java.util.Map;
import java.util.Optional;

/**
 * The command line of a server.
 *
 * @param values of the options that are given, as the configuration takes them
 * @param file the file of parameters; null if none is named
 */
record ServerArguments(Map<ServerOption, String> values, String file) {

    /**
     * Reads a plain line, as an image, a unit of systemd or a script has it: the command's name, then known options,
     * each followed by a valid value (or by none, where that means yes), and at most one file. Picocli reads, refuses
     * and explains every other line; this method only spares a start the making of a parser.
     *
     * @return empty if the line is anything else
     */
    static Optional<ServerArguments> ofPlain(List<String> line) {
        return new PlainLine().read(line.listIterator());
    }

    private static final class PlainLine {
        private final Map<ServerOption, String> values = new HashMap<>();
        private List<ServerOption> parameters = List.of();

        Optional<ServerArguments> read(ListIterator<String> words) {
            if (!words.hasNext() || !words.next().equals(ServerCommand.NAME)) {
                return Optional.empty();
            }
            String file = null;
            while (words.hasNext()) {
                String word = words.next();
                if (word.startsWith("-")) {
                    ServerOption option = option(word);
                    if (option == null || !take(option, value(option, words))) {
                        return Optional.empty();
                    }
                } else if (file == null && !word.isEmpty()) {
                    file = word;
                } else {
                    return Optional.empty();
                }
            }
            return Optional.of(new ServerArguments(values, file));
        }

        /** The value after an option; empty for none. */
        private static String value(ServerOption option, ListIterator<String> words) {
            if (words.hasNext()) {
                String next = words.next();
                if (!option.isYesOrNo() || !next.startsWith("-")) {
                    return next;
                }
                words.previous();
            }
            return option.isYesOrNo() ? ServerOption.YES : "";
        }

        /** Null if there is none. */
        private ServerOption option(String word) {
            for (ServerOption option : ServerOption.ofSettings()) {
                boolean named = word.startsWith("--")
                        ? word.substring(2).equals(option.name())
                        : !option.letter().isEmpty() && word.substring(1).equals(option.letter());
                if (named) {
                    return option;
                }
            }
            if (!word.startsWith("--")) {
                return null;
            }
            if (parameters.isEmpty()) {
                parameters = ServerOption.ofParameters();
            }
            return parameters.stream()
                    .filter(option -> option.name().equals(word.substring(2)))
                    .findFirst()
                    .orElse(null);
        }

        private boolean take(ServerOption option, String value) {
            if (value.isEmpty() || value.startsWith("-") || values.containsKey(option)) {
                return false;
            }
            try {
                values.put(option, option.reading().apply(value));
                return true;
            } catch (IllegalArgumentException e) {
                return false;
            }
        }
    }
}
