package dev.miniredis.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.miniredis.log.SimulatedDisk.NameOrder;
import dev.miniredis.log.SimulatedDisk.Operation;
import dev.miniredis.log.SimulatedFile.Loss;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** The disk of the other tests does to them what it says. */
class SimulatedDiskTest {
    private static Disk.DiskFile open(SimulatedDisk disk) throws IOException {
        Disk.DiskFile file = disk.open("f");
        disk.syncDirectory();
        return file;
    }

    private static void write(Disk.DiskFile file, String text, long offset) throws IOException {
        file.write(ByteBuffer.wrap(RecordedEntry.latin1(text)), offset);
    }

    private static Set<String> crashes(SimulatedDisk disk, NameOrder order) {
        Set<String> left = new TreeSet<>();
        for (int seed = 0; seed < 500; seed++) {
            left.add(
                    disk.copy().crash(new Random(seed), Loss.ANY, order).files().toString());
        }
        return left;
    }

    @Test
    void what_is_synced_survives_and_what_is_not_may_be_kept_torn_or_lost() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        Disk.DiskFile file = open(disk);
        write(file, "abc", 0);
        file.sync();
        write(file, "de", 3);
        assertThat(disk.files()).isEqualTo(Map.of("f", "abcde"));
        assertThat(disk.durablePart().files()).isEqualTo(Map.of("f", "abc"));
        assertThat(crashes(disk, NameOrder.KEPT))
                .contains("{f=abc}", "{f=abcd}", "{f=abcde}", "{f=abc\0}", "{f=abc\0\0}");
        file.sync();
        assertThat(crashes(disk, NameOrder.KEPT)).containsExactly("{f=abcde}");
    }

    @Test
    void any_of_several_writes_may_survive() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        Disk.DiskFile file = open(disk);
        write(file, "a", 0);
        write(file, "b", 1);
        write(file, "c", 2);
        assertThat(crashes(disk, NameOrder.KEPT))
                .contains("{f=}", "{f=a}", "{f=abc}", "{f=\0b}", "{f=\0\0c}", "{f=a\0c}");
    }

    @Test
    void a_large_write_may_lose_sectors() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        Disk.DiskFile file = open(disk);
        write(file, "x".repeat(3 * SimulatedDisk.SECTOR_BYTES), 100);
        boolean hole = false;
        for (int seed = 0; seed < 200; seed++) {
            byte[] left = disk.copy()
                    .crash(new Random(seed), Loss.ANY, NameOrder.KEPT)
                    .bytes("f");
            hole |= left.length == 100 + 3 * SimulatedDisk.SECTOR_BYTES
                    && left[99] == 0
                    && left[600] == 0
                    && left[1300] == 'x';
        }
        assertThat(hole).isTrue();
    }

    @Test
    void names_are_durable_when_the_directory_is_synced() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        Disk.DiskFile file = disk.open("f");
        write(file, "a", 0);
        file.sync();
        assertThat(disk.durablePart().files()).isEmpty();
        disk.syncDirectory();
        disk.rename("f", "g");
        disk.rename("g", "h");
        assertThat(disk.durablePart().files()).isEqualTo(Map.of("f", "a"));
        assertThat(crashes(disk, NameOrder.KEPT)).containsExactlyInAnyOrder("{f=a}", "{g=a}", "{h=a}");
        assertThat(crashes(disk, NameOrder.ANY)).contains("{f=a}", "{g=a}", "{h=a}", "{f=a, h=a}");
        disk.syncDirectory();
        assertThat(crashes(disk, NameOrder.ANY)).containsExactly("{h=a}");
    }

    @Test
    void a_sync_that_fails_is_told_once_to_each_open_file_and_its_data_are_never_durable() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        Disk.DiskFile one = open(disk);
        Disk.DiskFile other = disk.open("f");
        write(one, "a", 0);
        disk.fail(step -> step.is(Operation.SYNC), SimulatedDisk.IO_ERROR);
        assertThatThrownBy(one::sync).isInstanceOf(IOException.class);
        disk.heal();
        one.sync();
        assertThatThrownBy(other::sync).isInstanceOf(IOException.class);
        other.sync();
        assertThat(disk.files()).isEqualTo(Map.of("f", "a"));
        assertThat(disk.durablePart().files()).isEqualTo(Map.of("f", ""));
        write(one, "b", 1);
        one.sync();
        assertThat(disk.durablePart().files()).isEqualTo(Map.of("f", "\0b"));
    }

    @Test
    void a_sync_covers_what_was_written_before_it_began() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        Disk.DiskFile file = open(disk);
        write(file, "a", 0);
        DiskPause pause = disk.pause(step -> step.is(Operation.SYNC));
        Thread syncing = Thread.ofPlatform().start(() -> {
            try {
                file.sync();
            } catch (IOException e) {
                throw new IllegalStateException(e);
            }
        });
        pause.awaitArrival();
        write(file, "b", 1);
        pause.release();
        syncing.join();
        assertThat(disk.durablePart().files()).isEqualTo(Map.of("f", "a"));
    }

    @Test
    void a_full_disk_takes_a_part() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        Disk.DiskFile file = open(disk);
        disk.capacity(4);
        write(file, "abc", 0);
        assertThatThrownBy(() -> write(file, "def", 3)).hasMessage(SimulatedDisk.NO_SPACE);
        assertThat(disk.files()).isEqualTo(Map.of("f", "abcd"));
        write(file, "ABCD", 0);
        assertThat(disk.files()).isEqualTo(Map.of("f", "ABCD"));
    }

    @Test
    void operations_fail_when_they_are_to() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        disk.failOnceAt(2);
        disk.open("f").close();
        assertThatThrownBy(disk::syncDirectory).hasMessage(SimulatedDisk.IO_ERROR);
        disk.syncDirectory();
        disk.stopAt(5);
        disk.syncDirectory();
        assertThatThrownBy(disk::syncDirectory).hasMessage(SimulatedDisk.IO_ERROR);
        assertThatThrownBy(() -> disk.open("f")).hasMessage(SimulatedDisk.IO_ERROR);
        assertThat(disk.operations()).isEqualTo(6);
    }

    @Test
    void a_crash_takes_the_disk_from_who_had_it() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        Disk.DiskFile file = open(disk);
        assertThat(disk.crash(new Random(1), Loss.NONE, NameOrder.KEPT).files()).isEqualTo(Map.of("f", ""));
        assertThatThrownBy(file::size).isInstanceOf(IOException.class);
        assertThatThrownBy(disk::names).isInstanceOf(IOException.class);
        SimulatedDisk other = new SimulatedDisk();
        Disk.DiskFile closed = open(other);
        closed.close();
        assertThatThrownBy(closed::sync).isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void a_process_that_dies_leaves_what_it_wrote_but_it_is_not_durable() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        Disk.DiskFile file = open(disk);
        write(file, "a", 0);
        disk.dieAt(4);
        assertThatThrownBy(file::sync).isInstanceOf(IOException.class);
        SimulatedDisk next = disk.kill();
        assertThat(next.files()).isEqualTo(Map.of("f", "a"));
        assertThat(next.durablePart().files()).isEqualTo(Map.of("f", ""));
        next.open("f").sync();
        assertThat(next.durablePart().files()).isEqualTo(Map.of("f", "a"));
    }
}
