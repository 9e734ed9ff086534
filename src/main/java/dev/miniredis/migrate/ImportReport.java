package dev.miniredis.migrate;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/** The result of an import. */
public final class ImportReport {
    /**
     * Values of a type that the server does not support yet, or commands that cannot be run.
     *
     * @param first the first key concerned; null if there is none
     * @param place file and byte of the first command; null for values
     */
    public record LeftOut(long count, String first, String place) {}

    /** Further kinds are counted together. */
    private static final int MAX_KINDS = 100;

    private final SourceFiles source;
    private final SortedMap<Integer, Long> entries = new TreeMap<>();
    private final Map<String, LeftOut> leftOut = new LinkedHashMap<>();
    private final List<String> warnings = new ArrayList<>();
    private String madeBy = "";
    private long entryCount;
    private long expiredKeys;
    private long logBytes;
    private final List<String> remarks = new ArrayList<>();
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
        leftOut(type, key, null);
    }

    /** @param reason why it cannot be run; null if there is no such command */
    void leftOutCommand(String name, String reason, String key, String place) {
        commandsLeftOut = true;
        leftOut(reason == null ? name : name + ": " + reason, key, place);
    }

    private void leftOut(String what, String key, String place) {
        String kind = leftOut.size() < MAX_KINDS || leftOut.containsKey(what) ? what : "of other kinds";
        leftOut.merge(
                kind,
                new LeftOut(1, key, place),
                (before, one) -> new LeftOut(before.count() + 1, before.first(), before.place()));
    }

    void remark(String text) {
        remarks.add(text);
    }

    void warning(String text) {
        warnings.add(text);
    }

    void madeBy(String program) {
        madeBy = program;
    }

    void logBytes(long bytes) {
        logBytes = bytes;
    }

    /** The file that was read, or the list of files. */
    public Path taken() {
        return source.taken();
    }

    /** Other files that could have been imported. */
    public List<Path> passedOver() {
        return source.passedOver();
    }

    /** The program that wrote the source, with its version; empty if unknown. */
    public String madeBy() {
        return madeBy;
    }

    /** The number of entries for each database. */
    public SortedMap<Integer, Long> entries() {
        return Collections.unmodifiableSortedMap(entries);
    }

    public long entryCount() {
        return entryCount;
    }

    /** The number of keys that were not imported because they had expired. */
    public long expiredKeys() {
        return expiredKeys;
    }

    /** What was not imported, by type or by command and reason, in the order of the source. */
    public Map<String, LeftOut> leftOut() {
        return Collections.unmodifiableMap(leftOut);
    }

    /** Whether commands were left out, so that strings may have older values than in Redis. */
    public boolean isCommandLeftOut() {
        return commandsLeftOut;
    }

    /** Remarks on the source; nothing is missing because of them. */
    public List<String> remarks() {
        return Collections.unmodifiableList(remarks);
    }

    public List<String> warnings() {
        return Collections.unmodifiableList(warnings);
    }

    public long logBytes() {
        return logBytes;
    }
}
