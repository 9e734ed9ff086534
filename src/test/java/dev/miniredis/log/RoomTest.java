package dev.miniredis.log;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.log.SimulatedDisk.Operation;
import dev.miniredis.log.WriteLog.Room;
import dev.miniredis.resp.Request;
import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Room is made before it is used, and when none can be made, that is said before anything has changed. */
@Timeout(60)
class RoomTest {
    private static final String LARGE = "L".repeat(100_000);

    private static DiskPause pauseFilling(SimulatedDisk disk) {
        return disk.pause(step -> step.is(Operation.WRITE) && step.isOfRoomThread());
    }

    @Test
    void there_is_room_soon_and_then_there_is() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        DiskPause filling = pauseFilling(disk);
        try (TestedLog log = TestedLog.open(disk)) {
            filling.awaitArrival();
            assertThat(log.roomFor("SET", "k", "v")).isEqualTo(Room.SOON);
            assertThat(log.roomChanges()).isZero();
            assertThat(log.log().problem()).isNull();
            filling.release();
            log.await("it is told", () -> log.roomChanges() > 0);
            assertThat(log.roomFor("SET", "k", "v")).isEqualTo(Room.YES);
        }
    }

    @Test
    void a_sync_of_entries_finds_a_file_whose_size_is_durable() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = TestedLog.open(disk)) {
            log.awaitRest();
            assertThat(disk.durablePart().usedBytes())
                    .isEqualTo(disk.usedBytes())
                    .isGreaterThanOrEqualTo(RoomKeeper.MIN_STEP);
        }
    }

    @Test
    void entries_not_yet_written_have_their_room() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = TestedLog.open(disk)) {
            log.awaitRest();
            DiskPause filling = pauseFilling(disk);
            DiskPause writing = disk.pause(step -> step.is(Operation.WRITE) && step.isOfLogThread());
            int taken = 0;
            while (log.roomFor("SET", "k", LARGE) == Room.YES) {
                log.appendAnyway("SET", "k", LARGE);
                log.log().submit();
                taken++;
            }
            assertThat(taken).isBetween(3, 10);
            assertThat(log.roomFor("SET", "k", LARGE)).isEqualTo(Room.SOON);
            writing.release();
            filling.release();
            log.awaitRoom(Room.YES, "SET", "k", LARGE);
            log.awaitPublished(taken);
        }
    }

    /** Room on the disk there may be; the memory that what waits for it takes is bounded all the same. */
    @Test
    void a_slow_disk_makes_writers_wait_before_memory_runs_out() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        String value = "v".repeat(10_000);
        long bound = LineWriter.bound(
                new byte[0], Request.of("SET".getBytes(UTF_8), "k".getBytes(UTF_8), value.getBytes(UTF_8)));
        long fitting = 10;
        try (TestedLog log = TestedLog.open(disk, fitting * bound)) {
            log.awaitRest();
            DiskPause syncing = disk.pause(step -> step.is(Operation.SYNC) && step.isOfLogThread());
            log.write("SET", "k", "v");
            syncing.awaitArrival();
            int taken = 0;
            while (log.roomFor("SET", "k", value) == Room.YES) {
                log.appendAnyway("SET", "k", value);
                log.log().submit();
                taken++;
            }
            assertThat((long) taken).isBetween(fitting - 2, fitting);
            assertThat(log.log().figures().reservedBytes() - log.log().figures().writtenBytes())
                    .isGreaterThan(2 * fitting * bound);
            int told = log.roomChanges();
            syncing.release();
            log.await("it is told", () -> log.roomChanges() > told);
            log.awaitRoom(Room.YES, "SET", "k", value);
        }
    }

    @Test
    void an_entry_may_be_larger_than_a_step() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        String value = "v".repeat(5 * (int) RoomKeeper.MIN_STEP);
        try (TestedLog log = TestedLog.open(disk)) {
            log.awaitRoom(Room.YES, "SET", "k", "v");
            assertThat(log.roomFor("SET", "k", value)).isEqualTo(Room.SOON);
            log.awaitPublished(log.write("SET", "k", value));
            log.awaitPublished(log.write("SET", "k", "v"));
            assertThat(Recovered.from(disk.durablePart()).entries()).isEqualTo(log.appended());
        }
    }

    @Test
    void no_line_can_be_longer_than_an_array() throws Exception {
        try (TestedLog log = TestedLog.open(new SimulatedDisk())) {
            assertThat(log.log().roomFor(Integer.MAX_VALUE)).isEqualTo(Room.TOO_LARGE);
            assertThat(log.log().roomFor(Long.MAX_VALUE)).isEqualTo(Room.TOO_LARGE);
        }
    }

    @Test
    void a_full_disk_refuses_what_has_no_room_and_nothing_else_and_recovers_by_itself() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        disk.capacity(RoomKeeper.MIN_STEP + 300_000);
        try (TestedLog log = TestedLog.open(disk)) {
            int taken = 0;
            while (log.tryAppend("SET", "k", LARGE) > 0) {
                log.log().submit();
                log.awaitPublished(++taken); // else it could be refused for room that others hold and do not use
            }
            assertThat(taken).isBetween(4, 13);
            assertThat(log.roomFor("SET", "k", LARGE)).isEqualTo(Room.NO);
            assertThat(log.log().problem()).isEqualTo(SimulatedDisk.NO_SPACE);
            assertThat(log.roomChanges()).isPositive();
            assertThat(log.roomFor("SET", "k", "v"))
                    .as("what still has room is taken")
                    .isEqualTo(Room.YES);
            log.awaitPublished(log.write("SET", "k", "v"));

            int told = log.roomChanges();
            disk.capacity(Long.MAX_VALUE);
            log.awaitRoom(Room.YES, "SET", "k", LARGE);
            log.await("it is told", () -> log.roomChanges() > told);
            assertThat(log.log().problem()).isNull();
            log.awaitPublished(log.write("SET", "k", LARGE));
            assertThat(Recovered.from(disk.durablePart()).entries()).isEqualTo(log.appended());
        }
    }

    @Test
    void a_full_disk_recovers_though_nobody_asks() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        disk.fail(step -> step.isOfRoomThread() && step.is(Operation.WRITE), SimulatedDisk.NO_SPACE);
        try (TestedLog log = TestedLog.open(disk)) {
            log.await("the problem", () -> log.log().problem() != null);
            assertThat(log.roomChanges()).isEqualTo(1);
            disk.heal();
            log.await("it is told", () -> log.roomChanges() == 2);
            assertThat(log.log().problem()).isNull();
            log.awaitPublished(log.write("SET", "k", "v"));
        }
    }

    @Test
    void a_full_disk_is_asked_again_about_once_a_second_however_often_clients_ask() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        disk.fail(step -> step.isOfRoomThread() && step.is(Operation.WRITE), SimulatedDisk.NO_SPACE);
        try (TestedLog log = TestedLog.open(disk)) {
            log.await("the problem", () -> log.log().problem() != null);
            long before = disk.operations();
            assertThat(log.happensSoon(() -> log.roomFor("SET", "k", "v") != Room.NO)) // asks all the time
                    .isFalse();
            assertThat(disk.operations() - before).isLessThan(10);
        }
    }

    @Test
    void a_failure_without_a_message_is_a_failure_too() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        disk.fault(step -> step.isOfRoomThread() ? new IOException((String) null) : null);
        try (TestedLog log = TestedLog.open(disk)) {
            log.await("an answer", () -> log.roomFor("SET", "k", "v") != Room.SOON);
            assertThat(log.roomFor("SET", "k", "v")).isEqualTo(Room.NO);
            assertThat(log.log().problem()).isNotNull();
        }
    }

    /** What asks for more than there is gives up; whoever asks for less must not find the disk full of its blanks. */
    @Test
    void an_entry_that_no_disk_can_hold_leaves_the_log_as_it_was() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        disk.capacity(4 * RoomKeeper.MIN_STEP);
        try (TestedLog log = TestedLog.open(disk)) {
            log.awaitRoom(Room.YES, "SET", "k", "v");
            long huge = 20 * RoomKeeper.MIN_STEP;
            log.await("it is refused", () -> log.log().roomFor(huge) == Room.NO);
            assertThat(log.roomFor("SET", "k", "v")).isEqualTo(Room.YES);
            log.awaitPublished(log.write("SET", "k", "v"));
            log.await("the log is well", () -> log.log().problem() == null);
        }
    }

    @Test
    void a_log_goes_on_with_the_room_it_finds() throws Exception {
        SimulatedDisk disk = new SimulatedDisk()
                .put(
                        SegmentNames.ACTIVE,
                        LogText.ofBatches(1, 3).blanks(400_000).bytes());
        disk.capacity(disk.usedBytes());
        try (TestedLog log = TestedLog.open(disk)) {
            log.awaitPublished(log.write("SET", "k", LARGE));
            assertThat(log.tryAppend("SET", "k", LARGE.repeat(4))).isZero();
            assertThat(log.log().problem()).isEqualTo(SimulatedDisk.NO_SPACE);
            assertThat(Recovered.from(disk.durablePart()).entries()).isEqualTo(log.all());
        }
    }

    @Test
    void the_sizes_are_told() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = TestedLog.open(disk)) {
            log.awaitPublished(log.write("SET", "k", "v"));
            log.awaitRest();
            assertThat(log.log().figures().reservedBytes()).isEqualTo(disk.usedBytes());
            String file = disk.files().get(SegmentNames.ACTIVE);
            assertThat(log.log().figures().writtenBytes()).isEqualTo(file.indexOf("\n\n") + 1);
        }
    }
}
