package dev.miniredis.command;

import java.nio.charset.StandardCharsets;

/** The words that options begin with. */
public enum Keyword {
    ABORT,
    ASYNC,
    COUNT,
    EX,
    EXAT,
    FILTERBY,
    FORCE,
    GET,
    IDX,
    KEEPTTL,
    LEN,
    MATCH,
    MINMATCHLEN,
    NOSAVE,
    NOW,
    NX,
    PERSIST,
    PX,
    PXAT,
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
