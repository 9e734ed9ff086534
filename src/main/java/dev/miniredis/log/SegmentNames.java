package dev.miniredis.log;

import java.util.Comparator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The names of a log's files. */
final class SegmentNames {
    /** The active segment, which is being written. */
    static final String ACTIVE = "mini-redis.log";
    /** A new segment, before it becomes the active one. */
    static final String UNFINISHED = "mini-redis.log.new";

    /** A base that is being written. */
    static final String UNFINISHED_BASE = "mini-redis.base.new";

    private static final Pattern BASE = Pattern.compile("mini-redis\\.base\\.(\\d{1,18})\\.log");
    private static final Pattern RETIRED = Pattern.compile("mini-redis\\.(\\d{1,18})\\.log");

    private SegmentNames() {}

    /** The name of a segment that is no longer written. */
    static String retired(long firstLsn) {
        return "mini-redis." + firstLsn + ".log";
    }

    /**
     * The name for a torn end that was cut off.
     *
     * @param atMillis the time, milliseconds since 1970
     */
    static String tail(long atMillis) {
        return ACTIVE + ".tail-" + atMillis;
    }

    /**
     * The name for a file that a repair has replaced.
     *
     * @param atMillis the time, milliseconds since 1970
     */
    static String damaged(String name, long atMillis) {
        return name + ".damaged-" + atMillis;
    }

    /** The name of the base that stands for all entries up to an lsn. */
    static String base(long lsn) {
        return "mini-redis.base." + lsn + ".log";
    }

    /** The name for a foreign file in the place of this log's file. */
    static String aside(String name, List<String> taken) {
        String aside = name + ".aside";
        for (int i = 2; taken.contains(aside); i++) {
            aside = name + ".aside-" + i;
        }
        return aside;
    }

    /** The bases and the segments among some files. */
    static List<String> allOfLogs(List<String> names) {
        return Stream.concat(bases(names).stream(), segments(names).stream()).toList();
    }

    /** The bases among some files, the newest last. */
    static List<String> bases(List<String> names) {
        return names.stream()
                .filter(name -> BASE.matcher(name).matches())
                .sorted(Comparator.comparingLong(SegmentNames::baseLsn))
                .toList();
    }

    /** The lsn in the name of a base; -1 for any other name. */
    static long baseLsn(String name) {
        Matcher matcher = BASE.matcher(name);
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : -1;
    }

    /** The segments among some files, in the order of their entries. */
    static List<String> segments(List<String> names) {
        return names.stream()
                .filter(name -> name.equals(ACTIVE) || RETIRED.matcher(name).matches())
                .sorted(Comparator.comparingLong(SegmentNames::firstLsn))
                .toList();
    }

    /** The first entry of a retired segment, by its name; the maximum for the active one. */
    static long firstLsn(String name) {
        Matcher matcher = RETIRED.matcher(name);
        return matcher.matches() ? Long.parseLong(matcher.group(1)) : Long.MAX_VALUE;
    }
}
