package dev.miniredis.net;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AddressTextTest {
    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, 127.0.0.1:7",
        "::1, [::1]:7",
        "0:0:0:0:0:0:0:1, [::1]:7",
        "::, [::]:7",
        "2001:DB8:0:0:1:0:0:1, [2001:db8::1:0:0:1]:7",
        "2001:db8:0:1:1:1:1:1, [2001:db8:0:1:1:1:1:1]:7",
        "fe80::1, [fe80::1]:7",
        "::ffff:10.0.0.1, 10.0.0.1:7",
    })
    void an_address_is_printed_as_inet_ntop_does(String literal, String printed) {
        assertThat(AddressText.of(new InetSocketAddress(InetAddress.ofLiteral(literal), 7)))
                .isEqualTo(printed);
    }
}
