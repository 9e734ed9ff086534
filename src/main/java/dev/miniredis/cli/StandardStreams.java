package dev.miniredis.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Whether standard input and output are terminals. {@link System#console} only tells about both together, and takes
 * 10 ms.
 */
final class StandardStreams {
    private StandardStreams() {}

    static boolean isInputTerminal() {
        return isTerminal(0);
    }

    static boolean isOutputTerminal() {
        return isTerminal(1);
    }

    static boolean isErrorTerminal() {
        return isTerminal(2);
    }

    private static boolean isTerminal(int descriptor) {
        try {
            String target = Files.readSymbolicLink(Path.of("/proc/self/fd/" + descriptor))
                    .toString();
            return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
        } catch (IOException | UnsupportedOperationException noProc) {
            return askShell(descriptor);
        }
    }

    /** For systems without {@code /proc}, macOS among them. */
    private static boolean askShell(int descriptor) {
        try {
            return new ProcessBuilder("/bin/sh", "-c", "test -t " + descriptor)
                            .inheritIO()
                            .start()
                            .waitFor()
                    == 0;
        } catch (IOException noShell) {
            return false;
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
