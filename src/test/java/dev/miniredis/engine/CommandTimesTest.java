package dev.miniredis.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What becomes of the time that commands take; the clock is the test's. */
class CommandTimesTest {
    private static final long MILLI = 1_000_000;

    private final EngineHarness harness = new EngineHarness();

    @BeforeEach
    void forget() {
        harness.run("CONFIG RESETSTAT");
    }

    private void take(long millis, String line) {
        harness.commandsTake(millis * MILLI);
        harness.run(line);
        harness.commandsTake(0);
    }

    private String ask(String line) {
        return harness.run(line).replace("\r\n", " ");
    }

    @Test
    void each_command_has_its_own_time() {
        take(3, "GET k");
        take(1, "GET k");
        take(7, "SET k v EX 0");
        assertThat(harness.run("INFO commandstats"))
                .contains("cmdstat_get:calls=2,usec=4000,usec_per_call=2000.00,rejected_calls=0,failed_calls=0\r\n")
                .contains("cmdstat_set:calls=1,usec=7000,usec_per_call=7000.00,rejected_calls=0,failed_calls=1\r\n");
        assertThat(harness.run("INFO latencystats"))
                .contains("latency_percentiles_usec_get:p50=1003.519,p99=3014.655,p99.9=3014.655\r\n");
        assertThat(ask("LATENCY HISTOGRAM get"))
                .isEqualTo("*2 $3 get *4 $5 calls :2 $14 histogram_usec *4 :1056 :1 :4227 :2 ");
    }

    @Test
    void the_end_of_a_command_is_the_beginning_of_the_next_unless_a_turn_begins() {
        harness.run("GET k");
        harness.pass(7); // then a turn begins
        take(5, "GET k");
        assertThat(harness.run("INFO commandstats")).contains("cmdstat_get:calls=2,usec=5000,");
    }

    @Test
    void what_takes_as_long_as_the_threshold_is_in_the_slow_log() {
        harness.run("CONFIG SET slowlog-log-slower-than 2000");
        take(1, "GET fast");
        take(2, "GET slow");
        assertThat(ask("SLOWLOG GET"))
                .isEqualTo("*1 *6 :0 :1763834101 :2000 *2 $3 GET $4 slow $14 10.0.0.7:51544 $0  ");
    }

    @Test
    void a_write_is_in_the_slow_log_as_it_was_sent() {
        harness.run("CONFIG SET slowlog-log-slower-than 2000");
        take(2, "set k v");
        assertThat(ask("SLOWLOG GET")).contains("*3 $3 set $1 k $1 v ");
    }

    @Test
    void spikes_are_kept_a_second_each_and_fast_commands_apart() {
        harness.run("CONFIG SET latency-monitor-threshold 5");
        take(4, "GET k");
        take(5, "GET k");
        take(20, "FLUSHALL");
        take(9, "FLUSHALL");
        harness.pass(1000);
        take(10, "FLUSHALL");
        assertThat(ask("LATENCY LATEST"))
                .isEqualTo("*2 *4 $7 command :1763834102 :10 :20 *4 $12 fast-command :1763834101 :5 :5 ");
        assertThat(ask("LATENCY HISTORY command")).isEqualTo("*2 *2 :1763834101 :20 *2 :1763834102 :10 ");
        assertThat(ask("LATENCY RESET COMMAND command")).isEqualTo(":1 ");
        assertThat(ask("LATENCY HISTORY command")).isEqualTo("*0 ");
        assertThat(ask("LATENCY RESET")).isEqualTo(":1 ");
    }

    @Test
    void of_each_event_160_spikes_are_kept() {
        harness.run("CONFIG SET latency-monitor-threshold 5");
        for (int i = 0; i < 161; i++) {
            take(161 - i + 5, "FLUSHALL");
            harness.pass(1000);
        }
        assertThat(ask("LATENCY HISTORY command")).startsWith("*160 *2 :1763834102 :165 ");
        assertThat(ask("LATENCY LATEST")).endsWith(":6 :166 ");
    }

    /** Recorded from a real server. */
    @Test
    void spikes_are_drawn_and_explained_as_redis_does() {
        harness.run("CONFIG SET latency-monitor-threshold 1");
        for (int millis : new int[] {20, 5, 50, 11}) {
            take(millis, "FLUSHALL");
            harness.pass(1000);
        }
        assertThat(harness.run("LATENCY GRAPH command"))
                .endsWith("""
                command - high 50 ms, low 5 ms (all time high 50 ms)
                %s
                  #\\s
                  |\\s
                o |\\s
                |_|o
                   \\s
                4321
                ssss
                """.replace("%s", "-".repeat(80)).replace("\\s", " ") + "\r\n");
        assertThat(harness.run("LATENCY DOCTOR"))
                .contains(
                        "1. command: 4 latency spikes (average 21ms, mean deviation 14ms, period 1.00 sec). Worst all time"
                                + " event 50ms.\n\nI have a few advices for you:\n\n- Your current Slow Log configuration only logs"
                                + " events that are slower than your configured latency monitor threshold. Please use 'CONFIG SET"
                                + " slowlog-log-slower-than 1000'.\n- Check your Slow Log");
    }
}
