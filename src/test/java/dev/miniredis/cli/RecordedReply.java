package dev.miniredis.cli;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;

/**
 * One case of {@code redis-cli/replies.txt}, which explains itself: a reply, and what {@code redis-cli} printed for it.
 * Bytes are shown as ISO 8859-1 text, a character a byte.
 *
 * @param forPeople with {@code --no-raw}
 * @param raw with {@code --raw}
 * @param verbatim with {@code --no-raw} after a command such as INFO
 */
record RecordedReply(String name, String wire, String forPeople, String raw, String verbatim) {
    static List<RecordedReply> all() {
        List<RecordedReply> all = new ArrayList<>();
        for (String block : resource("/redis-cli/replies.txt").split("\n\n")) {
            if (!block.startsWith("#")) {
                all.add(parse(block));
            }
        }
        return all;
    }

    static String resource(String path) {
        try (var stream = RecordedReply.class.getResourceAsStream(path)) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }

    private static RecordedReply parse(String block) {
        String name = "";
        String wire = "";
        StringBuilder forPeople = new StringBuilder();
        StringBuilder raw = new StringBuilder();
        StringBuilder verbatim = new StringBuilder();
        for (String line : block.split("\n")) {
            String label = line.substring(0, Math.max(line.indexOf(' '), 0));
            if (line.startsWith("case ")) {
                name = line.substring(5);
            } else if (label.equals("reply")) {
                wire = unescape(line.substring(6));
            } else if (line.startsWith("tty")) {
                forPeople.append(output(line.substring(3)));
            } else if (line.startsWith("raw")) {
                raw.append(output(line.substring(3)));
            } else if (line.startsWith("text")) {
                verbatim.append(output(line.substring(4)));
            } else {
                throw new IllegalArgumentException(line);
            }
        }
        return new RecordedReply(name, wire, forPeople.toString(), raw.toString(), verbatim.toString());
    }

    private static String output(String line) {
        return unescape(line.substring(1)) + (line.startsWith("|") ? "\n" : "");
    }

    private static String unescape(String text) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        int at = 0;
        while (at < text.length()) {
            char next = text.charAt(at++);
            char escaped = next == '\\' ? text.charAt(at++) : 0;
            switch (escaped) {
                case 0 -> bytes.write(next);
                case 'r' -> bytes.write('\r');
                case 'n' -> bytes.write('\n');
                case 'x' -> {
                    bytes.write(HexFormat.fromHexDigits(text, at, at + 2));
                    at += 2;
                }
                default -> bytes.write(escaped);
            }
        }
        return bytes.toString(StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
        return name;
    }
}
