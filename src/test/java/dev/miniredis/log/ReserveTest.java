package dev.miniredis.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.miniredis.log.SimulatedDisk.NameOrder;
import dev.miniredis.log.SimulatedDisk.Operation;
import dev.miniredis.log.SimulatedFile.Loss;
import dev.miniredis.log.WriteLog.Room;
import dev.miniredis.resp.Request;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A disk that is full can be helped from within: by what frees memory, and by a base of what is left then. */
@Timeout(120)
class ReserveTest {
    private static final long CAPACITY = 4 * RoomKeeper.MIN_STEP;
    private static final String LARGE = "L".repeat(100_000);

    private static SimulatedDisk smallDisk() {
        SimulatedDisk disk = new SimulatedDisk();
        disk.capacity(CAPACITY);
        return disk;
    }

    private static TestedLog openFull(SimulatedDisk disk) throws Exception {
        TestedLog log = TestedLog.open(disk);
        log.awaitRest();
        log.log().look(); // which makes the reserve
        assertThat(log.log().figures().reserveBytes()).isEqualTo(Reserve.MIN_BYTES);
        fill(log, LARGE);
        fill(log, "v".repeat(500));
        return log;
    }

    /** Writes as long as the last of the room is not needed. */
    private static void fill(TestedLog log, String value) {
        for (int i = 0; i < 10_000; i++) {
            Room room = roomToGrow(log, value);
            if (room == Room.NO) {
                return;
            }
            log.awaitPublished(log.write("SET", "k", value));
        }
        throw new AssertionError("it is never full");
    }

    private static Room roomToGrow(TestedLog log, String value) {
        long bound = LineWriter.bound(TestedLog.command(new LogEntry(), "SET", "k", value));
        log.await("an answer", () -> log.log().roomFor(bound, WriteLog.SPARE_BYTES) != Room.SOON);
        return log.log().roomFor(bound, WriteLog.SPARE_BYTES);
    }

    private static void compact(TestedLog log, int valueBytes) throws IOException, InterruptedException {
        long lsn = log.log().rotate();
        try (BaseFile base = log.log().newBase(new BaseHeader(lsn, 1, 0, List.of()))) {
            byte[] value = new byte[valueBytes];
            java.util.Arrays.fill(value, (byte) 'v');
            base.add(0, Request.of(RecordedEntry.latin1("SET"), RecordedEntry.latin1("left"), value));
            log.log().install(base, Retention.NONE);
        }
    }

    @Test
    void the_last_of_the_room_is_for_what_frees_memory() throws Exception {
        try (TestedLog log = openFull(smallDisk())) {
            assertThat(roomToGrow(log, "v".repeat(500))).isEqualTo(Room.NO);
            for (int i = 0; i < 100; i++) {
                log.awaitPublished(log.write("DEL", "k"));
            }
            assertThat(log.log().problem()).isEqualTo(SimulatedDisk.NO_SPACE);
        }
    }

    @Test
    void a_base_that_fits_into_the_reserve_makes_room() throws Exception {
        SimulatedDisk disk = smallDisk();
        try (TestedLog log = openFull(disk)) {
            log.awaitPublished(log.write("FLUSHALL"));
            log.log().look();
            assertThat(log.log().roomForBase()).isGreaterThanOrEqualTo(Reserve.MIN_BYTES);
            compact(log, 10);
            assertThat(log.log().figures().reserveBytes())
                    .as("it is kept again")
                    .isEqualTo(Reserve.MIN_BYTES);
            log.awaitRoom(Room.YES, "SET", "k", LARGE);
            log.await("there is room", () -> log.log().problem() == null);
            assertThat(log.log().roomForBase()).isZero();
            log.awaitPublished(log.write("SET", "k", LARGE));
        }
        assertThat(Recovered.from(disk).entries()).hasSize(2);
    }

