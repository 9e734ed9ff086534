package dev.miniredis.server;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.config.Tuning;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnknownSettingsTest {
    private final UnknownSettings unknown = new UnknownSettings(new Tuning().all());

    @ParameterizedTest
    @CsvSource({
        "mini-redis.maxmemoryy, mini-redis.maxmemory",
        "mini-redis.maxmemory_policy, mini-redis.maxmemory-policy",
        "mini-redis.prot, mini-redis.port",
        "mini-redis.datadir, mini-redis.data-dir",
        "mini-redis.requirepassfile, mini-redis.requirepass-file",
        "mini-redis.http-port, quarkus.management.port",
        "mini-redis.colour-of-the-sky, ''",
        "mini-redis.x, ''",
        "mini-redis., ''",
    })
    void a_property_that_is_none_comes_with_the_nearest(String name, String nearest) {
        assertThat(unknown.in(List.of(name), Map.of())).isEqualTo(Map.of(name, nearest));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mini-redis.port",
                "mini-redis.tls-port",
                "mini-redis.users",
                "mini-redis.config-file",
                "mini-redis.requirepass-file",
                "mini-redis.maxmemory-policy",
                "mini-redis.hz",
                "quarkus.management.port",
                "mini-redisx.port"
            })
    void what_there_is_and_what_is_not_ours_is_no_matter(String name) {
        assertThat(unknown.in(List.of(name), Map.of())).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "MINI_REDIS_MAXMEMORYY, 1, MINI_REDIS_MAXMEMORY",
        "MINI_REDIS_JAVA_OPT, -Xmx1g, MINI_REDIS_JAVA_OPTS",
        "MINI_REDIS_PORTS, 1, MINI_REDIS_PORT",
        "MINI_REDIS_PORT_6379, 1, ''",
    })
    void so_does_a_variable(String name, String value, String nearest) {
        assertThat(unknown.in(List.of(), Map.of(name, value))).isEqualTo(Map.of(name, nearest));
    }

    @Test
    void the_variables_of_kubernetes_and_of_the_program_are_none() {
        assertThat(unknown.in(
                        List.of(),
                        Map.ofEntries(
                                Map.entry("MINI_REDIS_SERVICE_HOST", "10.0.0.1"),
                                Map.entry("MINI_REDIS_SERVICE_PORT", "6379"),
                                Map.entry("MINI_REDIS_SERVICE_PORT_REDIS", "6379"),
                                Map.entry("MINI_REDIS_PORT_6379_TCP", "tcp://10.0.0.1:6379"),
                                Map.entry("MINI_REDIS_PORT_6379_TCP_PROTO", "tcp"),
                                Map.entry("MINI_REDIS_PORT_6379_TCP_PORT", "6379"),
                                Map.entry("MINI_REDIS_PORT_6379_TCP_ADDR", "10.0.0.1"),
                                Map.entry("MINI_REDIS_HEADLESS_SERVICE_HOST", "10.0.0.2"),
                                Map.entry("MINI_REDIS_HEADLESS_PORT", "tcp://10.0.0.2:6379"),
                                Map.entry("MINI_REDIS_JAVA_OPTS", "-Xmx1g"),
                                Map.entry("MINI_REDIS_HISTFILE", "h"),
                                Map.entry("MINI_REDIS_HTTP_PORT", "0"),
                                Map.entry("MINI_REDIS_CONFIG", "f"),
                                Map.entry("MINI_REDIS_DATA_DIR", "d"),
                                Map.entry("PATH", "/bin"))))
                .isEmpty();
    }
}
