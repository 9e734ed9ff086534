package dev.miniredis.log;

import java.io.IOException;
import java.nio.file.Path;

/** Another process that opens a data directory, says what came of it, and holds it until its input ends. */
final class LockHolder {
    static final String HELD = "held";

    private LockHolder() {}

    public static void main(String[] args) throws IOException {
        try (LocalDisk disk = LocalDisk.open(Path.of(args[0]))) {
            System.out.println(HELD + " " + disk.location());
            System.out.flush();
            while (System.in.read() >= 0) {
                // until it ends
            }
        } catch (LogException e) {
            System.out.println(e.getMessage());
        }
    }
}
