package dev.miniredis.command;

import java.nio.charset.StandardCharsets;

/** The words that options begin with. */
public enum Keyword {
    ABORT,
    ABSTTL,
    ALPHA,
    ASC,
    ASYNC,
    AUTH,
    AUTH2,
    BY,
    COPY,
    COUNT,
    DB,
    DESC,
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
    KEYS,
    LEN,
    LIMIT,
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
    STORE,
    SYNC,
    TYPE,
    WITHMATCHLEN,
    XX;

    @SuppressWarnings("ImmutableEnumChecker") // nobody writes to it
    private final byte[] bytes = name().getBytes(StandardCharsets.US_ASCII);

    public byte[] bytes() {
        return bytes;
    }
}
