package dev.miniredis.resp;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The version of Mini Redis as the POM states it, which Maven writes into {@code version.txt} when it copies the
 * resources.
 */
public final class ProgramVersion {
    public static final String TEXT = read();

    private ProgramVersion() {}

    private static String read() {
        try (var resource = ProgramVersion.class.getResourceAsStream("version.txt")) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
