package dev.miniredis.it.operations;

import static io.restassured.RestAssured.given;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a running server exposes is what docs/metrics.md promises, and what INFO tells. */
class MetricsIT {
    private static final Pattern ROW =
            Pattern.compile("\\| `(\\w+)` \\| (\\w+) \\| \\w* \\| (.*) \\| (.*) \\| (.*) \\|");
    private static final Pattern SAMPLE = Pattern.compile("(\\w+)(?:\\{(.*?),?\\})? (\\S+)");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"[^\"]*\"");
    private static final String ONLY_WHILE_LOADING = "loading_";

    @TempDir
    private static Path dataDir;

    private static ServerProcess server;
    private static int httpPort;

    /** A line of the documented table. */
    private record Row(String name, String type, List<String> labels, String meaning, List<String> info) {}

    /** What a scrape tells of a metric. */
    private static final class Family {
        String type = "";
        String help = "";
        final Map<String, Double> values = new TreeMap<>(); // by the labels
        List<String> labels = List.of();
    }

    @BeforeAll
    static void start_server() throws IOException {
        httpPort = ServerProcess.freePort();
        server = ServerProcess.in(dataDir).httpPort(httpPort).start();
        try (RespSocket socket = new RespSocket(server.port())) {
            socket.ask("SET", "k", "v", "EX", "1000");
            socket.ask("GET", "k");
            socket.ask("GET", "none");
            socket.ask("SET", "k", "v", "EX", "0");
            socket.ask("SELECT", "3");
            socket.ask("SET", "in another database", "v");
            assertThat(socket.ask("SAVE")).isEqualTo("OK");
        }
        await().until(() -> families().get("mini_redis_keys").values.size() == 2
                && families().containsKey("mini_redis_disk_free_bytes")
                && families().get("mini_redis_connected_clients").values.equals(Map.of("", 0.0)));
    }

    @AfterAll
    static void stop_server() {
        server.close();
    }

    private static List<Row> table() throws IOException {
        try (Stream<String> lines = Files.lines(Path.of("docs", "metrics.md"))) {
            return lines.map(ROW::matcher)
                    .filter(Matcher::matches)
                    .map(row ->
                            new Row(row.group(1), row.group(2), words(row.group(3)), row.group(4), words(row.group(5))))
                    .toList();
        }
    }

    private static List<String> words(String column) {
        return Stream.of(column.replace("`", "").split(", "))
                .filter(word -> !word.isEmpty())
                .toList();
    }

    private static Map<String, Family> families() {
        String text = given().baseUri("http://127.0.0.1")
                .port(httpPort)
                .accept("text/plain")
                .get("/q/metrics")
                .then()
                .statusCode(200)
                .extract()
                .asString();
        Map<String, Family> families = new LinkedHashMap<>();
        Family family = null;
        for (String line : text.lines().filter(l -> l.contains("mini_redis")).toList()) {
            String[] words = line.split(" ", 4);
            if (words[0].equals("#")) {
                family = families.computeIfAbsent(words[2], name -> new Family());
                family.type = words[1].equals("TYPE") ? words[3] : family.type;
                family.help = words[1].equals("HELP") ? words[3] : family.help;
            } else {
                add(family, line);
            }
        }
        families.values().removeIf(f -> f.values.isEmpty());
        return families;
    }

    private static void add(Family family, String line) {
        Matcher sample = SAMPLE.matcher(line);
        assertThat(sample.matches()).as(line).isTrue();
        String labels = sample.group(2) == null ? "" : sample.group(2);
        List<String> names = new ArrayList<>();
        LABEL.matcher(labels).results().forEach(label -> names.add(label.group(1)));
        names.remove("le");
        family.labels = names;
        family.values.put(labels, Double.parseDouble(sample.group(3)));
    }

    @Test
    void what_is_exposed_is_what_is_documented() throws IOException {
        List<Row> table = table();
        Map<String, Family> families = families();

        assertThat(families.keySet())
                .containsExactlyInAnyOrderElementsOf(
                        table.stream().map(Row::name).toList());
        assertThat(table).allSatisfy(row -> {
            Family family = families.get(row.name());
            assertThat(family.type).isEqualTo(row.type().replace("info", "gauge")); // the older format has no infos
            assertThat(family.help).isEqualTo(row.meaning());
            assertThat(family.labels).containsExactlyElementsOf(row.labels());
        });
    }

    @Test
    void only_commands_that_were_asked_for_have_series() {
        Family commands = families().get("mini_redis_commands_total");
        assertThat(commands.values).containsEntry("command=\"set\"", 3.0).containsEntry("command=\"get\"", 2.0);
        assertThat(commands.values).hasSizeLessThan(10);
        assertThat(families().get("mini_redis_commands_failed_total").values).containsEntry("command=\"set\"", 1.0);
    }

    @Test
    void durations_of_commands_are_a_histogram() {
        Map<String, Double> durations = families().get("mini_redis_command_duration_seconds").values;
        List<Double> buckets = durations.entrySet().stream()
                .filter(sample -> sample.getKey().contains("command=\"set\",le=\""))
                .sorted(java.util.Comparator.comparing(sample -> Double.valueOf(sample.getKey()
                        .replaceFirst(".*le=\"", "")
                        .replace("\"", "")
                        .replace("+Inf", "Infinity"))))
                .map(Map.Entry::getValue)
                .toList();
        assertThat(buckets).hasSize(21).isSorted();
        assertThat(buckets.getLast()).isEqualTo(3);
    }

    @Test
    void info_tells_the_same() throws IOException {
        Map<String, String> before;
        Map<String, Family> families;
        Map<String, String> after;
        try (RespSocket socket = new RespSocket(server.port())) {
            before = info(socket);
            families = families();
            after = info(socket);
        }
        List<String> compared = new ArrayList<>();
        for (Row row : table()) {
            for (String field : row.info()) {
                Pattern name = Pattern.compile(field.replace("dbN", "db\\d+").replace("*", ".*"));
                assertThat(field.startsWith(ONLY_WHILE_LOADING)
                                || before.keySet().stream().anyMatch(name.asMatchPredicate()))
                        .as("INFO has %s", field)
                        .isTrue();
                String value = before.get(field);
                boolean still = value != null && value.equals(after.get(field)) && value.matches("-?\\d+");
                if (still && row.labels().isEmpty() && row.info().size() == 1) {
                    assertThat(families.get(row.name()).values.get(""))
                            .as("%s, which INFO has in whole numbers", row.name())
                            .satisfies(exact -> assertThat(Math.floor(exact)).isEqualTo(Double.valueOf(value)));
                    compared.add(row.name());
                }
            }
        }
        assertThat(compared)
                .contains("mini_redis_max_clients", "mini_redis_log_last_lsn", "mini_redis_compactions_total")
                .hasSizeGreaterThan(20);
    }

    private static Map<String, String> info(RespSocket socket) throws IOException {
        return socket.ask("INFO", "everything")
                .lines()
                .map(line -> line.split(":", 2))
                .filter(parts -> parts.length == 2)
                .collect(Collectors.toMap(parts -> parts[0], parts -> parts[1].strip(), (a, b) -> a));
    }
}
