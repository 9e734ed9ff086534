package dev.miniredis.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.miniredis.log.SimulatedDisk.Operation;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** When a write counts as done may be changed while the log is written: {@code CONFIG SET appendfsync}. */
@Timeout(60)
class FsyncChangeTest {
    private static boolean isSyncOfLogThread(SimulatedDisk.Step step) {
        return step.is(Operation.SYNC) && step.isOfLogThread();
    }

    @ParameterizedTest
    @EnumSource(names = {"EVERYSEC", "NO"})
    void to_always_syncs_what_is_there_and_lets_no_later_write_go_before_its_sync(FsyncPolicy before) throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog tested = TestedLog.recover(disk, before, () -> 0)) { // the second is never over
            tested.log().start(tested);
            tested.awaitRest();
            DiskPause syncs = disk.pause(FsyncChangeTest::isSyncOfLogThread);
            tested.awaitPublished(tested.write("SET", "k", "1"));
            assertThat(tested.log().syncedLsn())
                    .as("nobody has asked for a sync")
                    .isZero();

            tested.log().fsync(FsyncPolicy.ALWAYS);
            syncs.awaitArrival();
            syncs.allowOne();
            await().until(() -> tested.log().syncedLsn() == 1);
            tested.write("SET", "k", "2");
            syncs.awaitArrival();
            assertThat(tested.log().durableLsn())
                    .as("its sync is still under way")
                    .isEqualTo(1);
            syncs.release();
            tested.awaitPublished(2);
            assertThat(tested.log().syncedLsn()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"EVERYSEC", "NO"})
    void from_always_lets_a_write_go_without_a_sync(FsyncPolicy after) throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog tested = TestedLog.recover(disk, FsyncPolicy.ALWAYS, () -> 0)) {
            tested.log().start(tested);
            tested.awaitRest();
            tested.awaitPublished(tested.write("SET", "k", "1"));
            int before = tested.syncs();
            tested.log().fsync(after);
            await().until(() -> after == FsyncPolicy.NO || tested.syncs() > before);
            DiskPause syncs = disk.pause(FsyncChangeTest::isSyncOfLogThread);
            tested.awaitPublished(tested.write("SET", "k", "2"));
            assertThat(tested.log().syncedLsn()).isEqualTo(1);
            syncs.release();
        }
        assertThat(Recovered.from(disk).entries()).hasSize(2);
    }
}
