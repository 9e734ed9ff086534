package dev.miniredis.log;

import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the files of a log are called. */
final class SegmentNames {
    /** The segment being written. */
    static final String ACTIVE = "mini-redis.log";
    /** A segment that is being made; it has no entries yet. */
    static final String UNFINISHED = "mini-redis.log.new";

    private static final Pattern RETIRED = Pattern.compile("mini-redis\\.(\\d{1,18})\\.log");

    private SegmentNames() {}

    /** The name of a segment that is written no more. */
    static String retired(long firstLsn) {
        return "mini-redis." + firstLsn + ".log";
    }

    /**
     * Where the end of a log is kept that had to be cut off.
     *
     * @param atMillis the time, milliseconds since 1970
     */
    static String tail(long atMillis) {
        return ACTIVE + ".tail-" + atMillis;
    }

    /** The segments among some files, in the order of their entries. */
    static List<String> segments(List<String> names) {
        return names.stream()
                .filter(name -> name.equals(ACTIVE) || RETIRED.matcher(name).matches())
                .sorted(Comparator.comparingLong(SegmentNames::order))
                .toList();
    }

    private static long order(String name) {
        Matcher matcher = RETIRED.matcher(name);
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : Long.MAX_VALUE;
    }
}
