package dev.miniredis.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.IVersionProvider;

/** The version as the POM states it, which Maven writes into {@code version.txt} when it copies the resources. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"mini-redis " + number()};
    }

    private static String number() {
        try (var resource = Version.class.getResourceAsStream("version.txt")) {
            return new String(resource.readAllBytes(), StandardCharsets.UTF_8).strip();
        } catch (IOException unreadable) {
            throw new UncheckedIOException(unreadable);
        }
    }
}
