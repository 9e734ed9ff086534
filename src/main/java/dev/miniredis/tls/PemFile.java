package dev.miniredis.tls;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A file of PEM blocks: {@code -----BEGIN label-----}, Base64, {@code -----END label-----}, with any text between
 * blocks.
 */
final class PemFile {
    private static final int MAX_BYTES = 16 * 1024 * 1024; // the certificates of all public authorities are 200 KiB
    private static final Pattern BLOCK =
            Pattern.compile("-----BEGIN ([A-Z0-9 ]+)-----\\s*(.*?)-----END \\1-----", Pattern.DOTALL);

    private final Path path;
    private final List<Block> blocks;

    /** @param body the text between the two lines, with its headers */
    private record Block(String label, String body) {}

    private PemFile(Path path, List<Block> blocks) {
        this.path = path;
        this.blocks = blocks;
    }

    /**
     * Reads a file.
     *
     * @param what the purpose of the file, for messages, such as {@code certificate}
     */
    static PemFile read(String what, Path path) throws TlsException {
        String text = text(what, path);
        Matcher matcher = BLOCK.matcher(text);
        return new PemFile(
                path,
                matcher.results()
                        .map(found -> new Block(found.group(1), found.group(2)))
                        .toList());
    }

    /** The content of a file, a character for each byte. */
    static String text(String what, Path path) throws TlsException {
        try {
            if (Files.size(path) > MAX_BYTES) {
                throw new TlsException("The " + what + " file " + path + " is larger than " + MAX_BYTES + " bytes");
            }
            return Files.readString(path, StandardCharsets.ISO_8859_1);
        } catch (IOException e) {
            throw new TlsException("Cannot read the " + what + " file " + path + ": " + reason(e, path), e);
        }
    }

    private static String reason(IOException problem, Path path) {
        return switch (problem) {
            case NoSuchFileException _ -> "No such file or directory";
            case AccessDeniedException _ -> "Permission denied";
            default -> Files.isDirectory(path) ? "Is a directory" : String.valueOf(problem.getMessage());
        };
    }

    /** The decoded contents of all blocks with one of these labels, in order. */
    List<byte[]> contents(String... labels) throws TlsException {
        List<String> wanted = Arrays.asList(labels);
        List<Block> found =
                blocks.stream().filter(block -> wanted.contains(block.label)).toList();
        byte[][] contents = new byte[found.size()][];
        for (int i = 0; i < contents.length; i++) {
            contents[i] = decode(found.get(i));
        }
        return List.of(contents);
    }

    /** Whether a block with this label has a header such as {@code Proc-Type: 4,ENCRYPTED}. */
    boolean hasHeader(String label) {
        return blocks.stream().anyMatch(block -> block.label.equals(label) && block.body.indexOf(':') >= 0);
    }

    private byte[] decode(Block block) throws TlsException {
        try {
            return Base64.getMimeDecoder().decode(block.body);
        } catch (IllegalArgumentException e) {
            throw new TlsException(path + " is no PEM file: " + e.getMessage(), e);
        }
    }
}
