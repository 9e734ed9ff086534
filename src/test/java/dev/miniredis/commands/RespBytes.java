package dev.miniredis.commands;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Where replies and their parts begin and end, their bytes left as they are: for comparing them to the byte. */
final class RespBytes {
    private RespBytes() {}

    /** The bytes of one reply off a stream; none at its end. */
    static byte[] readReply(InputStream in) throws IOException {
        ByteArrayOutputStream reply = new ByteArrayOutputStream();
        read(in, reply);
        return reply.toByteArray();
    }

    private static void read(InputStream in, ByteArrayOutputStream out) throws IOException {
        String header = readLine(in, out);
        if (header.isEmpty()) {
            return;
        }
        char type = header.charAt(0);
        switch (type) {
            case '$', '=', '!' -> {
                if (isBulk(header)) {
                    out.write(in.readNBytes(count(header) + 2));
                }
            }
            case '*', '~', '>', '%' -> {
                for (int left = count(header) * (type == '%' ? 2 : 1); left > 0; left--) {
                    read(in, out);
                }
            }
            case '|' -> { // what it comments on comes after it
                for (int left = count(header) * 2 + 1; left > 0; left--) {
                    read(in, out);
                }
            }
            default -> {}
        }
    }

    private static String readLine(InputStream in, ByteArrayOutputStream out) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int letter = in.read();
        while (letter >= 0) {
            line.write(letter);
            if (letter == '\n') {
                break;
            }
            letter = in.read();
        }
        line.writeTo(out);
        return line.toString(StandardCharsets.ISO_8859_1).replaceFirst("\\r?\\n$", "");
    }

    private static int count(String header) {
        return Integer.parseInt(header.substring(1));
    }

    /** The header of a reply, then each of its elements. */
    static List<String> elements(byte[] reply) {
        List<String> elements = new ArrayList<>();
        ByteArrayInputStream in = new ByteArrayInputStream(reply);
        try {
            elements.add(readLine(in, new ByteArrayOutputStream()));
            while (in.available() > 0) {
                elements.add(new String(readReply(in), StandardCharsets.ISO_8859_1));
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return elements;
    }

    /** The lines of replies without their CR LF, the bytes of a bulk string being a line whatever is in it. */
    static List<byte[]> lines(byte[] replies) {
        List<byte[]> lines = new ArrayList<>();
        ByteArrayInputStream in = new ByteArrayInputStream(replies);
        try {
            while (in.available() > 0) {
                String header = readLine(in, new ByteArrayOutputStream());
                lines.add(header.getBytes(StandardCharsets.ISO_8859_1));
                if (isBulk(header)) {
                    lines.add(in.readNBytes(count(header)));
                    in.skipNBytes(2);
                }
            }
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return lines;
    }

    private static boolean isBulk(String header) {
        return !header.isEmpty() && "$=!".indexOf(header.charAt(0)) >= 0 && count(header) >= 0;
    }
}
