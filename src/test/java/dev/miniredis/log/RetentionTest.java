package dev.miniredis.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The past goes in whole stretches, and what is left can be rebuilt from. */
class RetentionTest {
    private static final String ACTIVE = SegmentNames.ACTIVE;

    private static long at(long lsn) {
        return LogText.entryOf(lsn).atMillis();
    }

    private static byte[] base(long lsn) {
        return new LogText()
                .line("{\"log\":\"mini-redis\",\"format\":1,\"base\":" + lsn + ",\"at\":" + at(lsn))
                .line("{\"end\":0")
                .bytes();
    }

    /** Entries 1 to 12, with bases after 3, 6 and 9, of which the last has just been made. */
    private static SimulatedDisk disk() {
        SimulatedDisk disk =
                new SimulatedDisk().put(ACTIVE, LogText.ofBatches(10, 12).bytes());
        for (long first : new long[] {1, 4, 7}) {
            disk.put(
                    SegmentNames.retired(first),
                    LogText.ofBatches(first, first + 2).bytes());
            disk.put(SegmentNames.base(first + 2), base(first + 2));
        }
        return disk;
    }

    private static SimulatedDisk left(Retention retention) throws Exception {
        SimulatedDisk disk = disk();
        for (String name : retention.obsolete(disk, 10)) {
            disk.delete(name);
        }
        return disk;
    }

    private static List<Long> restorable(SimulatedDisk disk) {
        List<Long> moments = new ArrayList<>();
        for (long lsn = 1; lsn <= 12; lsn++) {
            Recovered found = Recovered.from(disk, new Moment(lsn, Long.MAX_VALUE));
            if (!found.isRefused()) {
                assertThat(found.result().lastLsn()).isEqualTo(lsn);
                moments.add(lsn);
            }
        }
        return moments;
    }

    @Test
    void nothing_of_the_past_is_kept_unless_asked_for() throws Exception {
        SimulatedDisk disk = left(Retention.NONE);
        assertThat(disk.files()).containsOnlyKeys(ACTIVE, SegmentNames.base(9));
        assertThat(restorable(disk)).containsExactly(9L, 10L, 11L, 12L);
    }

    @Test
    void what_is_needed_for_a_time_is_kept() throws Exception {
        assertThat(restorable(left(new Retention(at(12), 0)))).startsWith(9L);
        assertThat(restorable(left(new Retention(at(8), 0)))).startsWith(6L);
        assertThat(restorable(left(new Retention(at(6), 0)))).startsWith(6L);
        assertThat(restorable(left(new Retention(at(5), 0)))).startsWith(3L);
        assertThat(restorable(left(new Retention(at(2), 0)))).startsWith(1L);
    }

    @Test
    void as_much_is_kept_as_fits() throws Exception {
        SimulatedDisk all = disk();
        long stretch = (long) all.bytes(SegmentNames.retired(7)).length + all.bytes(SegmentNames.base(6)).length;
        assertThat(restorable(left(new Retention(Long.MAX_VALUE, stretch - 1)))).startsWith(9L);
        assertThat(restorable(left(new Retention(Long.MAX_VALUE, stretch)))).startsWith(6L);
        assertThat(restorable(left(new Retention(Long.MAX_VALUE, 2 * stretch - 1))))
                .startsWith(6L);
        assertThat(restorable(left(new Retention(Long.MAX_VALUE, 2 * stretch)))).startsWith(3L);
        assertThat(restorable(left(new Retention(Long.MAX_VALUE, 1L << 20)))).startsWith(1L);
    }

    @Test
    void without_a_base_all_is_needed() throws Exception {
        SimulatedDisk disk = new SimulatedDisk()
                .put(SegmentNames.retired(1), LogText.ofBatches(1, 3).bytes())
                .put(ACTIVE, LogText.ofBatches(4, 6).bytes());
        assertThat(Retention.NONE.obsolete(disk, 4)).isEmpty();
    }

    @Test
    void a_base_whose_time_cannot_be_read_costs_nothing() throws Exception {
        SimulatedDisk disk =
                disk().put(SegmentNames.base(3), "what?\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
        assertThat(new Retention(at(12), 0).obsolete(disk, 10)).isEmpty();
    }
}
