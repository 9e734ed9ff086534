package dev.miniredis.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerAddressTest {
    @ParameterizedTest
    @CsvSource({
        "192.168.1.100:8080, 192.168.1.100, 8080, 192.168.1.100:8080",
        "localhost,          localhost,     6379, localhost:6379",
        "[::1]:6380,         ::1,           6380, [::1]:6380",
        "[::1],              ::1,           6379, [::1]:6379",
        "host:65535,         host,          65535, host:65535"
    })
    void an_address_is_host_and_port(String text, String host, int port, String shown) {
        ServerAddress address = ServerAddress.parse(text);

        assertThat(address).isEqualTo(new ServerAddress(host, port));
        assertThat(address).hasToString(shown);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                ":",
                ":6379",
                "host:",
                "host:0",
                "host:65536",
                "host:99999999999",
                "host:port",
                "host:-1",
                "host:+1",
                "::1",
                "::1:6379",
                "a:1:2",
                "[]:1",
                "[::1",
                "[::1]6379",
                "[::1]:",
                "redis://host:6379"
            })
    void anything_else_is_refused_with_an_example(String text) {
        assertThatThrownBy(() -> ServerAddress.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("'" + text + "' is not an address such as 127.0.0.1:6379 or [::1]:6379");
    }
}
