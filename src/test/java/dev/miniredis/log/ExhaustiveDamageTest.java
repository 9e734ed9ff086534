package dev.miniredis.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.resp.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * A log of a thousand records, as the writer writes it, with every byte of it wrong in turn, and cut off at every byte:
 * none loads a value that was not written, and what is lost is reported. {@link RecoveryDamageTest} has the cases one
 * by one, with their messages.
 */
@Timeout(240)
class ExhaustiveDamageTest {
    private static final int RECORDS = 1000;
    private static final int BASE_LINES = 200;
    private static final long BASE_LSN = 800;
    /** So many bytes at the beginning of a file have each of their bits flipped. */
    private static final int EACH_BIT_BYTES = 300;

    private static final String ACTIVE = SegmentNames.ACTIVE;
    private static final String BASE = SegmentNames.base(BASE_LSN);
    private static final long SEED = 42;

    /** A segment, with the places where its lines end and what each of them says. */
    private static final class Segment {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        private final List<Integer> lineEnds = new ArrayList<>(); // the header's first
        private final List<Integer> batchStarts = new ArrayList<>(); // indices of lines
        private final List<RecordedEntry> entries = new ArrayList<>();

        static Segment of(long first, long last) {
            Segment segment = new Segment();
            segment.add(LogText.checked("{\"log\":\"mini-redis\",\"format\":1,\"first\":" + first));
            Random random = new Random(SEED);
            long lsn = first;
            while (lsn <= last) {
                List<RecordedEntry> batch = new ArrayList<>();
                for (int i = random.nextInt(8); i >= 0 && lsn <= last; i--) {
                    batch.add(record(lsn++, random));
                }
                segment.addBatch(batch);
            }
            return segment;
        }

        private void addBatch(List<RecordedEntry> recorded) {
            batchStarts.add(lineEnds.size());
            Batch batch = new Batch();
            for (RecordedEntry one : recorded) {
                LogEntry entry = one.toEntry();
                batch.add(entry, LineWriter.bound(entry));
            }
            batch.finish(recorded.getFirst().lsn() - 1, new CRC32C());
            int from = batch.start();
            for (int at = batch.start(); at < batch.end(); at++) {
                if (batch.bytes()[at] == '\n') {
                    add(Arrays.copyOfRange(batch.bytes(), from, at + 1));
                    from = at + 1;
                }
            }
            entries.addAll(recorded);
        }

        private void add(byte[] line) {
            bytes.writeBytes(line);
            lineEnds.add(bytes.size());
        }

        /** How many lines end at or before a byte. */
        int linesBefore(int offset) {
            return (int) lineEnds.stream().takeWhile(end -> end <= offset).count();
        }

        /** How many entries are said to be durable by the lines other than one. */
        int provenWithout(int line) {
            for (int i = batchStarts.size() - 1; i >= 0; i--) {
                if (batchStarts.get(i) != line) {
                    return batchStarts.get(i) - 1;
                }
            }
            return 0;
        }
    }

    /** Commands of several kinds, in two databases, with arguments of any bytes. */
    private static RecordedEntry record(long lsn, Random random) {
        String key = "k" + random.nextInt(50);
        List<String> command = switch (random.nextInt(5)) {
            case 0 -> List.of("DEL", key);
            case 1 -> List.of("SET", key, "\u0000\u00ff\u0080" + (char) random.nextInt(256));
            case 2 -> List.of("SET", key, "\"\n\\" + lsn, "PX", "9");
            default -> List.of("SET", key, "v" + lsn);
        };
        return new RecordedEntry(lsn, lsn, "", random.nextInt(3) == 0 ? 2 : 0, List.of(command));
    }

