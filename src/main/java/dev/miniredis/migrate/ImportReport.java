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
     * Something that the server has no place for yet, or a command that cannot be run.
     *
     * @param first the first key that it happened to; null where there is none
     * @param place the file and the byte where the first of them begins; null where it is a value
     */
    public record LeftOut(long count, String first, String place) {}

    /** What there is more of different kinds is counted as one. */
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

    /** @param reason why it cannot be run; null where there is no such command */
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

    /** What could have been read too. */
    public List<Path> passedOver() {
        return source.passedOver();
    }

    /** The program that has written the source, with its version; empty where it does not say. */
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

    /** What was not imported, by type or by command and why it cannot be run, in the order of the source. */
    public Map<String, LeftOut> leftOut() {
        return Collections.unmodifiableMap(leftOut);
    }

    /** Whether commands were left out, so that strings may be older than in Redis. */
    public boolean isCommandLeftOut() {
        return commandsLeftOut;
    }

    /** What is worth knowing of the source, though nothing is missing. */
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
