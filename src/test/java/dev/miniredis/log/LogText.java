package dev.miniredis.log;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.zip.CRC32C;

/**
 * A segment put together line by line, as the format's description says and without the writer's help. Knows where each
 * line begins.
 */
final class LogText {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final List<Integer> offsets = new ArrayList<>();

    static LogText beginningWith(long firstLsn) {
        return new LogText().line("{\"log\":\"mini-redis\",\"format\":1,\"first\":" + firstLsn);
    }

    /** Entries {@code first} to {@code last}, each a batch of its own. */
    static LogText ofBatches(long first, long last) {
        LogText text = beginningWith(first);
        for (long lsn = first; lsn <= last; lsn++) {
            text.entry(lsn, lsn - 1);
        }
        return text;
    }

    /** The entry that {@link #entry} writes. */
    static RecordedEntry entryOf(long lsn) {
        return RecordedEntry.of(lsn, "SET", "key:" + lsn, "value " + lsn);
    }

    static List<RecordedEntry> entriesOf(long first, long last) {
        List<RecordedEntry> entries = new ArrayList<>();
        for (long lsn = first; lsn <= last; lsn++) {
            entries.add(entryOf(lsn));
        }
        return entries;
    }

    /** A body with its checksum and line feed. */
    static byte[] checked(String body) {
        byte[] start = body.getBytes(StandardCharsets.UTF_8);
        CRC32C crc = new CRC32C();
        crc.update(start);
        String end = String.format(Locale.ROOT, ",\"crc\":\"%08x\"}\n", crc.getValue());
        byte[] line = Arrays.copyOf(start, start.length + end.length());
        System.arraycopy(end.getBytes(StandardCharsets.US_ASCII), 0, line, start.length, end.length());
        return line;
    }

    /** @param durable what the line says is durable; less than 0 where it does not say */
    static byte[] entryLine(long lsn, long durable) {
        RecordedEntry entry = entryOf(lsn);
        return checked("{\"lsn\":" + lsn + ",\"at\":" + entry.atMillis() + ",\"by\":\"" + entry.by() + "\",\"cmd\":[\""
                + String.join("\",\"", entry.commands().getFirst()) + "\"]"
                + (durable < 0 ? "" : ",\"durable\":" + durable));
    }

    LogText line(String body) {
        return raw(checked(body));
    }

    /** The first entry of a batch. */
    LogText entry(long lsn, long durable) {
        return raw(entryLine(lsn, durable));
    }

    /** A later entry of a batch. */
    LogText entry(long lsn) {
        return entry(lsn, -1);
    }

    LogText raw(byte[] line) {
        offsets.add(bytes.size());
        bytes.writeBytes(line);
        return this;
    }

    LogText blanks(int count) {
        byte[] blanks = new byte[count];
        Arrays.fill(blanks, (byte) '\n');
        bytes.writeBytes(blanks);
        return this;
    }

    byte[] bytes() {
        return bytes.toByteArray();
    }

    int size() {
        return bytes.size();
    }

    /** Where the line {@code index} begins; the header is line 0. */
    int offset(int index) {
        return offsets.get(index);
    }
}
