package dev.miniredis.command;

import java.nio.charset.StandardCharsets;

/** The words that options begin with. */
public enum Keyword {
    ABORT,
    ABSTTL,
    ASYNC,
    COUNT,
    DB,
    EX,
    EXAT,
    FILTERBY,
    FORCE,
    FREQ,
    GET,
    GT,
    IDLETIME,
    IDX,
    KEEPTTL,
    LEN,
    LT,
    MATCH,
    MINMATCHLEN,
    NOSAVE,
    NOW,
    NX,
    PERSIST,
    PX,
    PXAT,
    REPLACE,
    SAMPLES,
    SAVE,
    SCHEDULE,
    SYNC,
    TYPE,
    WITHMATCHLEN,
    XX;

    @SuppressWarnings("ImmutableEnumChecker") // nobody writes to it
    private final byte[] bytes = name().getBytes(StandardCharsets.US_ASCII);

    byte[] bytes() {
        return bytes;
    }
}
