package dev.miniredis.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.miniredis.log.SimulatedDisk.Operation;
import dev.miniredis.resp.Request;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A directory in which no file can be made or renamed any more: no base, but writes go on in the file that is open. */
@Timeout(60)
class ReadOnlyDiskTest {
    private static final String READ_ONLY = "Read-only file system";
    private static final Set<Operation> CHANGES_OF_NAMES = Set.of(Operation.OPEN, Operation.RENAME, Operation.DELETE);

    private static void makeBase(TestedLog log) throws IOException, InterruptedException {
        try (BaseFile base = log.log().newBase(new BaseHeader(log.log().rotate(), 1, 0, List.of()))) {
            for (RecordedEntry entry : log.all()) {
                base.add(
                        0,
                        Request.of(entry.commands().getFirst().stream()
                                .map(RecordedEntry::latin1)
                                .toArray(byte[][]::new)));
            }
            log.log().install(base, Retention.NONE);
        }
    }

    private static void assertWritesGoOn(TestedLog log) {
        log.awaitPublished(log.write("SET", "k" + log.log().nextLsn(), "v"));
        assertThat(log.log().problem()).isNull();
    }

    @Test
    void a_base_fails_and_writes_go_on() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = TestedLog.open(disk)) {
            assertWritesGoOn(log);
            disk.fail(step -> CHANGES_OF_NAMES.contains(step.operation()), READ_ONLY);
            assertThatThrownBy(() -> makeBase(log))
                    .isInstanceOf(IOException.class)
                    .hasMessage(READ_ONLY);
            assertWritesGoOn(log);
            assertThat(Recovered.from(disk.durablePart()).entries()).isEqualTo(log.all());

            disk.heal();
            makeBase(log);
            assertWritesGoOn(log);
        }
        assertThat(disk.files().keySet()).containsExactlyInAnyOrder(SegmentNames.base(2), SegmentNames.ACTIVE);
        assertThat(Recovered.from(disk).entries()).hasSize(3);
    }

    /** SAVE waits for it on the engine's thread. */
    @Test
    void a_base_fails_when_the_log_cannot_be_written_instead_of_waiting_for_it() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        try (TestedLog log = TestedLog.open(disk)) {
            assertWritesGoOn(log);
            disk.fail(SimulatedDisk.Step::isOfLogThread, READ_ONLY);
            log.write("SET", "k", "v");
            log.await("a problem", () -> log.log().problem() != null);
            assertThatThrownBy(() -> makeBase(log))
                    .isInstanceOf(IOException.class)
                    .hasMessage(READ_ONLY);
            disk.heal();
            log.awaitPublished(2);
            makeBase(log);
        }
        assertThat(disk.files().keySet()).containsExactlyInAnyOrder(SegmentNames.base(2), SegmentNames.ACTIVE);
    }

    /** Whichever of them fails: the base fails, the log does not. */
    @ParameterizedTest
    @EnumSource(names = {"OPEN", "RENAME", "DELETE"})
    void whichever_change_of_names_fails_nothing_is_lost(Operation operation) throws Exception {
        for (int nth = 1; nth <= 3; nth++) {
            SimulatedDisk disk = new SimulatedDisk();
            try (TestedLog log = TestedLog.open(disk)) {
                assertWritesGoOn(log);
                makeBase(log);
                assertWritesGoOn(log);
                failFrom(disk, operation, nth);
                try {
                    makeBase(log);
                } catch (IOException e) {
                    assertThat(e).hasMessage(READ_ONLY);
                }
                assertThat(log.log().needsBase()).isFalse();
                disk.heal();
                log.awaitRoom(WriteLog.Room.YES, "SET", "k", "v");
                assertWritesGoOn(log);
                makeBase(log);
                assertWritesGoOn(log);
            }
            List<RecordedEntry> found = Recovered.from(disk).entries();
            assertThat(found).as("%s %s", operation, nth).hasSize(4);
        }
    }

    private static void failFrom(SimulatedDisk disk, Operation operation, int nth) {
        AtomicInteger seen = new AtomicInteger();
        disk.fault(step -> step.is(operation) && seen.incrementAndGet() >= nth ? new IOException(READ_ONLY) : null);
    }

    /** With the real thing: a directory that even root cannot change. */
    @Test
    void a_directory_made_immutable(@TempDir Path directory) throws Exception {
        try (LocalDisk disk = LocalDisk.open(directory);
                TestedLog log = TestedLog.open(disk, FsyncPolicy.ALWAYS)) {
            assertWritesGoOn(log);
            assumeTrue(chattr("+i", directory), "chattr +i works only for root, and not on every file system");
            try {
                assertThatThrownBy(() -> makeBase(log)).isInstanceOf(IOException.class);
                assertWritesGoOn(log);
                log.log().look();
                assertThat(log.log().needsBase()).isFalse();
            } finally {
                assertThat(chattr("-i", directory)).isTrue();
            }
            makeBase(log);
            assertWritesGoOn(log);
        }
        assertThat(directory).isDirectoryContaining("glob:**/mini-redis.base.2.log");
        try (LocalDisk disk = LocalDisk.open(directory)) {
            assertThat(Recovered.from(disk).entries()).hasSize(3);
        }
    }

    private static boolean chattr(String flag, Path directory) throws InterruptedException {
        try {
            Process process = new ProcessBuilder("chattr", flag, directory.toString())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false; // there is no such program
        }
    }
}
