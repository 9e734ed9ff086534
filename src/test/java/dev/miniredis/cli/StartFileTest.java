package dev.miniredis.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import dev.miniredis.config.ConfigFileException;
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

    @Test
    void maxmemory_may_be_left_to_the_server() throws IOException, ConfigFileException {
        assertThat(read("maxmemory auto\n")).containsOnly(entry("maxmemory", "auto"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "nosuch 1; Bad directive or wrong number of arguments",
                "timeout x; argument couldn't be parsed into an integer",
                "timeout 1 2; wrong number of arguments",
                "timeout; wrong number of arguments",
                "port 65536; argument must be between 0 and 65535 inclusive",
                "appendfsync sometimes; argument(s) must be one of the following: everysec, always, no",
                "bind 10.0.0.1 10.0.0.2; Mini Redis listens on one address",
                "include; Bad directive or wrong number of arguments",
                "bind-source-addr 10.0.0.1; Mini Redis has no other 'bind-source-addr' than ''",
                "loadmodule x.so; Bad directive or wrong number of arguments. There are no modules.",
                "save 900 1; Mini Redis has no other 'save' than ''. Every write is in its log before it is answered:"
                        + " leave the line out."
            })
    void what_cannot_be_is_told_with_its_line(String line, String problem) {
        assertThatThrownBy(() -> read("# first\n" + line + "\n"))
                .isInstanceOf(ConfigFileException.class)
                .hasMessage(
                        "\n*** FATAL CONFIG FILE ERROR (Redis 7.2.5) ***\nReading the configuration file, at line 2\n"
                                + ">>> '" + line + "'\n" + problem);
    }

    /** What differs from Mini Redis in the file that Debian installs with Redis, and a few lines that people add. */
    @Test
    void all_lines_that_cannot_be_are_told_at_once() {
        assertThatThrownBy(() -> read("""
                        bind 127.0.0.1 -::1
                        daemonize yes
                        pidfile /run/redis/redis-server.pid
                        logfile /var/log/redis/redis-server.log
                        supervised auto
                        dbfilename dump.rdb
                        appendfilename "appendonly.aof"
                        timeout "7
                        save 900 1
                        rename-command CONFIG ""
                        """))
                .isInstanceOf(ConfigFileException.class)
                .hasMessage("""

                        *** FATAL CONFIG FILE ERROR (Redis 7.2.5) ***
                        Reading the configuration file, at line 8
                        >>> 'timeout "7'
                        Unbalanced quotes in configuration line

                        Reading the configuration file, at line 2
                        >>> 'daemonize yes'
                        Mini Redis has no other 'daemonize' than 'no'. It runs in the foreground: leave the line out, and have \
                        systemd or a container keep it running.

                        Reading the configuration file, at line 4
                        >>> 'logfile /var/log/redis/redis-server.log'
                        Mini Redis has no other 'logfile' than ''. What it has to tell, it tells on its standard output: leave \
                        the line out.

                        Reading the configuration file, at line 7
                        >>> 'appendfilename "appendonly.aof"'
                        Mini Redis has no other 'appendfilename' than 'mini-redis.log'. Its log has that name.

                        Reading the configuration file, at line 9
                        >>> 'save 900 1'
                        Mini Redis has no other 'save' than ''. Every write is in its log before it is answered: leave the line \
                        out.

                        Reading the configuration file, at line 10
                        >>> 'rename-command CONFIG ""'
                        Bad directive or wrong number of arguments. Say who may use it, with a line 'user'.""");
    }

    @Test
    void other_files_are_included_where_the_line_stands() throws IOException, ConfigFileException {
        Files.writeString(folder.resolve("b.conf"), "timeout 2\nmaxclients 20\n");
        Files.writeString(folder.resolve("a.conf"), "timeout 1\nmaxclients 10\n");
        Files.writeString(folder.resolve("unlike.txt"), "nosuch 1\n");
        assertThat(read("timeout 7\ninclude " + folder + "/?.conf\nmaxclients 30\n"))
                .containsOnly(entry("timeout", "2"), entry("maxclients", "30"));
        assertThat(read("include " + folder + "/*.nothing\n")).isEmpty();
    }

    @Test
    void what_is_wrong_with_an_included_file_is_told_with_its_name() throws IOException {
        Path other = Files.writeString(folder.resolve("other.conf"), "timeout 1\nnosuch 1\n");
        assertThatThrownBy(() -> read("include " + other + "\n"))
                .hasMessageContaining("Reading the configuration file " + other + ", at line 2\n>>> 'nosuch 1'\n");
        assertThatThrownBy(() -> read("\ninclude " + folder + "/none.conf\n"))
                .hasMessageContaining("Reading the configuration file, at line 2\n")
                .hasMessageEndingWith("Cannot open config file " + folder + "/none.conf: No such file or directory");
        Files.writeString(other, "include " + other + "\n");
        assertThatThrownBy(() -> read("include " + other + "\n")).hasMessageEndingWith("Too many files are included");
    }
}
