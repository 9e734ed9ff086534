package dev.miniredis.log;

import dev.miniredis.resp.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * What an entry says, kept and comparable. Bytes are strings with a character for each (ISO 8859-1), so that a failing
 * test shows them.
 */
record RecordedEntry(long lsn, long atMillis, String by, int database, List<List<String>> commands) {
    static RecordedEntry of(LogEntry entry) {
        List<List<String>> commands = new ArrayList<>();
        for (Request request : entry.commands()) {
            List<String> command = new ArrayList<>();
            for (int i = 0; i < request.size(); i++) {
                command.add(new String(request.arg(i).copy(), StandardCharsets.ISO_8859_1));
            }
            commands.add(command);
        }
        String by = new String(entry.by(), StandardCharsets.ISO_8859_1);
        return new RecordedEntry(entry.lsn(), entry.atMillis(), by, entry.database(), commands);
    }

    /** An entry of one command in database 0. */
    static RecordedEntry of(long lsn, String... command) {
        return new RecordedEntry(lsn, 1_763_834_101_000L + lsn, "default@10.0.0.7:51544", 0, List.of(List.of(command)));
    }

    static byte[] latin1(String bytes) {
        return bytes.getBytes(StandardCharsets.ISO_8859_1);
    }

    LogEntry toEntry() {
        LogEntry entry = new LogEntry().reset(atMillis, latin1(by), database);
        for (List<String> command : commands) {
            entry.add(Request.of(command.stream().map(RecordedEntry::latin1).toArray(byte[][]::new)));
        }
        entry.lsn(lsn);
        return entry;
    }
}
