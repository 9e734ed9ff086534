package dev.miniredis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParseResult;

/** What is read without Picocli is read as Picocli would read it; what is not plain is left to it. */
class ServerArgumentsTest {
    private static Optional<ServerArguments> plain(String line) {
        return ServerArguments.ofPlain(List.of(line.split(" ", -1)));
    }

    /** Properties by name, and the file. */
    private static String told(ServerArguments arguments) {
        Map<String, String> values = new TreeMap<>();
        arguments.values().forEach((option, value) -> values.put(option.name(), value));
        return values + " " + arguments.file();
    }

    /** The same, as Picocli reads it. */
    private static String toldByPicocli(String line) {
        ParseResult parsed = Main.commandLine().parseArgs(line.split(" ", -1)).subcommand();
        Map<String, String> values = new TreeMap<>(parsed.matchedOptions().stream()
                .collect(Collectors.toMap(option -> option.longestName().substring(2), OptionSpec::getValue)));
        return values + " " + parsed.matchedPositionalValue(0, (String) null);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "server",
                "server --host 0.0.0.0 --data-dir /data",
                "server -p 0 -d there --databases 3 --tls-port 7000 --http-port 0",
                "server --port no --appendonly no --status-page yes",
                "server --status-page",
                "server --status-page --appendonly --port 7",
                "server --appendonly --protected-mode --cluster-enabled",
                "server --latency-tracking -p 7 mini.conf",
                "server --fsync everysec --on-damage quarantine --until 2026-11-23T05:30:00Z",
                "server --config there --requirepass-file secret",
                "server mini.conf",
                "server --port 7 mini.conf --maxmemory 100mb",
                "server --maxmemory auto --maxmemory-policy allkeys-lru --timeout 3",
            })
    void a_plain_line_is_read_as_picocli_reads_it(String line) {
        assertThat(plain(line).map(ServerArgumentsTest::told)).contains(toldByPicocli(line));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "--help",
                "client PING",
                "log show",
                "server --help",
                "server -h",
                "server --port",
                "server --port=7",
                "server -p7",
                "server --port 65536",
                "server --port -1",
                "server --port 7 --port 8",
                "server -p 7 --port 8",
                "server --host --port",
                "server --host ",
                "server --frobnicate x",
                "server --databases 0",
                "server --fsync never",
                "server --on-damage ignore",
                "server --appendonly maybe",
                "server --status-page mini.conf",
                "server --status-page -x",
                "server --tls-port --status-page",
                "server --data-dir caf\ufffd",
                "server --aclfile caf\ufffd",
                "server --maxmemory lots",
                "server --daemonize yes",
                "server one.conf two.conf",
                "server ",
                "server -",
                "server --",
                "server -- mini.conf",
            })
    void all_else_is_left_to_picocli(String line) {
        assertThat(plain(line)).isEmpty();
    }
}
