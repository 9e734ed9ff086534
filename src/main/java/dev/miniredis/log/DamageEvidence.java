package dev.miniredis.log;

/**
 * What the lines after a bad one tell about it: whether what stood there was durable, so that it is damage and no torn
 * end, and where the log is good again.
 */
final class DamageEvidence {
    private final LineReader reader = new LineReader();
    private final LogEntry entry = new LogEntry();
    private final long lastGoodLsn;
    private long goodAgainFrom;
    private long durableLsn;

    /**
     * @param lastGoodLsn the entry before the bad line
     * @param nextFirst the entry that a later segment begins with, which is made only when all before it is durable;
     *     {@link Long#MAX_VALUE} if there is none
     * @param marked what the {@link DurableMark} says was durable
     */
    DamageEvidence(long lastGoodLsn, long nextFirst, long marked) {
        this.lastGoodLsn = lastGoodLsn;
        goodAgainFrom = nextFirst;
        durableLsn = nextFirst == Long.MAX_VALUE ? marked : nextFirst - 1;
    }

    /** Looks for entries in the line that a segment is at. */
    void lookAt(SegmentReader segment) {
        LineScanner line = segment.line();
        for (int at = segment.entryIn(line.from()); at >= 0; at = segment.entryIn(at + 1)) {
            lookAt(line.bytes(), at, line.to());
        }
    }

    private void lookAt(byte[] bytes, int from, int to) {
        try {
            reader.readEntry(bytes, from, to, entry);
            durableLsn = Math.max(durableLsn, entry.durable());
            goodAgainFrom = entry.firstLsn() > lastGoodLsn ? Math.min(goodAgainFrom, entry.firstLsn()) : goodAgainFrom;
        } catch (LineReader.BadLineException e) {
            // no entry begins here
        }
    }

    /** Whether a later line says that more was durable than is good. */
    boolean wasDurable() {
        return durableLsn > lastGoodLsn;
    }

    /** What is lost, in a sentence. */
    String loss() {
        long from = lastGoodLsn + 1;
        long to = goodAgainFrom == Long.MAX_VALUE ? durableLsn : goodAgainFrom - 1;
        if (to < from) {
            return "No entry is lost by it, but the lines are not what was written.";
        }
        String lost = from == to ? "entry " + from : "entries " + from + " to " + to;
        return "Lost by it: " + lost + ", which had been synced"
                + (goodAgainFrom == Long.MAX_VALUE ? "." : "; later ones are intact.");
    }
}
