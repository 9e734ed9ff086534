package dev.miniredis.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.miniredis.log.SimulatedDisk.NameOrder;
import dev.miniredis.log.SimulatedDisk.Operation;
import dev.miniredis.log.SimulatedDisk.Step;
import dev.miniredis.log.SimulatedFile.Loss;
import dev.miniredis.log.WriteLog.Room;
import dev.miniredis.resp.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Somebody deletes or replaces the log's files under the running server: nothing is acknowledged in vain, and all comes
 * back.
 */
@Timeout(60)
class LostFilesTest {
    private static final String WHERE = "/simulated";
    private static final String ACTIVE = WHERE + "/" + SegmentNames.ACTIVE;

    /** How the files may get lost. */
    enum Way {
        DIRECTORY_DELETED,
        DIRECTORY_REPLACED,
        ACTIVE_DELETED,
        ACTIVE_REPLACED,
        BASE_DELETED;

        void happenTo(SimulatedDisk disk) {
            switch (this) {
                case DIRECTORY_DELETED -> disk.directoryDeleted();
                case DIRECTORY_REPLACED ->
                    disk.directoryReplaced(Map.of(SegmentNames.ACTIVE, bytes("not ours"), "notes", bytes("a text")));
                case ACTIVE_DELETED -> disk.deleted(SegmentNames.ACTIVE);
                case ACTIVE_REPLACED -> {
                    disk.deleted(SegmentNames.ACTIVE);
                    disk.put(SegmentNames.ACTIVE, bytes("not ours"));
                }
                case BASE_DELETED -> disk.deleted(SegmentNames.base(3));
            }
        }

        String message() {
            return switch (this) {
                case DIRECTORY_DELETED -> WHERE + " was deleted";
                case DIRECTORY_REPLACED -> WHERE + " was emptied or replaced";
                case ACTIVE_DELETED -> ACTIVE + " was deleted";
                case ACTIVE_REPLACED -> ACTIVE + " was replaced by another file";
                case BASE_DELETED -> WHERE + "/mini-redis.base.3.log was deleted";
            };
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Makes a base of all that there is, as the server does: each entry is a SET of its own key. */
    private static void makeBase(TestedLog log) throws IOException, InterruptedException {
        makeBase(log, log.log().rotate());
    }

    private static void makeBase(TestedLog log, long lsn) throws IOException, InterruptedException {
        List<RecordedEntry> all = log.all();
        try (BaseFile base = log.log().newBase(new BaseHeader(lsn, 1_763_834_101_000L, 0, List.of()))) {
            for (RecordedEntry entry : all.subList(0, (int) lsn)) {
                base.add(
                        0,
                        Request.of(entry.commands().getFirst().stream()
                                .map(RecordedEntry::latin1)
                                .toArray(byte[][]::new)));
            }
            log.log().install(base, Retention.NONE);
        }
    }

    /** A log of a base of three entries and two more after it. */
    private static TestedLog openWithBase(SimulatedDisk disk, FsyncPolicy policy) throws Exception {
        TestedLog log = TestedLog.open(disk, policy);
        write(log, 3);
        makeBase(log);
        write(log, 2);
        return log;
    }

    private static void write(TestedLog log, int count) {
        for (int i = 0; i < count; i++) {
            String key = "k" + log.log().nextLsn();
            log.awaitRoom(Room.YES, "SET", key, "v");
            log.awaitPublished(log.write("SET", key, "v"));
        }
    }

    private static List<List<String>> commands(List<RecordedEntry> entries) {
        return entries.stream().map(entry -> entry.commands().getFirst()).toList();
    }

    private static void assertAllThere(SimulatedDisk disk, TestedLog log) {
        Recovered left = Recovered.from(disk);
        assertThat(left.refusal()).isNull();
        assertThat(commands(left.entries())).isEqualTo(commands(log.all()));
    }

    private static void awaitLoss(TestedLog log) {
        log.await("the loss", log.log()::needsBase);
    }

    @ParameterizedTest
    @EnumSource
    void a_loss_is_noticed_by_itself_and_refuses_writes_until_there_is_a_new_base(Way way) throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = openWithBase(disk, FsyncPolicy.ALWAYS)) {
            way.happenTo(disk);
            awaitLoss(log);
            assertThat(log.log().problem()).isEqualTo(way.message());
            assertThat(log.roomFor("SET", "k", "v")).isEqualTo(Room.NO);
            log.await("who waits is told", () -> log.roomChanges() > 0);

            makeBase(log);
            assertThat(log.log().needsBase()).isFalse();
            assertThat(log.log().problem()).isNull();
            assertAllThere(disk.durablePart(), log);
            write(log, 3);
            assertAllThere(disk.durablePart(), log);
        }
        assertThat(disk.files().keySet()).contains(SegmentNames.base(5), SegmentNames.ACTIVE);
        assertAllThere(disk, log(disk));
    }

    /** What the next server finds, as a log to compare with. */
    private static TestedLog log(SimulatedDisk disk) throws LogException {
        return TestedLog.recover(disk.copy(), FsyncPolicy.ALWAYS, System::nanoTime);
    }

