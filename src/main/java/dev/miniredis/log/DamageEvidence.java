package dev.miniredis.log;

/**
 * Collects from the lines after a bad line whether the bad line had been durable, which makes it damage and not a torn
 * end, and where the log is good again (ADR 1).
 */
final class DamageEvidence {
    private final LineReader reader = new LineReader();
    private final LogEntry entry = new LogEntry();
    private final long lastGoodLsn;
    private long goodAgainFrom;
    private long durableLsn;

    /**
     * @param lastGoodLsn the last entry before the bad line
     * @param nextFirst the first entry of the next segment, which is created only when all before it is durable;
     *     {@link Long#MAX_VALUE} if there is none
     * @param marked the lsn in the {@link DurableMark}
     */
    DamageEvidence(long lastGoodLsn, long nextFirst, long marked) {
        this.lastGoodLsn = lastGoodLsn;
        goodAgainFrom = nextFirst;
        durableLsn = nextFirst == Long.MAX_VALUE ? marked : nextFirst - 1;
    }

    /** Looks for entries in the current line of a segment. */
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

    /** Whether a later line states that entries after the last good one were durable. */
    boolean wasDurable() {
        return durableLsn > lastGoodLsn;
    }

    /** A sentence about what is lost. */
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