    /** A log, one file of which is damaged. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Log(byte[] base, Segment segment, List<RecordedEntry> entries) {
        static Log ofOneSegment() {
            Segment segment = Segment.of(1, RECORDS);
            return new Log(null, segment, segment.entries);
        }

        static Log ofBaseAndSegment() throws IOException {
            SimulatedDisk disk = new SimulatedDisk();
            Random random = new Random(SEED);
            try (BaseFile base =
                    BaseFile.create(disk, new BaseHeader(BASE_LSN, BASE_LSN, SEED, List.of(BASE_LINES)), () -> {})) {
                for (int i = 0; i < BASE_LINES; i++) {
                    RecordedEntry entry = record(i, random);
                    base.add(
                            entry.database(),
                            Request.of(entry.commands().getFirst().stream()
                                    .map(RecordedEntry::latin1)
                                    .toArray(byte[][]::new)));
                }
                base.finish();
            }
            Segment segment = Segment.of(BASE_LSN + 1, RECORDS);
            Log log = new Log(disk.bytes(BASE), segment, List.of());
            Recovered whole = Recovered.from(log.with(ACTIVE, segment.bytes.toByteArray()));
            assertThat(whole.entries())
                    .hasSize(BASE_LINES + segment.entries.size())
                    .endsWith(last(segment));
            return new Log(log.base, segment, whole.entries());
        }

        private static RecordedEntry last(Segment segment) {
            return segment.entries.getLast();
        }

        byte[] bytes(String name) {
            return name.equals(ACTIVE) ? segment.bytes.toByteArray() : base.clone();
        }

        SimulatedDisk with(String name, byte[] damaged) {
            SimulatedDisk disk = new SimulatedDisk().put(ACTIVE, segment.bytes.toByteArray());
            if (base != null) {
                disk.put(BASE, base);
            }
            return disk.put(name, damaged);
        }

        /** How many entries come before those of the segment. */
        int beforeSegment() {
            return entries.size() - segment.entries.size();
        }
    }

    /** Runs a check for each byte of a file, on all cores. @return how many were refused */
    private static int forEachByte(byte[] bytes, Check check) {
        AtomicInteger refused = new AtomicInteger();
        IntStream.range(0, bytes.length).parallel().forEach(at -> {
            if (check.isRefusedAt(at)) {
                refused.incrementAndGet();
            }
        });
        return refused.get();
    }

    @FunctionalInterface
    private interface Check {
        boolean isRefusedAt(int offset);
    }

    private static byte mask(int at) {
        return (byte) (1 + new Random(SEED + at).nextInt(255));
    }

    /** Each byte with a random mask, the first ones with every bit. */
    private static int[] masks(int at) {
        return at >= EACH_BIT_BYTES ? new int[] {mask(at)} : new int[] {mask(at), 1, 2, 4, 8, 16, 32, 64, 128};
    }

    private static boolean isRefused(Log log, String name, byte[] damaged, String when) {
        SimulatedDisk disk = log.with(name, damaged);
        Recovered found = Recovered.from(disk);
        if (!found.isRefused()) {
            return false;
        }
        if (!Arrays.equals(disk.bytes(name), damaged) || !found.refusal().contains(name)) {
            throw new AssertionError(when + ": refused, but " + found.refusal());
        }
        return true;
    }

    private static boolean flipInSegment(Log log, byte[] bytes, int at, int mask) {
        byte[] damaged = bytes.clone();
        damaged[at] ^= (byte) mask;
        String when = "byte " + at + " xor " + (mask & 0xff);
        if (isRefused(log, ACTIVE, damaged, when)) {
            return true;
        }
        Recovered found = Recovered.from(log.with(ACTIVE, damaged));
        int line = log.segment().linesBefore(at);
        int intact = log.beforeSegment() + Math.max(0, line - 1);
        int proven = log.beforeSegment() + log.segment().provenWithout(line);
        List<RecordedEntry> entries = found.entries();
        if (entries.size() > log.entries().size()
                || !log.entries().subList(0, entries.size()).equals(entries)) {
            throw new AssertionError(when + ": something was loaded that was not written");
        }
        if (entries.size() < Math.max(intact, proven)) {
            throw new AssertionError(when + ": " + entries.size() + " entries were loaded where " + intact
                    + " are intact and " + proven + " were durable");
        }
        if (entries.size() < log.entries().size() && found.result().cutOff() == null) {
            throw new AssertionError(when + ": entries were lost in silence");
        }
        return false;
    }

    private static int flipEveryByteOfTheSegment(Log log) {
        byte[] bytes = log.bytes(ACTIVE);
        return forEachByte(bytes, at -> {
            boolean isRefused = true;
            for (int mask : masks(at)) {
                isRefused &= flipInSegment(log, bytes, at, mask);
            }
            return isRefused;
        });
    }

    private static void cutTheSegmentAtEveryByte(Log log) {
        byte[] bytes = log.bytes(ACTIVE);
        int header = log.segment().lineEnds.getFirst();
        int refused = forEachByte(bytes, cut -> {
            byte[] damaged = Arrays.copyOf(bytes, cut);
            if (cut > 0 && cut < header) {
                assertThat(isRefused(log, ACTIVE, damaged, "cut at " + cut)).isTrue();
                return true;
            }
            Recovered found = Recovered.from(log.with(ACTIVE, damaged));
            int lines = log.segment().linesBefore(cut);
            boolean isAtAnEnd = lines == 0 || log.segment().lineEnds.get(lines - 1) == cut;
            List<RecordedEntry> expected = log.entries().subList(0, log.beforeSegment() + Math.max(0, lines - 1));
            if (!expected.equals(found.entries())
                    || isAtAnEnd != (found.result().cutOff() == null)) {
                throw new AssertionError(
                        "cut at " + cut + ": found " + found.entries().size() + " entries where " + expected.size()
                                + " are whole; " + found.result());
            }
            return false;
        });
        assertThat(refused).isEqualTo(header - 1);
    }

    @Test
    void any_byte_of_a_log_may_be_wrong() {
        Log log = Log.ofOneSegment();
        int refused = flipEveryByteOfTheSegment(log);
        int lastBatch = log.segment().lineEnds.get(log.segment().batchStarts.getLast() - 1);
        assertThat(refused).as("all that was durable for sure").isGreaterThanOrEqualTo(lastBatch);
    }

    @Test
    void a_log_may_end_at_any_byte() {
        cutTheSegmentAtEveryByte(Log.ofOneSegment());
    }

    @Test
    void any_byte_after_a_base_may_be_wrong() throws IOException {
        flipEveryByteOfTheSegment(Log.ofBaseAndSegment());
    }

    @Test
    void a_log_after_a_base_may_end_at_any_byte() throws IOException {
        cutTheSegmentAtEveryByte(Log.ofBaseAndSegment());
    }

    @Test
    void a_base_with_any_byte_wrong_refuses_the_start() throws IOException {
        Log log = Log.ofBaseAndSegment();
        byte[] base = log.bytes(BASE);
        int refused = forEachByte(base, at -> {
            boolean isRefused = true;
            for (int mask : masks(at)) {
                byte[] damaged = base.clone();
                damaged[at] ^= (byte) mask;
                isRefused &= isRefused(log, BASE, damaged, "byte " + at + " xor " + (mask & 0xff));
            }
            return isRefused;
        });
        assertThat(refused).isEqualTo(base.length);
    }

    @Test
    void a_base_that_ends_at_any_byte_refuses_the_start_unless_it_is_whole() throws IOException {
        Log log = Log.ofBaseAndSegment();
        byte[] base = log.bytes(BASE);
        int refused = forEachByte(base, cut -> isRefused(log, BASE, Arrays.copyOf(base, cut), "cut at " + cut));
        assertThat(refused).as("all but the one without its last line feed").isEqualTo(base.length - 1);
        Recovered found = Recovered.from(log.with(BASE, Arrays.copyOf(base, base.length - 1)));
        assertThat(found.entries()).isEqualTo(log.entries());
    }
}
