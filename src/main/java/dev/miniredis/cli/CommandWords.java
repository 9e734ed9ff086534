package dev.miniredis.cli;

import dev.miniredis.resp.ByteText;
import dev.miniredis.resp.InlineWords;
import dev.miniredis.resp.ProtocolException;
import dev.miniredis.resp.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A command as its user gave it: a name and arguments, each any bytes. */
final class CommandWords {
    private final List<byte[]> words;

    CommandWords(List<byte[]> words) {
        this.words = words;
    }

    /**
     * Splits a typed line, with Redis's quoting.
     *
     * @throws ProtocolException unbalanced quotes
     */
    static CommandWords split(byte[] line) throws ProtocolException {
        Request request = new Request();
        InlineWords.split(line, 0, line.length, request);
        List<byte[]> words = new ArrayList<>(request.size());
        for (int i = 0; i < request.size(); i++) {
            words.add(request.arg(i).copy());
        }
        return new CommandWords(words);
    }

    int size() {
        return words.size();
    }

    List<byte[]> bytes() {
        return words;
    }

    String text(int index) {
        return ByteText.of(words.get(index));
    }

    /** Word {@code index} in lower case; the empty text if there is none. */
    String name(int index) {
        return index < words.size() ? ByteText.lowerCase(text(index)) : "";
    }

    /** The words from {@code index} on. */
    CommandWords from(int index) {
        return new CommandWords(words.subList(index, words.size()));
    }

    /**
     * How often to run the command, by a first word that is a number as in {@code 5 PING}: 1 if it is
     * not a number, 0 if it is an invalid one.
     */
    long repeat() {
        if (!hasRepeat()) {
            return 1;
        }
        try {
            return Math.max(0, Long.parseLong(text(0)));
        } catch (NumberFormatException tooLarge) {
            return 0;
        }
    }

    boolean hasRepeat() {
        return size() > 1 && text(0).matches("[+-]?[0-9]+");
    }

    /** Whether a typed line holds a password, so that it must not be written to the history file. */
    static boolean isSecret(String line) {
        CommandWords words;
        try {
            words = split(line.getBytes(StandardCharsets.UTF_8));
        } catch (ProtocolException unbalanced) { // a mistyped password is next to a password
            words = new CommandWords(new ArrayList<>());
            for (String word : line.strip().split("[\\s\"']+")) {
                words.words.add(word.getBytes(StandardCharsets.UTF_8));
            }
        }
        return (words.hasRepeat() ? words.from(1) : words).isSecret();
    }

    private boolean isSecret() {
        return switch (name(0)) {
            case "auth" -> true;
            case "acl" -> name(1).equals("setuser");
            case "hello", "migrate" -> hasFrom(2, "auth", "auth2");
            case "config" ->
                name(1).equals("set") && hasFrom(2, "requirepass", "masterauth", "masteruser", "tls-key-file-pass");
            default -> false;
        };
    }

    private boolean hasFrom(int index, String... names) {
        for (int i = index; i < size(); i++) {
            if (List.of(names).contains(name(i))) {
                return true;
            }
        }
        return false;
    }
}
