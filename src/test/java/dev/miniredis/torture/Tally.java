package dev.miniredis.torture;

import java.util.EnumMap;
import java.util.Map;

/** What a run came to. */
final class Tally {
    private final Map<Moment, Integer> ends = new EnumMap<>(Moment.class);
    private int kills;
    private int inCompaction;
    private int checks;
    private int tornEnds;
    private long replies;
    private long lostBytes;

    void ended(Moment moment, boolean wasCompacting) {
        ends.merge(moment, 1, Integer::sum);
        kills += moment == Moment.NEVER ? 0 : 1;
        inCompaction += wasCompacting ? 1 : 0;
    }

    void checked(long newReplies, boolean wasTorn) {
        checks++;
        replies += newReplies;
        tornEnds += wasTorn ? 1 : 0;
    }

    void lost(long bytes) {
        lostBytes += bytes;
    }

    int kills() {
        return kills;
    }

    /** How many kills have left a base that was not complete. */
    int inCompaction() {
        return inCompaction;
    }

    int kills(Moment moment) {
        return ends.getOrDefault(moment, 0);
    }

    @Override
    public String toString() {
        return kills + " kills " + ends + ", " + inCompaction + " of them in the midst of a base; " + checks
                + " checks, " + replies + " replies, " + tornEnds + " torn ends, " + lostBytes
                + " bytes lost that were not synced";
    }
}
