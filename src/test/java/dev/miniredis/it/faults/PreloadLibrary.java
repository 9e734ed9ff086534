package dev.miniredis.it.faults;

import dev.miniredis.it.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A library of {@code src/test/scripts} that comes between a process and the C library ({@code LD_PRELOAD}). */
public final class PreloadLibrary {
    private PreloadLibrary() {}

    /**
     * Compiles it, for which gcc is needed.
     *
     * @param source its file's name without {@code .c}
     * @param directory where it goes
     */
    public static Path compile(String source, Path directory) throws IOException {
        Path library = directory.resolve(source + ".so").toAbsolutePath();
        Files.createDirectories(directory);
        Program gcc = Program.run(
                "gcc",
                "-O1",
                "-shared",
                "-fPIC",
                "-o",
                library.toString(),
                "src/test/scripts/" + source + ".c",
                "-ldl");
        if (gcc.exitCode() != 0) {
            throw new IOException("gcc has not compiled " + source + ".c: " + gcc.err());
        }
        return library;
    }
}
