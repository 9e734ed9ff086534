package dev.miniredis.log;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.resp.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;

/**
 * A log of format 1, kept for ever as it was once written: two segments, the older with an end that the newer repeats
 * and with blanks, arguments of all kinds, a transaction, and a line of some later version. It is read as it always
 * was; and what the writer wrote then, it writes now.
 *
 * <p>When this fails, do not change the files: logs like them are on people's disks.
 */
class FormatStabilityTest {
    private static final String RETIRED = SegmentNames.retired(1);
    private static final String ACTIVE = SegmentNames.ACTIVE;
    private static final long AT = 1_763_834_101_123L;
    /** What this version does not write: unknown fields, spaces, another order, escapes that need not be. */
    private static final String OF_A_LATER_VERSION = "{\"term\":3,\"lsn\":9,\"at\":1763834101131,\"durable\":8,"
            + "\"by\":\"alice@[::1]:40022\", \"ttl\":{\"a\":[1,{\"b\":\"}]\"}]},\"cmd\" : [\"\\u0053ET\", \"user:2\",{\"b64\":\"SmFuZQ==\"}],"
            + "\"acl\":null";

    private static byte[] kept(String name) throws IOException {
        try (InputStream file = FormatStabilityTest.class.getResourceAsStream("/log/format-1/" + name)) {
            return file.readAllBytes();
        }
    }

