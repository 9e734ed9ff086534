package dev.miniredis.embedded;

import dev.miniredis.stats.Info;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Locale;

/**
 * What {@code INFO replication} tells, besides its role, of a master that has no replica and keeps no backlog for one.
 */
final class ReplicationInfo {
    private static final String NO_ID = "0".repeat(40);

    /** Forty hexadecimal digits, as Redis's {@code getRandomHexChars} makes them. */
    static String randomId() {
        return String.format(Locale.ROOT, "%040x", new BigInteger(160, new SecureRandom()));
    }

    /**
     * Adds it.
     *
     * @param id which history of the data this is
     * @param backlogBytes how large the backlog would be
     */
    void addTo(Info.Facts facts, String id, Object backlogBytes) {
        facts.add("master_failover_state", "no-failover");
        facts.add("master_replid", id);
        facts.add("master_replid2", NO_ID);
        facts.add("master_repl_offset", 0);
        facts.add("second_repl_offset", -1);
        facts.add("repl_backlog_active", 0);
        facts.add("repl_backlog_size", backlogBytes);
        facts.add("repl_backlog_first_byte_offset", 0);
        facts.add("repl_backlog_histlen", 0);
    }
}
