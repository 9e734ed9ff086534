package dev.miniredis.torture;

import dev.miniredis.it.RespSocket;
import dev.miniredis.resp.ReplyValue;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Commands and replies as text with a character for each byte, so that keys and values may be any bytes: {@code OK},
 * {@code :1}, {@code -ERR …}, a bulk string as it is, null for nothing.
 */
final class Words {
    private static final int SHOWN = 60;

    private Words() {}

    static void append(ByteArrayOutputStream target, List<String> words) {
        target.writeBytes(latin1("*" + words.size() + "\r\n"));
        for (String word : words) {
            target.writeBytes(latin1("$" + word.length() + "\r\n"));
            target.writeBytes(latin1(word));
            target.writeBytes(latin1("\r\n"));
        }
    }

    static String read(RespSocket socket) throws IOException {
        return text(socket.readValue());
    }

    /** Reads an array of bulk strings. */
    static List<String> readAll(RespSocket socket) throws IOException {
        if (socket.readValue() instanceof ReplyValue.Items items) {
            return items.values().stream().map(Words::text).toList();
        }
        throw new AssertionError("no array");
    }

    static String ask(RespSocket socket, String... words) throws IOException {
        send(socket, words);
        return read(socket);
    }

    static void send(RespSocket socket, String... words) throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        append(bytes, List.of(words));
        socket.send(bytes.toByteArray());
    }

    private static String text(ReplyValue value) {
        return switch (value) {
            case ReplyValue.Text text ->
                (text.isError() ? "-" : "") + new String(text.bytes(), StandardCharsets.ISO_8859_1);
            case ReplyValue.Int number -> ":" + number.value();
            case ReplyValue.Nil nil -> null;
            default -> throw new AssertionError("a reply that was not asked for: " + value);
        };
    }

    private static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** For people: the beginning, in visible letters. */
    static String shortened(String text) {
        if (text == null) {
            return "nothing";
        }
        String shown = text.chars()
                .limit(SHOWN)
                .mapToObj(letter -> letter > ' ' && letter <= '~' ? Character.toString(letter) : ".")
                .collect(Collectors.joining());
        return text.length() > SHOWN ? shown + "… (" + text.length() + " bytes)" : shown;
    }
}