    private static String utf8(String text) {
        return new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.ISO_8859_1);
    }

    private static RecordedEntry entry(long lsn, String by, int database, List<List<String>> commands) {
        return new RecordedEntry(lsn, AT + lsn - 1, by, database, commands);
    }

    private static RecordedEntry entry(long lsn, String... command) {
        return entry(lsn, "default@10.0.0.7:51544", 0, List.of(List.of(command)));
    }

    private static byte[] batch(long durable, RecordedEntry... entries) {
        Batch batch = new Batch();
        for (RecordedEntry recorded : entries) {
            LogEntry entry = recorded.toEntry();
            batch.add(entry, LineWriter.bound(entry));
        }
        batch.finish(durable, new CRC32C());
        return java.util.Arrays.copyOfRange(batch.bytes(), batch.start(), batch.end());
    }

    private static final RecordedEntry FIVE = entry(5, "SETRANGE", "user:1", "0", "\u0080\u0081");

    private static byte[] retired() {
        return LogText.beginningWith(1)
                .raw(batch(
                        0,
                        entry(1, "SET", "user:1", "John Doe", "EX", "10"),
                        entry(
                                2,
                                "default@[::1]:7",
                                3,
                                List.of(List.of("SET", utf8("größe"), utf8("🦊 \"\\/\n\r\t\b\f\0\u001f\u007f"))))))
                .raw(batch(
                        2,
                        entry(3, "SET", "bin", "\u00ff\u0000\u00fe"),
                        entry(4, "", 15, List.of(List.of("SET", "", "")))))
                .raw(batch(4, FIVE))
                .blanks(16)
                .bytes();
    }

    private static byte[] active() {
        RecordedEntry six =
                entry(6, "default@10.0.0.7:51544", 0, List.of(List.of("DEL", "user:1"), List.of("INCR", "n")));
        RecordedEntry seven = entry(7, "SET", "controls", "\u0001".repeat(64));
        RecordedEntry eight = entry(8, "SET", "escapes", "\n".repeat(16) + "x".repeat(64));
        RecordedEntry ten = new RecordedEntry(
                10,
                999_999_999_999_999_999L,
                utf8("ü@h:1"),
                Integer.MAX_VALUE,
                List.of(List.of("FLUSHDB"), List.of("SET", "a", "\u00c3")));
        return LogText.beginningWith(5)
                .raw(batch(4, FIVE, six))
                .raw(batch(6, seven, eight))
                .line(OF_A_LATER_VERSION)
                .raw(batch(9, ten))
                .bytes();
    }

    /** An entry in one line for its fields and one for each command; bytes outside ASCII as {@code \xff}. */
    private static String dump(List<RecordedEntry> entries) {
        StringBuilder text = new StringBuilder();
        for (RecordedEntry entry : entries) {
            text.append("lsn ").append(entry.lsn()).append(" at ").append(entry.atMillis());
            text.append(" by ")
                    .append(readable(entry.by()))
                    .append(" db ")
                    .append(entry.database())
                    .append('\n');
            for (List<String> command : entry.commands()) {
                text.append("   ");
                command.forEach(argument -> text.append(' ').append(readable(argument)));
                text.append('\n');
            }
        }
        return text.toString();
    }

    private static String readable(String bytes) {
        StringBuilder text = new StringBuilder("\"");
        for (int i = 0; i < bytes.length(); i++) {
            char letter = bytes.charAt(i);
            if (letter < ' ' || letter > '~' || letter == '"' || letter == '\\') {
                text.append("\\x").append(java.util.HexFormat.of().toHexDigits((byte) letter));
            } else {
                text.append(letter);
            }
        }
        return text.append('"').toString();
    }

    private static SimulatedDisk keptDisk() throws IOException {
        return new SimulatedDisk().put(RETIRED, kept(RETIRED)).put(ACTIVE, kept(ACTIVE));
    }

    @Test
    void what_was_written_once_is_read_as_it_was_meant() throws IOException {
        Recovered found = Recovered.from(keptDisk());
        assertThat(found.refusal()).isNull();
        assertThat(dump(found.entries())).isEqualTo(new String(kept("entries.txt"), StandardCharsets.US_ASCII));
        assertThat(found.result())
                .isEqualTo(new Recovery.Result(10, 999_999_999_999_999_999L, 5, kept(ACTIVE).length, null, List.of()));
    }

    @Test
    void reading_it_changes_nothing() throws IOException {
        SimulatedDisk disk = keptDisk();
        Recovered.from(disk);
        assertThat(disk.files()).isEqualTo(keptDisk().files());
    }

    @Test
    void the_writer_still_writes_the_same_bytes() throws IOException {
        assertThat(new String(retired(), StandardCharsets.UTF_8))
                .isEqualTo(new String(kept(RETIRED), StandardCharsets.UTF_8));
        assertThat(retired()).isEqualTo(kept(RETIRED));
        assertThat(new String(active(), StandardCharsets.UTF_8))
                .isEqualTo(new String(kept(ACTIVE), StandardCharsets.UTF_8));
        assertThat(active()).isEqualTo(kept(ACTIVE));
    }

    @Test
    void a_segment_begins_as_it_always_did() throws Exception {
        SimulatedDisk disk = new SimulatedDisk();
        TestedLog.recover(disk, FsyncPolicy.ALWAYS, System::nanoTime).close();
        byte[] header = kept(RETIRED);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int i = 0; i == 0 || header[i - 1] != '\n'; i++) {
            line.write(header[i]);
        }
        assertThat(disk.bytes(ACTIVE)).isEqualTo(line.toByteArray());
    }

    @Test
    void the_log_goes_on_in_it() throws Exception {
        SimulatedDisk disk = keptDisk();
        try (TestedLog log = TestedLog.open(disk)) {
            log.awaitPublished(log.write("SET", "k", "v"));
        }
        assertThat(disk.bytes(RETIRED)).isEqualTo(kept(RETIRED));
        assertThat(disk.bytes(ACTIVE)).startsWith(kept(ACTIVE));
        assertThat(Recovered.from(disk).entries()).hasSize(11);
    }

    private static final String BASE_FOLDER = "base/";
    private static final String BASE = SegmentNames.base(6);
    private static final String AFTER_BASE = SegmentNames.retired(5);

    private static byte[] base() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        try (BaseFile base = BaseFile.create(
                disk,
                new BaseHeader(6, AT, 0xfeed_5eed_0000_0001L, List.of(1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1)),
                () -> {})) {
            base.add(
                    0,
                    Request.of(
                            RecordedEntry.latin1("SET"),
                            RecordedEntry.latin1("user:1"),
                            RecordedEntry.latin1("John Doe")));
            base.add(
                    3,
                    Request.of(
                            RecordedEntry.latin1("SET"),
                            RecordedEntry.latin1(utf8("größe")),
                            RecordedEntry.latin1(utf8("🦊 \"\\\n")),
                            RecordedEntry.latin1("PXAT"),
                            RecordedEntry.latin1("4102444800000")));
            base.add(
                    15,
                    Request.of(
                            RecordedEntry.latin1("SET"),
                            RecordedEntry.latin1(""),
                            RecordedEntry.latin1("\u00ff\u0000\u00fe")));
            base.finish();
        }
        return disk.bytes(BASE);
    }

    /** Its first two entries are in the base too. */
    private static byte[] retiredAfterBase() {
        return LogText.beginningWith(5)
                .raw(batch(4, FIVE, entry(6, "DEL", "bin")))
                .raw(batch(6, entry(7, "SET", "user:2", "Jane")))
                .bytes();
    }

    private static byte[] activeAfterBase() {
        return LogText.beginningWith(8)
                .raw(batch(7, entry(8, "", 3, List.of(List.of("DEL", utf8("größe"))))))
                .blanks(16)
                .bytes();
    }

    private static SimulatedDisk keptDiskWithBase() throws IOException {
        SimulatedDisk disk = new SimulatedDisk();
        for (String name : List.of(BASE, AFTER_BASE, ACTIVE)) {
            disk.put(name, kept(BASE_FOLDER + name));
        }
        return disk;
    }

    @Test
    void a_base_written_once_is_read_as_it_was_meant_with_the_segments_after_it() throws IOException {
        SimulatedDisk disk = keptDiskWithBase();
        Recovered found = Recovered.from(disk);
        assertThat(found.refusal()).isNull();
        assertThat(dump(found.entries()))
                .isEqualTo(new String(kept(BASE_FOLDER + "entries.txt"), StandardCharsets.US_ASCII));
        assertThat(found.result().lastLsn()).isEqualTo(8);
        assertThat(found.result().cutOff()).isNull();
        assertThat(disk.files()).isEqualTo(keptDiskWithBase().files());
    }

    @Test
    void a_base_and_the_segments_after_it_are_still_written_with_the_same_bytes() throws IOException {
        assertThat(base()).isEqualTo(kept(BASE_FOLDER + BASE));
        assertThat(retiredAfterBase()).isEqualTo(kept(BASE_FOLDER + AFTER_BASE));
        assertThat(activeAfterBase()).isEqualTo(kept(BASE_FOLDER + ACTIVE));
    }
}
