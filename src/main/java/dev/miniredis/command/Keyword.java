package dev.miniredis.command;

import java.nio.charset.StandardCharsets;

/** The words that options begin with. */
public enum Keyword {
    ABORT,
    ABSTTL,
    ALL,
    ALPHA,
    ASC,
    ASYNC,
    AUTH,
    AUTH2,
    BCAST,
    BIT,
    BY,
    BYTE,
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
    NOLOOP,
    NOSAVE,
    NOW,
    NX,
    OPTIN,
    OPTOUT,
    PERSIST,
    PREFIX,
    PX,
    PXAT,
    REDIRECT,
    REPLACE,
    SAMPLES,
    SAVE,
    SCHEDULE,
    SETNAME,
    STORE,
    SYNC,
    TYPE,
    WITHMATCHLEN,
    WRITE,
    XX;

    @SuppressWarnings("ImmutableEnumChecker") // nobody writes to it
    private final byte[] bytes = name().getBytes(StandardCharsets.US_ASCII);

    public byte[] bytes() {
        return bytes;
    }
}
