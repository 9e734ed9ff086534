package dev.miniredis.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The settings that are given, from all sources. */
class ServerRunTest {
    @TempDir
    private Path folder;

    private static ServerArguments line(String words) {
        return ServerArguments.ofPlain(List.of(words.split(" "))).orElseThrow();
    }

    @Test
    void the_first_source_counts_of_options_properties_environment_and_file() throws Exception {
        Path file = Files.writeString(
                folder.resolve("mini.conf"), "port 4\ntls-port 4\nbind 4.4.4.4\ndatabases 4\ntimeout 4\n");
        Map<String, String> given = ServerRun.given(
                line("server --port 1 " + file),
                Map.of("port", "2", "tls-port", "2"),
                Map.of("MINI_REDIS_PORT", "3", "MINI_REDIS_TLS_PORT", "3", "MINI_REDIS_HOST", "3.3.3.3"));
        assertThat(given)
                .containsOnly(
                        Map.entry("port", "1"),
                        Map.entry("tls-port", "2"),
                        Map.entry("host", "3.3.3.3"),
                        Map.entry("databases", "4"),
                        Map.entry("timeout", "4"),
                        Map.entry("config-file", file.toString()));
    }

    @Test
    void the_file_is_the_argument_or_the_option_or_the_variable() throws Exception {
        Path file = Files.writeString(folder.resolve("mini.conf"), "timeout 4\n");
        Map<String, String> environment = Map.of("MINI_REDIS_CONFIG", file.toString());
        assertThat(ServerRun.given(line("server " + file), Map.of(), Map.of())).containsEntry("timeout", "4");
        assertThat(ServerRun.given(line("server --config " + file), Map.of(), Map.of()))
                .containsEntry("timeout", "4");
        assertThat(ServerRun.given(line("server"), Map.of(), environment)).containsEntry("timeout", "4");
    }

    @Test
    void a_variable_is_read_as_its_option_is_and_an_empty_one_is_none() throws Exception {
        Map<String, String> environment = Map.of(
                "MINI_REDIS_PORT", "no",
                "MINI_REDIS_APPENDONLY", "no",
                "MINI_REDIS_HTTP_PORT", "7",
                "MINI_REDIS_MAXMEMORY", "checked later",
                "MINI_REDIS_HOST", "");
        assertThat(ServerRun.given(line("server --http-port 8"), Map.of(), environment))
                .containsOnly(
                        Map.entry("port", "-1"),
                        Map.entry("appendonly", "false"),
                        Map.entry("http-port", "8"),
                        Map.entry("maxmemory", "checked later"));
    }

    @ParameterizedTest
    @CsvSource({"MINI_REDIS_PORT, x", "MINI_REDIS_FSYNC, never"})
    void a_variable_with_an_impossible_value_is_refused_by_its_name(String name, String value) {
        assertThatThrownBy(() -> ServerRun.given(line("server"), Map.of(), Map.of(name, value)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith(name + ": '" + value + "'");
    }
}
