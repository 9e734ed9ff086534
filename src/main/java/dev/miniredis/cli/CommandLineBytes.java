package dev.miniredis.cli;

import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The words of a command line as the bytes that they were, so that {@code client SET k $'\xff'} stores that byte.
 *
 * <p>Java hands arguments over as text, decoded by the locale: bytes that are no text in it are lost, and in a
 * container without a locale that is everything but ASCII. Linux still has the bytes.
 */
final class CommandLineBytes {
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");

    private CommandLineBytes() {}

    /** The bytes of the last words on this process's command line. */
    static List<byte[]> of(List<String> words) {
        List<byte[]> bytes = new ArrayList<>(words.size());
        boolean damaged = false;
        for (String word : words) {
            bytes.add(word.getBytes(StandardCharsets.UTF_8));
            damaged |= isDamaged(word);
        }
        if (!damaged) {
            return bytes;
        }
        try {
            return original(words, bytes, Files.readAllBytes(COMMAND_LINE));
        } catch (IOException notLinux) {
            return bytes;
        }
    }

    private static boolean isDamaged(String word) {
        return word.indexOf('\ufffd') >= 0 || word.indexOf('?') >= 0;
    }

    /**
     * The last words in {@code commandLine}, each ended by a NUL; {@code fallback} where they are not these words, as
     * in a test, which has another command line.
     */
    static List<byte[]> original(List<String> words, List<byte[]> fallback, byte[] commandLine) {
        List<byte[]> all = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < commandLine.length; i++) {
            if (commandLine[i] == 0) {
                byte[] word = new byte[i - start];
                System.arraycopy(commandLine, start, word, 0, word.length);
                all.add(word);
                start = i + 1;
            }
        }
        if (all.size() < words.size()) {
            return fallback;
        }
        List<byte[]> last = all.subList(all.size() - words.size(), all.size());
        Charset locale = Charset.forName(System.getProperty("sun.jnu.encoding"), StandardCharsets.UTF_8);
        for (int i = 0; i < words.size(); i++) {
            String decoded = new String(last.get(i), locale).replace('\ufffd', '?');
            if (!decoded.equals(words.get(i).replace('\ufffd', '?'))) {
                return fallback;
            }
        }
        return last;
    }
}
