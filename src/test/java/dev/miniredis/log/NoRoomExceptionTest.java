package dev.miniredis.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;

class NoRoomExceptionTest {
    private static final IOException IN_GERMAN = new IOException("Auf dem Gerät ist kein Speicherplatz mehr verfügbar");
    private static final long BYTES = 1000;

    private static SimulatedDisk diskOf(long bytes) {
        SimulatedDisk disk = new SimulatedDisk();
        disk.capacity(bytes);
        return disk;
    }

    @Test
    void a_write_that_fails_on_a_full_disk_has_no_room_whatever_the_message() {
        IOException told = NoRoomException.of(IN_GERMAN, diskOf(BYTES - 1), BYTES);
        assertThat(told).isInstanceOf(NoRoomException.class).hasMessage(IN_GERMAN.getMessage());
    }

    @Test
    void a_used_up_quota_is_told_by_the_message_alone() {
        IOException quota = new IOException("Disk quota exceeded");
        assertThat(NoRoomException.of(quota, diskOf(Long.MAX_VALUE), BYTES)).isInstanceOf(NoRoomException.class);
    }

    @Test
    void any_other_failure_stays_as_it_is() {
        IOException failure = new IOException("Input/output error");
        assertThat(NoRoomException.of(failure, diskOf(BYTES), BYTES)).isSameAs(failure);
    }
}
