package dev.miniredis.migrate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What an RDB file begins with: {@code REDIS0012}, or since Valkey 9 {@code VALKEY080}. Both number their versions apart since Redis
 * 7.4, and some numbers of layouts and opcodes mean one thing here and another there.
 *
 * <p>A version that is newer than the newest known may be read as long as all in it is known: were something misunderstood, the
 * end and its checksum would not be found where they are.
 */
record RdbVersion(boolean isValkey, int number) {
    static final int BYTES = 9;

    /** Redis 7.4's and 8.0's. */
    private static final int NEWEST_OF_REDIS = 12;
    /** Valkey 9.0's. */
    private static final int NEWEST_OF_VALKEY = 80;

    private static final int FIRST_WITH_CHECKSUM = 5;
    private static final Pattern HEADER = Pattern.compile("(?:REDIS|(VALKEY))(\\d{3,4})");

    /** Whether a file that begins so is an RDB file, or the part of an AOF that is one. */
    static boolean begins(String beginning) {
        return beginning.startsWith("REDIS") || beginning.startsWith("VALKEY");
    }

    static RdbVersion read(FileInput in) throws IOException, ImportException {
        String header = new String(in.read(BYTES), StandardCharsets.ISO_8859_1);
        if (!begins(header)) {
            throw in.damage(0, "an RDB file begins with REDIS or VALKEY");
        }
        Matcher matcher = HEADER.matcher(header);
        int number = matcher.matches() ? Integer.parseInt(matcher.group(2)) : 0;
        if (number == 0) {
            throw in.damage(0, "the version of the RDB file is no number");
        }
        return new RdbVersion(matcher.group(1) != null, number);
    }

    boolean hasChecksum() {
        return number >= FIRST_WITH_CHECKSUM;
    }

    /** Whether there may be something in it that is not known here. */
    boolean isNewer() {
        return number > (isValkey ? NEWEST_OF_VALKEY : NEWEST_OF_REDIS);
    }

    /** Of which version a file is that {@link #isNewer}, in words. */
    String newer() {
        return isValkey
                ? "version " + number + " of Valkey, newer than " + NEWEST_OF_VALKEY + " (Valkey 9.0)"
                : "version " + number + ", newer than " + NEWEST_OF_REDIS + " (Redis 8.0)";
    }
}
