package dev.miniredis.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;

/** A run of a program of this machine, from its start to its end. */
public record Program(int exitCode, String out, String err) {
    private static final long PATIENCE_SECONDS = 120;

    /** Skips the test where the program is not installed, other than in CI, which has everything. */
    public static void assumeInstalled(String name) {
        assume(isInstalled(name), name + " is not installed");
    }

    /** Skips the test where something is missing, other than in CI, where that is a failure. */
    public static void assume(boolean there, String missing) {
        assertThat(there || System.getenv("CI") == null).as(missing).isTrue();
        assumeTrue(there, missing);
    }

    public static boolean isInstalled(String name) {
        return Arrays.stream(System.getenv("PATH").split(Pattern.quote(System.getProperty("path.separator"))))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, name)));
    }

    /** Runs a program without input. */
    public static Program run(String... command) throws IOException {
        return feed(new byte[0], command);
    }

    /** Runs a program with an input. */
    public static Program feed(String input, String... command) throws IOException {
        return feed(input.getBytes(StandardCharsets.UTF_8), command);
    }

    /**
     * Runs a program with an input. What it prints is taken as UTF-8.
     *
     * @throws AssertionError it does not come to an end
     */
    public static Program feed(byte[] input, String... command) throws IOException {
        return feed(input, new ProcessBuilder(List.of(command)));
    }

    /** Runs a program in a folder. */
    public static Program in(Path folder, String... command) throws IOException {
        return feed(new byte[0], new ProcessBuilder(List.of(command)).directory(folder.toFile()));
    }

    private static Program feed(byte[] input, ProcessBuilder builder) throws IOException {
        Process process = builder.start();
        try {
            CompletableFuture<String> out = CompletableFuture.supplyAsync(() -> all(process.getInputStream()));
            CompletableFuture<String> err = CompletableFuture.supplyAsync(() -> all(process.getErrorStream()));
            try (OutputStream in = process.getOutputStream()) {
                in.write(input);
            }
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError(String.join(" ", builder.command()) + " does not end");
            }
            return new Program(process.exitValue(), out.join(), err.join());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String all(java.io.InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What it printed, wherever, for messages. */
    public String output() {
        return out + err;
    }
}
