package dev.miniredis.migrate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** What an import has come to. */
public final class ImportReport {
    /**
     * Something that the server has no place for yet.
     *
     * @param first the first key that it happened to; null where there is none
     */
    public record LeftOut(long count, String first) {}

    private final SourceFiles source;
    private final SortedMap<Integer, Long> entries = new TreeMap<>();
    private final Map<String, LeftOut> leftOut = new LinkedHashMap<>();
    private final List<String> warnings = new ArrayList<>();
    private String madeBy = "";
    private long entryCount;
    private long expiredKeys;
    private long logBytes;
    private boolean commandsLeftOut;

    ImportReport(SourceFiles source) {
        this.source = source;
    }

    void added(int database) {
        entries.merge(database, 1L, Long::sum);
        entryCount++;
    }

    void expired() {
        expiredKeys++;
    }

    void leftOutValue(String type, String key) {
        leftOut(type, key);
    }

    void leftOutCommand(String name, String key) {
        commandsLeftOut = true;
        leftOut(name, key);
    }

    private void leftOut(String what, String key) {
        leftOut.merge(what, new LeftOut(1, key), (before, one) -> new LeftOut(before.count() + 1, before.first()));
    }

    void warning(String text) {
        warnings.add(text);
    }

    void madeBy(String redisVersion) {
        madeBy = redisVersion;
    }

    void logBytes(long bytes) {
        logBytes = bytes;
    }

    /** The file that was read, or the list of files. */
    public Path taken() {
        return source.taken();
    }

    /** What could have been read too. */
    public List<Path> passedOver() {
        return source.passedOver();
    }

    /** The version of Redis that has written the source; empty where it does not say. */
    public String madeBy() {
        return madeBy;
    }

    /** How many entries of the log each database has got. */
    public SortedMap<Integer, Long> entries() {
        return Collections.unmodifiableSortedMap(entries);
    }

    public long entryCount() {
        return entryCount;
    }

    /** How many keys were not worth importing, since their time was over. */
    public long expiredKeys() {
        return expiredKeys;
    }

    /** What was not imported, by type or by command, in the order of the source. */
    public Map<String, LeftOut> leftOut() {
        return Collections.unmodifiableMap(leftOut);
    }

    /** Whether commands were left out, so that strings may be older than in Redis. */
    public boolean isCommandLeftOut() {
        return commandsLeftOut;
    }

    public List<String> warnings() {
        return Collections.unmodifiableList(warnings);
    }

    public long logBytes() {
        return logBytes;
    }
}
