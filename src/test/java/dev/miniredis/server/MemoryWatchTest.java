package dev.miniredis.server;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class MemoryWatchTest {
    private final MemoryWatch watch = new MemoryWatch();

    private boolean looks(int times, long collectionMillis, boolean hasRoom) {
        boolean ends = false;
        for (int i = 0; i < times; i++) {
            ends = watch.look(collectionMillis, 1000, hasRoom);
        }
        return ends;
    }

    @Test
    void a_collector_that_is_busy_and_finds_no_room_for_ten_seconds_is_the_end() {
        assertThat(looks(9, 950, false)).isFalse();
        assertThat(looks(1, 950, false)).isTrue();
    }

    @Test
    void one_that_finds_room_or_leaves_time_is_not() {
        assertThat(looks(20, 950, true)).isFalse();
        assertThat(looks(20, 800, false)).isFalse();
        looks(9, 950, false);
        looks(1, 100, false);
        assertThat(looks(9, 950, false)).isFalse();
    }
}
