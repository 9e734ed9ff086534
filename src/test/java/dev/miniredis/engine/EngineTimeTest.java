package dev.miniredis.engine;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EngineTimeTest {
    private static final long START = 1_763_834_101_000L;

    private final Machine machine = new Machine();
    private final EngineTime time = new EngineTime(machine);

    private static final class Machine implements Clocks {
        private long wall = START;
        private long nanos = -77;
        private long restNanos; // before each reading of the wall clock

        @Override
        public long wallMillis() {
            nanos += restNanos;
            wall += restNanos / 1_000_000;
            return wall;
        }

        @Override
        public long nanos() {
            return nanos;
        }
    }

    private long after(long millis) {
        machine.wall += millis;
        machine.nanos += millis * 1_000_000;
        time.tick();
        return time.millis() - START;
    }

    private long clockSet(long byMillis) {
        machine.wall += byMillis;
        return after(0);
    }

    @Test
    void it_is_the_wall_clocks() {
        assertThat(after(5)).isEqualTo(5);
        assertThat(clockSet(60_000)).isEqualTo(60_005);
        assertThat(after(1)).isEqualTo(60_006);
        assertThat(time.behindMillis()).isZero();
        assertThat(time.wallMicros()).isEqualTo((START + 60_006) * 1000);
    }

    @Test
    void it_goes_on_while_the_wall_clock_is_behind() {
        after(10);
        assertThat(clockSet(-3_600_000)).isEqualTo(10);
        assertThat(after(1)).isEqualTo(11);
        assertThat(after(1_000_000)).isEqualTo(1_000_011);
        assertThat(time.behindMillis()).isEqualTo(3_600_000);
        assertThat(time.wallMillis() - START).isEqualTo(1_000_011 - 3_600_000);
    }

    @Test
    void it_is_the_wall_clocks_again_when_that_has_come_back() {
        clockSet(-3_600_000);
        after(500);
        assertThat(clockSet(3_599_000)).isEqualTo(500);
        assertThat(time.behindMillis()).isEqualTo(1000);
        assertThat(clockSet(1000)).isEqualTo(500);
        assertThat(time.behindMillis()).isZero();
        assertThat(clockSet(2000)).isEqualTo(2500);
    }

    @Test
    void it_goes_on_from_the_newest_entry_of_the_log() {
        time.advance(START + 100_000_000);
        assertThat(after(7)).isEqualTo(100_000_007);
        time.advance(START + 5);
        assertThat(after(1)).isEqualTo(100_000_008);
        assertThat(time.behindMillis()).isEqualTo(100_000_000);
    }

    @Test
    void set_back_twice_it_goes_on_evenly() {
        clockSet(-10_000);
        assertThat(after(1000)).isEqualTo(1000);
        clockSet(-10_000);
        assertThat(after(1000)).isEqualTo(2000);
        assertThat(time.behindMillis()).isEqualTo(20_000);
    }

    @Test
    void less_than_a_second_is_not_called_behind_and_the_figure_does_not_waver() {
        clockSet(-999);
        assertThat(time.behindMillis()).isZero();
        clockSet(-1);
        assertThat(time.behindMillis()).isEqualTo(1000);
        clockSet(-600);
        assertThat(time.behindMillis()).isEqualTo(1000);
        clockSet(-400);
        assertThat(time.behindMillis()).isEqualTo(2000);
    }

    @Test
    void a_thread_that_rests_between_the_two_clocks_sees_no_step() {
        for (long restMillis : new long[] {5000, 0, 2000, 1, 0}) {
            machine.restNanos = restMillis * 1_000_000;
            time.tick();
            assertThat(time.millis()).isEqualTo(machine.wall);
            assertThat(time.behindMillis()).isZero();
        }
    }

    @Test
    void intervals_are_measured_by_the_monotonic_clock_alone() {
        long began = time.monotonicMillis();
        clockSet(7_200_000);
        after(10);
        clockSet(-3_600_000);
        after(10);
        assertThat(time.monotonicMillis() - began).isEqualTo(20);
    }

    @Test
    void stopped_it_stands_and_intervals_go_on() {
        clockSet(-5000);
        time.stop(START - 1000);
        assertThat(after(10)).isEqualTo(-1000);
        time.advance(START);
        assertThat(after(10)).isEqualTo(-1000);
        assertThat(time.behindMillis()).isZero();
        assertThat(time.wallMicros()).isEqualTo((START - 1000) * 1000);
        assertThat(time.monotonicMillis()).isEqualTo(START + 20);
    }
}
