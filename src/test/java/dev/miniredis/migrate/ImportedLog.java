package dev.miniredis.migrate;

import dev.miniredis.engine.DryRun;
import dev.miniredis.log.FsyncPolicy;
import dev.miniredis.log.LocalDisk;
import dev.miniredis.log.LocalLog;
import dev.miniredis.log.LogEntry;
import dev.miniredis.log.LogException;
import dev.miniredis.log.OnDamage;
import dev.miniredis.resp.Request;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The log that an import has made, as a server reads it. Bytes are Latin-1 characters. */
record ImportedLog(List<Entry> entries) {
    record Entry(int database, long atMillis, String by, List<List<String>> commands) {}

    static ImportedLog read(Path directory) throws Exception {
        List<Entry> entries = new ArrayList<>();
        try (LocalDisk disk = LocalDisk.open(directory);
                LocalLog log = new LocalLog(disk, FsyncPolicy.NO, OnDamage.REFUSE, System::nanoTime)) {
            log.recover(
                    batch -> {
                        batch.entries().forEach(entry -> entries.add(copy(entry)));
                        batch.release();
                    },
                    0);
        }
        return new ImportedLog(entries);
    }

    /**
     * Runs a log as a server that starts with it.
     *
     * @throws LogException it cannot be run
     */
    static void replay(Path directory) throws Exception {
        try (LocalDisk disk = LocalDisk.open(directory);
                LocalLog log = new LocalLog(disk, FsyncPolicy.NO, OnDamage.REFUSE, System::nanoTime)) {
            log.recover(new DryRun(), 0);
        }
    }

    private static Entry copy(LogEntry entry) {
        List<List<String>> commands = new ArrayList<>();
        for (Request request : entry.commands()) {
            List<String> words = new ArrayList<>();
            for (int i = 0; i < request.size(); i++) {
                words.add(latin1(request.arg(i).copy()));
            }
            commands.add(words);
        }
        return new Entry(entry.database(), entry.atMillis(), latin1(entry.by()), commands);
    }

    /** The commands, each as one line that begins with its database. */
    List<String> lines() {
        return entries.stream()
                .flatMap(entry ->
                        entry.commands().stream().map(words -> entry.database() + " " + String.join(" ", words)))
                .toList();
    }

    /** The words of the last command on each key, by database and key. */
    Map<String, List<String>> lastByKey() {
        Map<String, List<String>> last = new HashMap<>();
        entries.forEach(entry ->
                entry.commands().forEach(words -> last.put(entry.database() + " " + words.get(1), words)));
        return last;
    }

    static String latin1(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    static byte[] latin1(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }
}
