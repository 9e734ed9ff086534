package dev.miniredis.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ServerUriTest {
    @ParameterizedTest
    @CsvSource(
            nullValues = "-",
            value = {
                "redis://,                             false, 127.0.0.1:6379, -,             0",
                "redis://host,                         false, host:6379,      -,             0",
                "REDISS://host:7/,                     true,  host:7,         -,             0",
                "redis://host:7/15,                    false, host:7,         -,             15",
                "redis:///3,                           false, 127.0.0.1:6379, -,             3",
                "redis://secret@host,                  false, host:6379,      AUTH secret,   0",
                "redis://:secret@host,                 false, host:6379,      AUTH secret,   0",
                "redis://ann:s%40%3A%2Ft%C3%BC@[::1]:7/2, false, [::1]:7,     AUTH ann s@:/tü, 2",
                "rediss://ann:100%@host,               true,  host:6379,      AUTH ann 100%, 0",
                "redis://:s:t@host?client=x,           false, host:6379,      AUTH s:t,      0",
            })
    void parts_are_taken_apart(String text, boolean tls, String address, String login, int database) {
        ServerUri uri = ServerUri.parse(text);

        assertThat(uri.tls()).isEqualTo(tls);
        assertThat(uri.address()).hasToString(address);
        assertThat(command(uri.login())).isEqualTo(login);
        assertThat(uri.database()).isEqualTo(database);
    }

    private static String command(Login login) {
        return login == null
                ? null
                : login.command().stream()
                        .map(word -> new String(word, StandardCharsets.UTF_8))
                        .collect(Collectors.joining(" "));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "host:6379", "http://host", "redis:/host"})
    void another_scheme_is_refused(String text) {
        assertThatThrownBy(() -> ServerUri.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("Invalid URI scheme: it is redis:// or rediss://");
    }

    @Test
    void what_is_wrong_is_told_without_the_password() {
        assertThatThrownBy(() -> ServerUri.parse("redis://:secret@host:0"))
                .hasMessage("'host:0' is not an address such as 127.0.0.1:6379 or [::1]:6379");
        assertThatThrownBy(() -> ServerUri.parse("redis://:secret@host/first"))
                .hasMessage("'first' is not the number of a database");
    }
}