    @Test
    void what_stood_in_the_way_of_the_new_files_is_kept() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = openWithBase(disk, FsyncPolicy.ALWAYS)) {
            disk.directoryReplaced(Map.of(
                    SegmentNames.ACTIVE,
                    bytes("a"),
                    SegmentNames.ACTIVE + ".aside",
                    bytes("older"),
                    SegmentNames.base(90),
                    bytes("b"),
                    SegmentNames.retired(80),
                    bytes("c"),
                    "notes",
                    bytes("d")));
            awaitLoss(log);
            makeBase(log);
            assertAllThere(disk.durablePart(), log);
        }
        assertThat(disk.files())
                .containsEntry("mini-redis.log.aside", "older")
                .containsEntry("mini-redis.log.aside-2", "a")
                .containsEntry("mini-redis.base.90.log.aside", "b")
                .containsEntry("mini-redis.80.log.aside", "c")
                .containsEntry("notes", "d");
    }

    @Test
    void what_is_left_of_the_old_log_goes_when_the_base_is_there() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = openWithBase(disk, FsyncPolicy.ALWAYS)) {
            disk.deleted(SegmentNames.ACTIVE);
            awaitLoss(log);
            makeBase(log);
        }
        assertThat(disk.files().keySet()).containsExactlyInAnyOrder(SegmentNames.base(5), SegmentNames.ACTIVE);
    }

    @ParameterizedTest
    @EnumSource
    void writes_in_flight_are_published_with_the_base_and_not_before(FsyncPolicy policy) throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = openWithBase(disk, policy)) {
            log.awaitRest();
            DiskPause write = disk.pause(step -> step.is(Operation.WRITE) && step.isOfLogThread());
            log.write("SET", "k6", "v");
            write.awaitArrival();
            log.write("SET", "k7", "v");
            disk.directoryDeleted();
            log.log().look();
            assertThat(log.log().needsBase()).isTrue();
            write.release();
            assertThat(log.happensSoon(() -> log.lastPublished() > 5)).isFalse();

            makeBase(log);
            log.awaitPublished(7);
            assertAllThere(disk.durablePart(), log);
            write(log, 2);
            log.awaitRest();
        }
        assertAllThere(disk, log(disk));
    }

    @ParameterizedTest
    @EnumSource
    void a_rotation_under_way_when_the_files_get_lost_fails_and_the_next_one_mends(Way way) throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = openWithBase(disk, FsyncPolicy.ALWAYS)) {
            log.awaitRest();
            DiskPause sync = disk.pause(step -> step.is(Operation.SYNC) && step.isOfLogThread());
            long lsn = log.log().rotate();
            sync.awaitArrival();
            way.happenTo(disk);
            log.log().look();
            sync.release();
            assertThatThrownBy(() -> makeBase(log, lsn)).isInstanceOf(IOException.class);
            makeBase(log);
            write(log, 1);
            assertAllThere(disk.durablePart(), log);
        }
    }

    @Test
    void entries_that_came_after_the_base_was_begun_are_written_after_it() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = openWithBase(disk, FsyncPolicy.ALWAYS)) {
            log.awaitRest();
            DiskPause sync = disk.pause(step -> step.is(Operation.SYNC) && step.isOfLogThread());
            log.write("SET", "k6", "v");
            sync.awaitArrival();
            disk.directoryDeleted();
            long lsn = log.log().rotate(); // nobody knows yet
            log.write("SET", "k7", "v");
            log.log().look();
            sync.release();
            makeBase(log, lsn);
            log.awaitPublished(7);
            assertAllThere(disk.durablePart(), log);
            write(log, 1);
            assertAllThere(disk.durablePart(), log);
        }
    }

    @Test
    void lost_twice_and_once_more_while_the_base_is_made() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = openWithBase(disk, FsyncPolicy.ALWAYS)) {
            for (int round = 0; round < 2; round++) {
                disk.directoryDeleted();
                awaitLoss(log);
                makeBase(log);
                write(log, 2);
            }
            disk.directoryDeleted();
            awaitLoss(log);
            long lsn = log.log().rotate();
            BaseFile base = log.log().newBase(new BaseHeader(lsn, 1, 0, List.of()));
            disk.directoryDeleted();
            assertThatThrownBy(() -> log.log().install(base, Retention.NONE)).isInstanceOf(IOException.class);
            assertThatThrownBy(base::close).as("its file is gone").isInstanceOf(IOException.class);
            assertThat(log.log().needsBase()).isTrue();
            makeBase(log);
            write(log, 2);
            assertAllThere(disk.durablePart(), log);
        }
    }

    @Test
    void lost_between_the_base_and_the_end_of_its_installation_it_stays_lost() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = openWithBase(disk, FsyncPolicy.ALWAYS)) {
            disk.directoryDeleted();
            awaitLoss(log);
            disk.fault(step -> {
                if (step.is(Operation.SYNC_DIRECTORY) && disk.files().containsKey(SegmentNames.base(5))) {
                    disk.deleted(SegmentNames.ACTIVE);
                    disk.heal();
                }
                return null;
            });
            assertThatThrownBy(() -> makeBase(log)).hasMessage(ACTIVE + " was deleted");
            assertThat(log.log().problem()).isEqualTo(ACTIVE + " was deleted");
            makeBase(log);
            write(log, 1);
            assertAllThere(disk.durablePart(), log);
        }
    }

    @Test
    void a_directory_that_another_server_has_taken_is_left_to_it() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = openWithBase(disk, FsyncPolicy.ALWAYS)) {
            disk.directoryReplaced(Map.of(SegmentNames.ACTIVE, bytes("another server's")));
            disk.heldByAnother(true);
            awaitLoss(log);
            assertThatThrownBy(() -> makeBase(log)).hasMessageContaining("in use by another server");
            assertThat(disk.files()).containsOnlyKeys(SegmentNames.ACTIVE);
            assertThat(log.roomFor("SET", "k", "v")).isEqualTo(Room.NO);

            disk.heldByAnother(false);
            makeBase(log);
            write(log, 1);
            assertAllThere(disk.durablePart(), log);
        }
    }

    @Test
    void a_loss_while_no_fresh_segment_can_be_written_is_noticed_too() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = openWithBase(disk, FsyncPolicy.ALWAYS)) {
            disk.fail(Step::isOfLogThread, SimulatedDisk.NO_SPACE);
            log.write("SET", "k6", "v");
            log.await("the problem", () -> log.log().problem() != null);
            disk.directoryDeleted();
            awaitLoss(log);
            disk.heal();
            makeBase(log);
            log.awaitPublished(6);
            write(log, 1);
            assertAllThere(disk.durablePart(), log);
        }
    }

    @Test
    void a_log_that_is_closed_without_a_new_base_says_what_is_not_kept() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        TestedLog noticed = openWithBase(disk, FsyncPolicy.ALWAYS);
        disk.directoryDeleted();
        awaitLoss(noticed);
        assertThatThrownBy(noticed::close)
                .isInstanceOf(LogException.class)
                .hasMessageContaining("entries up to 5")
                .hasMessageContaining(WHERE + " was deleted");

        SimulatedDisk other = new SimulatedDisk();
        TestedLog unnoticed = openWithBase(other, FsyncPolicy.ALWAYS);
        other.deleted(SegmentNames.base(3));
        assertThatThrownBy(unnoticed::close)
                .isInstanceOf(LogException.class)
                .hasMessageContaining("base.3.log was deleted");
    }

    /** Whichever operation towards the new base fails, the next attempt brings all back. */
    @ParameterizedTest
    @EnumSource
    void a_failure_on_the_way_is_not_the_end(Way way) throws Exception {
        int failures = 0;
        for (int nth = 0; nth < 40; nth++) {
            SimulatedDisk disk = new SimulatedDisk();
            TestedLog log = openWithBase(disk, FsyncPolicy.ALWAYS);
            log.awaitRest();
            way.happenTo(disk);
            log.log().look();
            disk.failOnceAt(disk.operations() + 1 + nth);
            try {
                makeBase(log);
            } catch (IOException e) {
                failures++;
                disk.heal();
                makeBase(log);
            }
            disk.heal();
            assertThat(log.log().needsBase()).as("failure %s", nth).isFalse();
            write(log, 1);
            assertAllThere(disk.durablePart(), log);
            log.close();
            assertAllThere(disk, log(disk));
        }
        assertThat(failures).isGreaterThan(5);
    }

    /**
     * At whichever operation the power fails: all is back, or the next start says what is missing, or nothing is there
     * at all.
     */
    @ParameterizedTest
    @EnumSource
    void a_crash_on_the_way_never_makes_a_log_with_a_hole(Way way) throws Exception {
        List<String> refusals = new ArrayList<>();
        int whole = 0;
        for (int nth = 0; nth < 40; nth++) {
            for (Loss loss : List.of(Loss.ALL, Loss.NONE)) {
                SimulatedDisk disk = new SimulatedDisk();
                TestedLog log = openWithBase(disk, FsyncPolicy.ALWAYS);
                log.awaitRest();
                way.happenTo(disk);
                log.log().look();
                disk.stopAt(disk.operations() + 1 + nth);
                boolean mended = true;
                try {
                    makeBase(log);
                } catch (IOException e) {
                    mended = false;
                }
                Recovered left = Recovered.from(disk.copy().crash(new Random(nth), loss, NameOrder.KEPT));
                log.abandon();
                if (left.isRefused()) {
                    refusals.add(left.refusal());
                    assertThat(mended).as(left.refusal()).isFalse();
                } else if (mended) {
                    assertThat(commands(left.entries())).isEqualTo(commands(log.all()));
                    whole++;
                }
            }
        }
        assertThat(whole).isPositive();
        assertThat(refusals).allMatch(refusal -> refusal.contains("missing") || refusal.contains("not the header"));
    }
}