    @Test
    void a_base_that_does_not_fit_leaves_all_as_it_was_and_room_for_the_next_try() throws Exception {
        SimulatedDisk disk = smallDisk();
        try (TestedLog log = openFull(disk)) {
            for (int i = 0; i < 3; i++) {
                assertThatThrownBy(() -> compact(log, (int) CAPACITY))
                        .isInstanceOf(IOException.class)
                        .hasMessage(SimulatedDisk.NO_SPACE);
                assertThat(disk.files()).doesNotContainKey(SegmentNames.UNFINISHED_BASE);
                assertThat(log.log().figures().reserveBytes()).isGreaterThan(Reserve.MIN_BYTES / 2);
                log.awaitPublished(log.write("DEL", "k"));
            }
            compact(log, 1000);
            log.awaitRoom(Room.YES, "SET", "k", LARGE);
        }
    }

    @Test
    void a_disk_that_another_fills_is_left_with_what_it_has() throws Exception {
        SimulatedDisk disk = smallDisk();
        disk.fail(step -> step.file().equals(Reserve.NAME), SimulatedDisk.NO_SPACE);
        try (TestedLog log = TestedLog.open(disk)) {
            log.log().look();
            assertThat(log.log().figures().reserveBytes()).isZero();
            log.awaitPublished(log.write("SET", "k", "v"));
            compact(log, 10);
            log.awaitPublished(log.write("SET", "k", "v"));
        }
    }

    @Test
    void a_large_disk_keeps_more_piece_by_piece() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        disk.capacity(1L << 40);
        try (TestedLog log = TestedLog.open(disk)) {
            log.log().look();
            assertThat(log.log().figures().reserveBytes()).isLessThan(Reserve.MAX_BYTES);
            for (int i = 0; i < 16; i++) {
                log.log().look();
            }
            assertThat(log.log().figures().reserveBytes()).isEqualTo(Reserve.MAX_BYTES);
            assertThat(disk.bytes(Reserve.NAME)).hasSize((int) Reserve.MAX_BYTES);
        }
    }

    /** The process or the power ends at whichever operation of a compaction on a full disk: the next one can go on. */
    @Test
    void whenever_it_ends_the_next_process_can_compact() throws Exception {
        boolean ended = false;
        for (int later = 1; !ended; later++) {
            SimulatedDisk disk = smallDisk();
            TestedLog log = openFull(disk);
            log.awaitPublished(log.write("FLUSHALL"));
            long lsn = log.log().durableLsn();
            disk.dieAt(disk.operations() + later);
            try {
                compact(log, 10);
            } catch (IOException | InterruptedException dead) {
                // as it should
            }
            ended = !disk.isDead();
            SimulatedDisk left = later % 2 == 0 ? disk.kill() : disk.crash(new Random(later), Loss.ANY, NameOrder.KEPT);
            left.capacity(CAPACITY);
            log.abandon();
            try (TestedLog next = TestedLog.open(left)) {
                assertThat(next.log().durableLsn()).as("operation %d", later).isEqualTo(lsn);
                compact(next, 10);
                next.awaitRoom(Room.YES, "SET", "k", LARGE);
            }
        }
    }

    @Test
    void entries_do_not_take_what_a_base_is_made_of() throws Exception {
        SimulatedDisk disk = smallDisk();
        try (TestedLog log = openFull(disk)) {
            DiskPause writing =
                    disk.pause(step -> step.is(Operation.WRITE) && step.file().equals(SegmentNames.UNFINISHED_BASE));
            Thread base = Thread.ofPlatform().start(() -> {
                try {
                    compact(log, 200_000);
                } catch (IOException | InterruptedException e) {
                    throw new AssertionError(e);
                }
            });
            writing.awaitArrival();
            assertThat(log.happensSoon(() -> roomToGrow(log, LARGE) == Room.YES))
                    .isFalse();
            writing.release();
            base.join();
            assertThat(disk.files()).containsKey(SegmentNames.base(log.log().durableLsn()));
        }
    }
}
