package dev.miniredis.torture;

import java.util.Objects;

/**
 * What a key holds.
 *
 * @param deadline when it goes, in seconds since 1970; {@link #NEVER}, or {@link #BRIEF}
 */
record Held(String value, long deadline) {
    static final long NEVER = 0;
    /** The deadline is so near that the value may be gone at any time. */
    static final long BRIEF = -1;

    private static final long TTL_TOLERANCE_SECONDS = 2;

    boolean isBrief() {
        return deadline == BRIEF;
    }

    /** Whether a GET of a key in this state (null where there is no key) may be answered so. */
    static boolean mayAnswer(Held held, String answer) {
        if (held == null) {
            return answer == null;
        }
        return answer == null ? held.isBrief() : held.value.equals(answer);
    }

    /** Whether a key in this state (null where there is no key) may be found so (null: not found). */
    static boolean mayBeFound(Held held, Found found) {
        if (held == null || found == null) {
            return held == null && found == null || held != null && held.isBrief();
        }
        return held.value.equals(found.value) && (held.isBrief() || found.hasDeadline(held.deadline));
    }

    /**
     * What a new server says of a key.
     *
     * @param ttlSeconds the answer to TTL
     * @param atSeconds when it was asked, in seconds since 1970
     */
    record Found(String value, long ttlSeconds, long atSeconds) {
        private boolean hasDeadline(long deadline) {
            return deadline == NEVER
                    ? ttlSeconds == -1
                    : Math.abs(atSeconds + ttlSeconds - deadline) <= TTL_TOLERANCE_SECONDS;
        }

        @Override
        public String toString() {
            return Words.shortened(value) + (ttlSeconds == -1 ? "" : " until " + (atSeconds + ttlSeconds));
        }
    }

    @Override
    public String toString() {
        String until = deadline == NEVER ? "" : isBrief() ? " for a moment" : " until " + deadline;
        return Words.shortened(Objects.toString(value)) + until;
    }
}
