package dev.miniredis.cli;

import dev.miniredis.resp.ByteText;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The words of the command line and the variables of the environment with all their bytes (see {@link ByteText}):
 * so {@code client SET k $'\xff'} stores that byte, and a password keeps its bytes.
 *
 * <p>Java decodes both by the locale: bytes that are invalid in it are lost, and in a container
 * without a locale that is everything but ASCII. Linux still has the bytes; other systems use the decoded text.
 */
final class ProcessText {
    private static final Path COMMAND_LINE = Path.of("/proc/self/cmdline");
    private static final Path ENVIRONMENT = Path.of("/proc/self/environ");

    private ProcessText() {}

    /** The arguments of {@code main}, which are the last words of this process's command line. */
    static String[] arguments(String... words) {
        List<String> given = List.of(words);
        if (!mayBeDamaged(given)) {
            return words;
        }
        try {
            return original(given, Files.readAllBytes(COMMAND_LINE)).toArray(String[]::new);
        } catch (IOException notLinux) {
            return words;
        }
    }

    /** The variables of this process by their names. */
    static Map<String, String> environment() {
        Map<String, String> given = System.getenv();
        if (!mayBeDamaged(given.values())) {
            return given;
        }
        try {
            return variables(Files.readAllBytes(ENVIRONMENT));
        } catch (IOException notLinux) {
            return given;
        }
    }

    /** Whether the locale may have decoded them wrongly: never if all of them are ASCII. */
    private static boolean mayBeDamaged(Collection<String> texts) {
        return texts.stream().anyMatch(text -> text.chars().anyMatch(letter -> letter == '?' || letter > '~'));
    }

    /** The last words in {@code commandLine}; the given ones if they differ, as in a test. */
    static List<String> original(List<String> given, byte[] commandLine) {
        List<byte[]> all = ended(commandLine);
        if (all.size() < given.size()) {
            return given;
        }
        List<byte[]> last = all.subList(all.size() - given.size(), all.size());
        Charset locale = Charset.forName(System.getProperty("sun.jnu.encoding"), StandardCharsets.UTF_8);
        for (int i = 0; i < given.size(); i++) {
            String decoded = new String(last.get(i), locale).replace('\ufffd', '?');
            if (!decoded.equals(given.get(i).replace('\ufffd', '?'))) {
                return given;
            }
        }
        return last.stream().map(ByteText::of).toList();
    }

    /**
     * The variables in a process's environment; of a name that occurs twice, the first counts, as for {@code getenv}.
     */
    static Map<String, String> variables(byte[] environment) {
        Map<String, String> variables = new HashMap<>();
        for (byte[] each : ended(environment)) {
            String text = ByteText.of(each);
            int equals = text.indexOf('=');
            if (equals > 0) {
                variables.putIfAbsent(text.substring(0, equals), text.substring(equals + 1));
            }
        }
        return variables;
    }

    /** The strings that end with a NUL. */
    private static List<byte[]> ended(byte[] bytes) {
        List<byte[]> all = new ArrayList<>();
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] == 0) {
                byte[] one = new byte[i - start];
                System.arraycopy(bytes, start, one, 0, one.length);
                all.add(one);
                start = i + 1;
            }
        }
        return all;
    }
}
