package dev.miniredis.cli;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Counts what occurs often in bounded memory (the space-saving algorithm of Metwally, Agrawal and El Abbadi): when all
 * places are taken, a new word takes that of the rarest and its count, by which it may then be overcounted. Up to that
 * many different words the counts are exact.
 */
final class MostFrequent {
    private final int places;
    private final Map<String, Count> counts = new HashMap<>();
    private final TreeSet<Count> byCount =
            new TreeSet<>(Comparator.comparingLong(Count::count).thenComparing(Count::word, Comparator.reverseOrder()));
    private boolean exact = true;

    /** @param error at most this many of the count belong to another word */
    record Count(String word, long count, long error) {}

    MostFrequent(int places) {
        this.places = places;
    }

    void add(String word) {
        Count old = counts.remove(word);
        if (old != null) {
            byCount.remove(old);
            put(new Count(word, old.count() + 1, old.error()));
        } else if (counts.size() < places) {
            put(new Count(word, 1, 0));
        } else {
            exact = false;
            Count rarest = byCount.removeFirst();
            counts.remove(rarest.word());
            put(new Count(word, rarest.count() + 1, rarest.count()));
        }
    }

    private void put(Count count) {
        counts.put(count.word(), count);
        byCount.add(count);
    }

    /** Whether all counts are exact. */
    boolean isExact() {
        return exact;
    }

    /** The most frequent words, the first first. */
    List<Count> top(int limit) {
        return byCount.descendingSet().stream().limit(limit).toList();
    }
}
