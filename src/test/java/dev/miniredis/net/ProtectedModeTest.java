package dev.miniredis.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.config.Tuning;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProtectedModeTest {
    private final Tuning tuning = new Tuning();

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, false",
        "127.8.9.1, false",
        "::1, false",
        "::ffff:127.0.0.1, false",
        "192.0.2.7, true",
        "10.0.0.1, true",
        "2001:db8::1, true",
        "0.0.0.0, true"
    })
    void without_a_password_only_this_machine_is_served(String address, boolean refused) throws UnknownHostException {
        var client = new InetSocketAddress(InetAddress.getByName(address), 4711);

        assertThat(new ProtectedMode(tuning.protectedMode, () -> true).refuses(client))
                .isEqualTo(refused);
        assertThat(new ProtectedMode(tuning.protectedMode, () -> false).refuses(client))
                .isFalse();
    }

    @Test
    void it_can_be_turned_off_while_the_server_runs() throws UnknownHostException {
        var client = new InetSocketAddress(InetAddress.getByName("192.0.2.7"), 4711);
        var mode = new ProtectedMode(tuning.protectedMode, () -> true);

        tuning.protectedMode.set("NO");
        assertThat(mode.refuses(client)).isFalse();
        tuning.protectedMode.set("yes");
        assertThat(mode.refuses(client)).isTrue();
    }
}
