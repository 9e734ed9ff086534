package dev.miniredis.log;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneId;

/**
 * A point in the history of a log, given by an lsn or a time.
 *
 * @param lsn entries up to this one belong to it
 * @param atMillis entries up to this time belong to it, milliseconds since 1970
 */
public record Moment(long lsn, long atMillis) {
    /** The end of the log. */
    public static final Moment END = new Moment(Long.MAX_VALUE, Long.MAX_VALUE);

    /** The number of an entry, as a regular expression. */
    public static final String NUMBER = "\\d{1,18}";

    /**
     * Parses user input: {@code 1041} is an lsn, {@code 2026-11-23T05:30:00Z} a time, {@code @1763834101123}
     * milliseconds since 1970. In a time, {@code T} may be a space, the default zone is the machine's, and the default
     * time of day is midnight.
     *
     * @throws IllegalArgumentException the text is none of these
     */
    public static Moment parse(String text) {
        if (text.matches(NUMBER)) {
            return new Moment(Long.parseLong(text), Long.MAX_VALUE);
        }
        if (text.startsWith("@") && text.substring(1).matches(NUMBER)) {
            return new Moment(Long.MAX_VALUE, Long.parseLong(text.substring(1)));
        }
        return new Moment(Long.MAX_VALUE, time(text.replace(' ', 'T')).toEpochMilli());
    }

    private static Instant time(String text) {
        try {
            boolean hasZone = text.matches(".*T.*(Z|[+-].*)");
            if (hasZone) {
                return OffsetDateTime.parse(text).toInstant();
            }
            LocalDateTime local =
                    text.indexOf('T') < 0 ? LocalDate.parse(text).atStartOfDay() : LocalDateTime.parse(text);
            return local.atZone(ZoneId.systemDefault()).toInstant();
        } catch (DateTimeException e) {
            throw new IllegalArgumentException(
                    "'" + text + "' is neither the number of an entry nor a time like 2026-11-23T05:30:00Z", e);
        }
    }

    /** Whether an entry belongs to it. */
    public boolean includes(long entryLsn, long entryMillis) {
        return entryLsn <= lsn && entryMillis <= atMillis;
    }

    /** Whether an entry is the last one that belongs to it, or a later one. */
    public boolean isReachedBy(long entryLsn, long entryMillis) {
        return lsn != Long.MAX_VALUE ? entryLsn >= lsn : entryMillis >= atMillis;
    }

    @Override
    public String toString() {
        if (this.equals(END)) {
            return "the end";
        }
        return lsn != Long.MAX_VALUE
                ? "entry " + lsn
                : Instant.ofEpochMilli(atMillis).toString();
    }
}
