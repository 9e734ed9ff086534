package dev.miniredis.migrate;

import dev.miniredis.resp.InlineWords;
import dev.miniredis.resp.ProtocolException;
import dev.miniredis.resp.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The list of the files of a multi-part AOF: {@code file appendonly.aof.1.base.rdb seq 1 type b}. Type {@code b} is the
 * base, {@code i} an increment since, {@code h} an obsolete file.
 *
 * @param parts the files that are needed, in order
 */
record Manifest(Path file, List<Path> parts) {
    private static final int MAX_BYTES = 16 * 1024 * 1024;
    private static final String FIRST_WORD = "file ";

    /** Whether this is a manifest. One that begins with a comment is not recognized. */
    static boolean isOne(Path file) throws IOException {
        return Files.isRegularFile(file)
                && SourceFiles.beginning(file, FIRST_WORD.length())
                        .toLowerCase(Locale.ROOT)
                        .equals(FIRST_WORD)
                && Files.size(file) <= MAX_BYTES;
    }

    static Manifest read(Path file) throws IOException, ImportException {
        Path base = null;
        List<Path> parts = new ArrayList<>();
        long lastSequence = 0;
        int number = 0;
        for (String line : Files.readString(file, StandardCharsets.ISO_8859_1).split("\n")) {
            number++;
            if (line.isBlank() || line.startsWith("#")) {
                continue;
            }
            Map<String, String> fields = fields(file, number, line);
            Path part = part(file, number, fields.get("file"));
            switch (fields.getOrDefault("type", "")) {
                case "b" -> {
                    if (base != null) {
                        throw bad(file, number, "there is more than one base");
                    }
                    base = part;
                }
                case "i" -> {
                    long sequence = sequence(file, number, fields.get("seq"));
                    if (sequence <= lastSequence) {
                        throw bad(file, number, "the files are not in their order");
                    }
                    lastSequence = sequence;
                    parts.add(part);
                }
                case "h" -> {}
                default -> throw bad(file, number, "the type is none of b, i and h");
            }
        }
        if (base != null) {
            parts.addFirst(base);
        }
        return new Manifest(file, checked(file, parts));
    }

    private static List<Path> checked(Path file, List<Path> parts) throws ImportException {
        if (parts.isEmpty()) {
            throw new ImportException(file + " names no file to import.");
        }
        for (Path part : parts) {
            if (!Files.isRegularFile(part)) {
                throw new ImportException(part + " is missing; " + file + " names it.");
            }
        }
        return List.copyOf(parts);
    }

    private static Map<String, String> fields(Path file, int number, String line) throws ImportException {
        Request words = new Request();
        byte[] bytes = line.getBytes(StandardCharsets.ISO_8859_1);
        try {
            InlineWords.split(bytes, 0, bytes.length, words);
        } catch (ProtocolException unbalanced) {
            throw bad(file, number, "the quotes are unbalanced");
        }
        Map<String, String> fields = new HashMap<>();
        for (int i = 0; i + 1 < words.size(); i += 2) {
            fields.put(
                    words.arg(i).toString().toLowerCase(Locale.ROOT),
                    words.arg(i + 1).toString());
        }
        return fields;
    }

    private static Path part(Path file, int number, String name) throws ImportException {
        if (name == null || name.isEmpty() || name.contains("/") || name.contains("\0")) {
            throw bad(file, number, "the name of a file is expected");
        }
        try {
            return file.resolveSibling(name);
        } catch (InvalidPathException e) {
            throw bad(file, number, "the name of a file is expected");
        }
    }

    private static long sequence(Path file, int number, String text) throws ImportException {
        if (text == null || !text.matches("\\d{1,18}")) {
            throw bad(file, number, "seq is no number");
        }
        return Long.parseLong(text);
    }

    private static ImportException bad(Path file, int number, String problem) {
        return new ImportException(file + " is damaged in line " + number + ": " + problem + ".");
    }
}
