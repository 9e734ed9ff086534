package dev.miniredis.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A copy of a log that ends where it is told to. */
class RestoreTest {
    private static final String ACTIVE = SegmentNames.ACTIVE;

    private static SimulatedDisk source() {
        return new SimulatedDisk()
                .put(SegmentNames.retired(1), LogText.ofBatches(1, 4).bytes())
                .put(
                        SegmentNames.base(4),
                        new LogText()
                                .line("{\"log\":\"mini-redis\",\"format\":1,\"base\":4,\"at\":"
                                        + LogText.entryOf(4).atMillis())
                                .line("{\"cmd\":[\"SET\",\"base\",\"4\"]")
                                .line("{\"end\":1")
                                .bytes())
                .put(
                        ACTIVE,
                        LogText.ofBatches(5, 9)
                                .raw("torn".getBytes(StandardCharsets.US_ASCII))
                                .bytes());
    }

    private static Moment at(long lsn) {
        return new Moment(lsn, Long.MAX_VALUE);
    }

    @Test
    void every_moment_becomes_a_log_of_its_own() throws Exception {
        SimulatedDisk source = source();
        Map<String, String> before = source.files();
        for (long lsn = 1; lsn <= 9; lsn++) {
            SimulatedDisk copy = new SimulatedDisk();
            Restore.Result result = new Restore(source, copy).until(at(lsn));
            assertThat(result.lastLsn()).isEqualTo(lsn);
            assertThat(result.entries()).isEqualTo(lsn < 4 ? lsn : lsn - 4);
            Recovered found = Recovered.from(copy.durablePart());
            assertThat(found.entries())
                    .isEqualTo(Recovered.from(source, at(lsn)).entries());
            assertThat(found.result().cutOff()).isNull();
            try (TestedLog log = TestedLog.open(copy)) {
                assertThat(log.log().nextLsn()).isEqualTo(lsn + 1);
            }
        }
        assertThat(source.files()).isEqualTo(before);
    }

    @Test
    void what_is_damaged_before_the_moment_is_not_restored() {
        SimulatedDisk source = source();
        byte[] bytes = source.bytes(ACTIVE);
        bytes[LogText.ofBatches(5, 5).offset(1) + 20] ^= 1;
        source.put(ACTIVE, bytes);
        SimulatedDisk copy = new SimulatedDisk();
        assertThatThrownBy(() -> new Restore(source, copy).until(at(8)))
                .isInstanceOf(LogException.class)
                .hasMessageContaining("is damaged");
        assertThat(copy.files()).isEmpty();
    }
}
