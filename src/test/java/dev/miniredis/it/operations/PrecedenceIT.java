package dev.miniredis.it.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a setting comes from when several sources say it: docs/configuration.md has the order. */
class PrecedenceIT {
    /** As many as there are sets of four sources; each takes 11 to 14. */
    private static final List<String> PARAMETERS = List.of(
            "timeout",
            "tcp-keepalive",
            "maxmemory-samples",
            "maxmemory-eviction-tenacity",
            "lfu-log-factor",
            "lfu-decay-time",
            "slowlog-max-len",
            "acllog-max-len",
            "latency-monitor-threshold",
            "tracking-table-max-keys",
            "loading-reply-threshold",
            "tls-reload-period",
            "maxclients",
            "hll-sparse-max-bytes",
            "auto-aof-rewrite-percentage",
            "cluster-announce-port");

    @TempDir
    private Path folder;

    private final List<String> options = new ArrayList<>();
    private final StringBuilder file = new StringBuilder();
    private final StringBuilder properties = new StringBuilder();

    /** The sources, the strongest first. */
    private enum Source {
        OPTION,
        ENVIRONMENT,
        FILE,
        PROPERTIES
    }

    private void say(Source source, String name, String inFile, String value, ServerProcess.Launch launch) {
        switch (source) {
            case OPTION -> options.addAll(List.of("--" + name, value));
            case ENVIRONMENT ->
                launch.environment("MINI_REDIS_" + name.toUpperCase(Locale.ROOT).replace('-', '_'), value);
            case FILE -> file.append(inFile).append(' ').append(value).append('\n');
            case PROPERTIES ->
                properties
                        .append("mini-redis.")
                        .append(name)
                        .append('=')
                        .append(value)
                        .append('\n');
        }
    }

    private ServerProcess start(ServerProcess.Launch launch) throws IOException {
        Files.createDirectory(folder.resolve("config"));
        Files.writeString(folder.resolve("config/application.properties"), properties);
        Files.writeString(folder.resolve("mini-redis.conf"), file);
        options.add("mini-redis.conf");
        return launch.folder(folder).options(options.toArray(String[]::new)).start();
    }

    private static String value(RespSocket socket, String parameter) throws IOException {
        String answer = socket.ask("CONFIG", "GET", parameter);
        return answer.substring(("[" + parameter + ", ").length(), answer.length() - 1);
    }

    @Test
    void of_all_sets_of_sources_the_strongest_counts() throws IOException {
        ServerProcess.Launch launch = ServerProcess.in(folder.resolve("data"));
        List<String> expected = new ArrayList<>();
        for (int set = 0; set < PARAMETERS.size(); set++) {
            String winner = "default";
            for (Source source : Source.values()) {
                if ((set & 1 << source.ordinal()) != 0) {
                    String value = Integer.toString(11 + source.ordinal());
                    say(source, PARAMETERS.get(set), PARAMETERS.get(set), value, launch);
                    winner = winner.equals("default") ? value : winner;
                }
            }
            expected.add(winner.equals("default") ? "0" : winner); // nobody sets timeout, which is the first
        }
        try (ServerProcess server = start(launch);
                RespSocket socket = new RespSocket(server.port())) {
            List<String> inForce = new ArrayList<>();
            for (String parameter : PARAMETERS) {
                inForce.add(value(socket, parameter));
            }
            assertThat(inForce).isEqualTo(expected);
        }
    }

    @Test
    void settings_follow_the_same_order() throws IOException {
        ServerProcess.Launch launch = ServerProcess.in(folder).bare();
        Path dataDir = folder.resolve("by-environment");
        say(Source.OPTION, "http-port", "", "0", launch);
        say(Source.OPTION, "appendonly", "appendonly", "yes", launch);
        say(Source.FILE, "appendonly", "appendonly", "no", launch);
        say(Source.ENVIRONMENT, "port", "port", "0", launch);
        say(Source.FILE, "port", "port", "1", launch);
        say(Source.ENVIRONMENT, "data-dir", "dir", dataDir.toString(), launch);
        say(
                Source.PROPERTIES,
                "data-dir",
                "dir",
                folder.resolve("by-properties").toString(),
                launch);
        say(Source.FILE, "databases", "databases", "7", launch);
        say(Source.PROPERTIES, "databases", "databases", "8", launch);
        say(Source.PROPERTIES, "fsync", "appendfsync", "everysec", launch);
        say(Source.FILE, "timeout", "timeout", "13", launch);
        say(Source.ENVIRONMENT, "timeout", "timeout", "", launch);
        try (ServerProcess server = start(launch);
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(value(socket, "appendonly")).isEqualTo("yes");
            assertThat(value(socket, "dir")).isEqualTo(dataDir.toString());
            assertThat(value(socket, "databases")).isEqualTo("7");
            assertThat(value(socket, "appendfsync")).isEqualTo("everysec");
            assertThat(value(socket, "bind")).as("the default").isEqualTo("127.0.0.1");
            assertThat(value(socket, "timeout")).as("an empty variable is none").isEqualTo("13");
        }
        assertThat(dataDir.resolve("mini-redis.log")).exists();
    }

    @Test
    void an_empty_variable_of_a_setting_is_none() throws IOException {
        ServerProcess.Launch launch = ServerProcess.in(folder.resolve("data"));
        for (String setting : List.of("host", "tls-port", "databases", "fsync", "on-damage", "until", "status-page")) {
            say(Source.ENVIRONMENT, setting, "", "", launch);
        }
        try (ServerProcess server = start(launch);
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(value(socket, "databases")).isEqualTo("16");
            assertThat(value(socket, "appendfsync")).isEqualTo("always");
            assertThat(value(socket, "bind")).isEqualTo("127.0.0.1");
        }
    }

    @Test
    void without_a_file_there_is_none_to_write_to() throws IOException {
        try (ServerProcess server = ServerProcess.in(folder.resolve("data")).start();
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(socket.ask("CONFIG", "REWRITE")).isEqualTo("-ERR The server is running without a config file");
        }
    }
}
