package dev.miniredis.migrate;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The first bytes of an RDB file: {@code REDIS0012}, or since Valkey 9 {@code VALKEY080}. Redis and Valkey number their
 * versions separately since Redis 7.4, and some numbers of layouts and opcodes have different meanings.
 *
 * <p>A file of a newer version is read as long as everything in it is known. If something were misunderstood, the end
 * and its checksum would not be found.
 */
record RdbVersion(boolean isValkey, int number) {
    static final int BYTES = 9;

    /** The version of Redis 7.4 and 8.0. */
    private static final int NEWEST_OF_REDIS = 12;
    /** The version of Valkey 9.0. */
    private static final int NEWEST_OF_VALKEY = 80;

    private static final int FIRST_WITH_CHECKSUM = 5;
    private static final Pattern HEADER = Pattern.compile("(?:REDIS|(VALKEY))(\\d{3,4})");

    /** Whether a file with this beginning is an RDB file, or an AOF that begins with an RDB part. */
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

    /** Whether the file may contain something unknown. */
    boolean isNewer() {
        return number > (isValkey ? NEWEST_OF_VALKEY : NEWEST_OF_REDIS);
    }

    /** The version of a file that {@link #isNewer}, in words. */
    String newer() {
        return isValkey
                ? "version " + number + " of Valkey, newer than " + NEWEST_OF_VALKEY + " (Valkey 9.0)"
                : "version " + number + ", newer than " + NEWEST_OF_REDIS + " (Redis 8.0)";
    }
}
