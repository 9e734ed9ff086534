package dev.miniredis.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ParametersTest {
    private final Tuning tuning = new Tuning();
    private final Parameters parameters = new Parameters(tuning);

    @Test
    void every_parameter_begins_with_what_is_documented() {
        for (Parameter<?> parameter : tuning.all()) {
            String before = parameter.text();
            parameter.set(parameter.initial());
            assertThat(parameter.text()).isEqualTo(before);
            parameter.set(before);
            assertThat(parameter.text()).as("its own text sets it").isEqualTo(before);
            if (parameter.acts()) {
                assertThat(parameter.description()).matches("[A-Z].*\\.");
            }
        }
    }

    @Test
    void a_listener_hears_what_is_in_force_and_what_was_taken_back() {
        List<Long> heard = new ArrayList<>();
        tuning.maxMemory.listen(heard::add);
        parameters.set(List.of("maxmemory", "1kb"));
        assertThatThrownBy(() -> parameters.set(List.of("maxmemory", "2kb", "timeout", "x")))
                .isInstanceOf(ConfigException.class);
        assertThat(tuning.maxMemory.value()).isEqualTo(1024);
        assertThat(heard).startsWith(0L, 1024L).endsWith(1024L);
    }

    @Test
    void what_parameters_have_in_common_is_done_once_and_when_it_fails_none_is_set() {
        List<String> done = new ArrayList<>();
        Runnable application = () -> {
            done.add(tuning.tlsCertFile.value() + tuning.tlsKeyFile.value());
            if (tuning.tlsKeyFile.value().isEmpty()) {
                throw new IllegalArgumentException("no key");
            }
        };
        tuning.tlsCertFile.apply(application);
        tuning.tlsKeyFile.apply(application);

        assertThatThrownBy(() -> parameters.set(List.of("timeout", "7", "tls-cert-file", "c")))
                .hasMessage("ERR CONFIG SET failed (possibly related to argument 'tls-cert-file') - no key");
        assertThat(tuning.tlsCertFile.value()).isEmpty();
        assertThat(tuning.timeout.value()).isZero();
        parameters.set(List.of("tls-cert-file", "c", "tls-key-file", "k"));
        parameters.set(List.of("tls-cert-file", "c"));
        assertThat(done)
                .as("the same value is set again: the file may be another")
                .containsExactly("c", "ck", "ck");
    }

    @Test
    void what_is_wrong_before_any_is_set_is_heard_by_nobody() {
        List<Long> heard = new ArrayList<>();
        tuning.maxMemory.listen(heard::add);
        for (List<String> pairs :
                List.of(List.of("maxmemory", "1kb", "nosuch", "1"), List.of("maxmemory", "1kb", "MAXMEMORY", "2kb"))) {
            assertThatThrownBy(() -> parameters.set(pairs)).isInstanceOf(ConfigException.class);
        }
        assertThat(heard).containsExactly(0L);
    }

    @Test
    void a_word_of_the_start_stands_for_what_was_said_of_it_and_for_nothing_later() {
        List<Long> heard = new ArrayList<>();
        tuning.maxMemory.startWordMeans(4096L);
        tuning.maxMemory.listen(heard::add);
        tuning.maxMemory.start("auto");
        assertThat(tuning.maxMemory.text()).isEqualTo("4096");
        assertThat(heard).containsExactly(0L, 4096L);

        assertThatThrownBy(() -> parameters.set(List.of("maxmemory", "auto")))
                .hasMessageEndingWith("argument must be a memory value");
        assertThatThrownBy(() -> tuning.maxMemory.start("automatic")).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> tuning.timeout.start("auto")).isInstanceOf(IllegalArgumentException.class);
        assertThat(tuning.maxMemory.value()).isEqualTo(4096);
    }

    @ParameterizedTest
    @CsvSource({"10000, 10000", "1, 1", "2147483647, 2147483647"})
    void clients_may_be_as_many_as_an_int_counts(String text, int clients) {
        tuning.maxClients.set(text);
        assertThat(tuning.maxClients.value()).isEqualTo(clients);
    }

    @ParameterizedTest
    @ValueSource(strings = {"2147483648", "4294967295"})
    void more_clients_are_too_many_for_the_system(String text) {
        assertThatThrownBy(() -> tuning.maxClients.set(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("The operating system is not able to handle the specified number of clients, try with"
                        + " 2147483647");
        assertThat(tuning.maxClients.value()).isEqualTo(10_000);
    }

    @ParameterizedTest
    @CsvSource({
        "'', 0",
        "0, 0",
        "100, 100",
        "1b, 1",
        "3k, 3000",
        "3KB, 3072",
        "2m, 2000000",
        "2Mb, 2097152",
        "1g, 1000000000",
        "1gb, 1073741824",
        "9223372036854775807, 9223372036854775807"
    })
    void sizes_have_units(String text, long bytes) {
        assertThat(MemorySize.parse(text)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-1", "1.5mb", "1tb", " 1", "1 ", "x", "9223372036854775808", "9223372036854775807k"})
    void what_is_no_size_is_refused(String text) {
        assertThatThrownBy(() -> MemorySize.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("argument must be a memory value");
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0B",
        "1023, 1023B",
        "1024, 1.00K",
        "1536, 1.50K",
        "1048576, 1.00M",
        "1073741824, 1.00G",
        "1099511627776, 1.00T"
    })
    void sizes_are_written_for_people(long bytes, String text) {
        assertThat(MemorySize.human(bytes)).isEqualTo(text);
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "90s, 90s", "30min, 1800s", "36h, 129600s", "7d, 604800s", "10gb, 10737418240", "1000, 1000"})
    void the_log_is_kept_for_a_time_or_up_to_a_size(String text, String canonical) {
        tuning.logRetention.set(text);
        assertThat(tuning.logRetention.text()).isEqualTo(canonical);
    }

    @ParameterizedTest
    @ValueSource(strings = {"7 days", "-1s", "1w", "9999999999s", "s"})
    void what_is_neither_a_time_nor_a_size_is_refused(String text) {
        assertThatThrownBy(() -> tuning.logRetention.set(text))
                .hasMessage("argument must be a time (90s, 30min, 36h, 7d) or a memory value (10gb)");
    }
}
