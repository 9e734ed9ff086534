package dev.miniredis.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.miniredis.command.ConfigFileException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StartFileTest {
    @TempDir
    private Path folder;

    private Map<String, String> read(String text) throws IOException, ConfigFileException {
        return StartFile.read(Files.writeString(folder.resolve("mini-redis.conf"), text));
    }

    @Test
    void directives_are_settings() throws IOException, ConfigFileException {
        assertThat(read("""
                # a comment
                Port 7000
                bind 127.0.0.1 -::1
                dir "/var/lib/mini redis"
                appendonly YES
                appendfsync EverySec
                databases 4

                maxmemory 1gb
                maxmemory 2gb
                slave-priority 7
                save ""
                daemonize no
                client-output-buffer-limit normal 1mb 0 0
                client-output-buffer-limit pubsub 2mb 0 0
                latency-tracking-info-percentiles 50 99
                """))
                .containsOnly(
                        entry("port", "7000"),
                        entry("host", "127.0.0.1"),
                        entry("data-dir", "/var/lib/mini redis"),
                        entry("appendonly", "true"),
                        entry("fsync", "everysec"),
                        entry("databases", "4"),
                        entry("maxmemory", "2gb"),
                        entry("replica-priority", "7"),
                        entry("client-output-buffer-limit", "normal 1mb 0 0 pubsub 2mb 0 0"),
                        entry("latency-tracking-info-percentiles", "50 99"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "nosuch 1; Bad directive or wrong number of arguments",
                "include other.conf; Bad directive or wrong number of arguments",
                "timeout x; argument couldn't be parsed into an integer",
                "timeout 1 2; wrong number of arguments",
                "timeout; wrong number of arguments",
                "port 65536; argument must be between 0 and 65535 inclusive",
                "appendfsync sometimes; argument(s) must be one of the following: everysec, always, no",
                "bind 10.0.0.1 10.0.0.2; Mini Redis listens on one address",
                "daemonize yes; Mini Redis has no other 'daemonize' than 'no'",
                "save 900 1; Mini Redis has no other 'save' than ''"
            })
    void what_cannot_be_is_told_with_its_line(String line, String problem) {
        assertThatThrownBy(() -> read("# first\n" + line + "\n"))
                .isInstanceOf(ConfigFileException.class)
                .hasMessage(
                        "\n*** FATAL CONFIG FILE ERROR (Redis 7.2.5) ***\nReading the configuration file, at line 2\n"
                                + ">>> '" + line + "'\n" + problem);
    }
}
