package dev.miniredis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.log.LogEntry;
import dev.miniredis.resp.Request;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

class EntryFilterTest {
    /** Logs of the first versions have the long form of an IPv6 address. */
    @ParameterizedTest
    @CsvSource({
        "::1, [::1]:5, true",
        "::1, [0:0:0:0:0:0:0:1]:5, true",
        "[::1], [0:0:0:0:0:0:0:1]:5, true",
        "[::1]:5, [0:0:0:0:0:0:0:1]:5, true",
        "[::1]:6, [0:0:0:0:0:0:0:1]:5, false",
        "0:0:0:0:0:0:0:1, [::1]:5, true",
        "::1, [::12]:5, false",
        "[fe80, [fe80::1]:5, true",
        "10.0.0.7, 10.0.0.7:5, true",
        "10.0.0.7:5, 10.0.0.7:5, true",
        "[::1, [::1]:5, true",
    })
    void an_address_is_found_in_whatever_form(String wanted, String sender, boolean found) {
        EntryFilter filter = CommandLine.populateCommand(new EntryFilter(), "--address", wanted);
        LogEntry entry = new LogEntry()
                .reset(0, ("default@" + sender).getBytes(StandardCharsets.UTF_8), 0)
                .add(Request.of("PING".getBytes(StandardCharsets.UTF_8)));

        assertThat(filter.matches(entry, false)).isEqualTo(found);
    }
}
