package dev.miniredis.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.miniredis.log.SimulatedDisk.Operation;
import dev.miniredis.log.SimulatedDisk.Step;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The log on a disk that works: groups, order, policies, the end. */
@Timeout(60)
class LocalLogTest {
    private static boolean isSyncOfEntries(Step step) {
        return step.is(Operation.SYNC) && step.isOfLogThread();
    }

    private static long syncs(SimulatedDisk disk) {
        return disk.history().stream().filter(step -> step.is(Operation.SYNC)).count();
    }

    private static String active(SimulatedDisk disk) {
        return disk.files().get(SegmentNames.ACTIVE);
    }

    @ParameterizedTest
    @EnumSource
    void entries_are_published_in_order_and_found_again(FsyncPolicy policy) throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        List<RecordedEntry> appended;
        try (TestedLog log = TestedLog.open(disk, policy)) {
            assertThat(log.log().nextLsn()).isEqualTo(1);
            for (int i = 1; i <= 200; i++) {
                assertThat(log.append("SET", "k" + i, "v\n\u00ff".repeat(i))).isEqualTo(i);
                if (i % 3 == 0) {
                    log.log().submit();
                }
            }
            log.log().submit();
            log.awaitPublished(200);
            assertThat(log.published()).isSorted();
            assertThat(log.log().durableLsn()).isEqualTo(200);
            assertThat(log.log().nextLsn()).isEqualTo(201);
            appended = log.appended();
        }
        assertThat(Recovered.from(disk).entries()).isEqualTo(appended);
    }

    @Test
    void what_comes_while_the_disk_syncs_is_the_next_group() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = TestedLog.open(disk)) {
            log.awaitRest();
            long before = syncs(disk);
            DiskPause pause = disk.pause(LocalLogTest::isSyncOfEntries);
            log.write("SET", "k", "1");
            pause.awaitArrival();
            for (int i = 2; i <= 6; i++) {
                log.write("SET", "k", "" + i);
            }
            assertThat(log.published()).isEmpty();
            assertThat(log.log().durableLsn()).isZero();
            pause.release();
            log.awaitPublished(6);
            assertThat(log.published()).containsExactly(1L, 6L);
            assertThat(syncs(disk) - before).isEqualTo(2);
        }
    }

    @Test
    void what_is_not_submitted_is_not_written() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = TestedLog.open(disk)) {
            log.append("SET", "k", "1");
            log.append("SET", "k", "2");
            assertThat(active(disk)).doesNotContain("\"lsn\"");
            log.log().submit();
            log.awaitPublished(2);
            assertThat(log.published()).containsExactly(2L);
        }
    }

    @Test
    void submitting_nothing_does_nothing() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = TestedLog.open(disk)) {
            log.awaitRest();
            long before = syncs(disk);
            log.log().submit();
            log.log().submit();
            log.awaitPublished(log.write("SET", "k", "1"));
            log.log().submit();
            log.awaitPublished(log.write("SET", "k", "2"));
            assertThat(log.published()).containsExactly(1L, 2L);
            assertThat(syncs(disk) - before).isEqualTo(2);
            assertThat(log.syncs()).as("those told").isGreaterThanOrEqualTo(2);
        }
    }

    @Test
    void the_first_line_of_each_write_says_what_was_durable_before_it() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = TestedLog.open(disk)) {
            log.awaitPublished(log.write("SET", "k", "1"));
            log.append("SET", "k", "2");
            log.awaitPublished(log.write("SET", "k", "3"));
            log.awaitPublished(log.write("SET", "k", "4"));
        }
        assertThat(active(disk).lines())
                .satisfiesExactly(
                        header -> assertThat(header).startsWith("{\"log\":\"mini-redis\",\"format\":1,\"first\":1,"),
                        first -> assertThat(first).contains("\"1\"],\"durable\":0,\"crc\""),
                        second -> assertThat(second).contains("\"2\"],\"durable\":1,\"crc\""),
                        third -> assertThat(third).contains("\"3\"],\"crc\""),
                        fourth -> assertThat(fourth).contains("\"4\"],\"durable\":3,\"crc\""),
                        end -> assertThat(end).startsWith("{\"durable\":4,\"crc\""));
    }

    @Test
    void without_syncs_entries_are_published_when_the_system_has_them() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = TestedLog.open(disk, FsyncPolicy.NO)) {
            log.awaitRest();
            long before = syncs(disk);
            log.onDurable(lsn -> assertThat(active(disk)).contains("{\"lsn\":" + lsn + ","));
            for (int i = 1; i <= 20; i++) {
                log.awaitPublished(log.write("SET", "k", "" + i));
            }
            assertThat(syncs(disk)).isEqualTo(before);
            assertThat(log.log().syncedLsn()).isZero();
        }
        assertThat(Recovered.from(disk.durablePart()).entries())
                .as("the end syncs")
                .hasSize(20);
    }

    @Test
    void every_second_what_was_written_is_synced_though_nothing_more_comes() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        AtomicLong time = new AtomicLong(TimeUnit.HOURS.toNanos(5));
        TestedLog log = TestedLog.recover(disk, FsyncPolicy.EVERYSEC, time::get);
        log.log().start(log);
        log.awaitRest();
        long before = syncs(disk);
        time.addAndGet(TimeUnit.MILLISECONDS.toNanos(990));
        log.awaitPublished(log.write("SET", "k", "1"));
        log.awaitPublished(log.write("SET", "k", "2"));
        assertThat(syncs(disk)).isEqualTo(before);
        assertThat(log.log().syncedLsn()).isZero();
        time.addAndGet(TimeUnit.MILLISECONDS.toNanos(10));
        log.await("the sync of the second", () -> log.log().syncedLsn() == 2);
        assertThat(syncs(disk)).isEqualTo(before + 1);
        assertThat(Recovered.from(disk.durablePart()).entries()).hasSize(2);
        log.awaitPublished(log.write("SET", "k", "3"));
        assertThat(log.log().syncedLsn()).isEqualTo(2);
        time.addAndGet(TimeUnit.SECONDS.toNanos(1));
        log.awaitPublished(log.write("SET", "k", "4"));
        log.await("what comes later syncs what is due", () -> log.log().syncedLsn() == 4);
        assertThat(syncs(disk)).isEqualTo(before + 2);
        log.close();
        assertThat(active(disk))
                .contains("\"1\"],\"durable\":0,")
                .contains("\"2\"],\"durable\":0,")
                .contains("\"3\"],\"durable\":2,");
    }

    @Test
    void a_second_in_real_time_is_about_a_second() throws Exception {
        try (TestedLog log = TestedLog.open(new SimulatedDisk(), FsyncPolicy.EVERYSEC)) {
            long before = System.nanoTime();
            log.awaitPublished(log.write("SET", "k", "1"));
            log.await("the sync", () -> log.log().syncedLsn() == 1);
            assertThat(System.nanoTime() - before).isLessThan(TimeUnit.SECONDS.toNanos(5));
        }
    }

    @Test
    void the_end_cuts_off_the_blanks_and_syncs() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        TestedLog log = TestedLog.open(disk);
        log.awaitPublished(log.write("SET", "k", "1"));
        log.await("room", () -> log.log().figures().reservedBytes() >= RoomKeeper.MIN_STEP);
        assertThat(disk.bytes(SegmentNames.ACTIVE).length).isGreaterThanOrEqualTo((int) RoomKeeper.MIN_STEP);
        log.close();
        assertThat(active(disk)).endsWith("\"}\n").doesNotContain("\n\n");
        assertThat(disk.durablePart().files()).isEqualTo(disk.files());
        assertThat(disk.files().keySet()).containsExactlyInAnyOrder(SegmentNames.ACTIVE);
    }

    @ParameterizedTest
    @EnumSource
    void the_end_writes_what_is_still_there(FsyncPolicy policy) throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        TestedLog log = TestedLog.open(disk, policy);
        log.awaitRoom(WriteLog.Room.YES, "SET", "k", "v");
        DiskPause pause = disk.pause(step -> step.is(Operation.WRITE) && step.isOfLogThread());
        log.write("SET", "k", "1");
        pause.awaitArrival();
        log.write("SET", "k", "2");
        log.append("SET", "k", "3"); // not even submitted
        pause.release();
        log.close();
        assertThat(log.lastPublished()).isEqualTo(3);
        assertThat(Recovered.from(disk.durablePart()).entries())
                .isEqualTo(log.appended())
                .hasSize(3);
    }

    @Test
    void a_log_that_was_never_started_can_be_closed() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        TestedLog.recover(disk, FsyncPolicy.ALWAYS, System::nanoTime).close();
        assertThat(Recovered.from(disk).entries()).isEmpty();
        new LocalLog(disk, FsyncPolicy.ALWAYS, OnDamage.REFUSE, System::nanoTime).close();
    }

    @Test
    void a_log_that_refuses_its_directory_can_be_closed_and_changes_nothing() throws Exception {
        SimulatedDisk disk = new SimulatedDisk().put(SegmentNames.ACTIVE, "no log".getBytes(StandardCharsets.US_ASCII));
        LocalLog log = new LocalLog(disk, FsyncPolicy.ALWAYS, OnDamage.REFUSE, System::nanoTime);
        assertThatThrownBy(() -> log.recover(entries -> {}, 1)).isInstanceOf(LogException.class);
        log.close();
        assertThat(disk.files()).containsOnlyKeys(SegmentNames.ACTIVE).containsValue("no log");
    }

    @Test
    void a_log_is_opened_and_closed_many_times() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        List<RecordedEntry> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            try (TestedLog log = TestedLog.open(disk)) {
                assertThat(log.recovered()).isEqualTo(all);
                assertThat(log.report().entries()).isEqualTo(all.size());
                assertThat(log.report().cutOff()).isNull();
                assertThat(log.log().durableLsn()).isEqualTo(all.size());
                log.append("SET", "k", "" + i);
                log.awaitPublished(log.write("SET", "k", "\u00ff" + i));
                all = log.all();
            }
        }
        assertThat(disk.files().keySet()).containsExactlyInAnyOrder(SegmentNames.ACTIVE);
    }

    @Test
    void large_batches_are_written_whole() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = TestedLog.open(disk)) {
            for (int round = 0; round < 3; round++) { // batches are used again
                for (int length : new int[] {1, 262_144 - 200, 262_144, 900_000, 1_100_000, 2_500_000, 3}) {
                    log.append("SET", "k", ("" + round).repeat(length));
                    log.append("SET", "k", "\u00ff".repeat(length / 7));
                }
                log.log().submit();
            }
            log.awaitPublished(42);
        }
        List<RecordedEntry> found = Recovered.from(disk).entries();
        assertThat(found).hasSize(42);
        assertThat(found.get(10).commands().getFirst().get(2)).isEqualTo("0".repeat(2_500_000));
        assertThat(found.get(41).commands().getFirst().get(2)).isEqualTo("\u00ff".repeat(0));
    }

    @Test
    void many_small_entries_are_one_batch() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = TestedLog.open(disk)) {
            log.awaitRest();
            long before = syncs(disk);
            for (int i = 1; i <= 2000; i++) {
                log.append("INCR", "k");
            }
            log.log().submit();
            log.awaitPublished(2000);
            assertThat(log.published()).containsExactly(2000L);
            assertThat(syncs(disk) - before).isEqualTo(1);
        }
        assertThat(Recovered.from(disk).entries()).hasSize(2000);
        assertThat(active(disk).split("\"durable\"", -1))
                .as("with the first line, and at the end")
                .hasSize(3);
    }
}
