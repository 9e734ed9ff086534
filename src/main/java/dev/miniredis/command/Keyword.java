package dev.miniredis.command;

import java.nio.charset.StandardCharsets;

/** The keywords of options. */
public enum Keyword {
    ABORT,
    ABOUT("~"),
    ABSTTL,
    ACLCAT,
    AGGREGATE,
    ALL,
    ALPHA,
    ANY,
    ASC,
    ASYNC,
    AUTH,
    AUTH2,
    AUTO_ID("*"),
    BCAST,
    BIT,
    BLOCK,
    BY,
    BYBOX,
    BYLEX,
    BYRADIUS,
    BYSCORE,
    BYTE,
    CH,
    COPY,
    COUNT,
    DB,
    DESC,
    EMPTY(""),
    EX,
    EXACTLY("="),
    EXAT,
    FAIL,
    FILTERBY,
    FORCE,
    FREQ,
    FROMLONLAT,
    FROMMEMBER,
    FT,
    GET,
    GT,
    ID,
    IDLETIME,
    IDX,
    INCR,
    INCRBY,
    KEEPTTL,
    KEYS,
    KM,
    LEFT,
    LEN,
    LIB_NAME("LIB-NAME"),
    LIB_VER("LIB-VER"),
    LIMIT,
    LT,
    M,
    MASTER,
    MATCH,
    MAX,
    MAXLEN,
    MI,
    MIN,
    MINID,
    MINMATCHLEN,
    MODULE,
    NO,
    NOLOOP,
    NOMKSTREAM,
    NORMAL,
    NOSAVE,
    NOW,
    NX,
    OFF,
    ON,
    OPTIN,
    OPTOUT,
    OVERFLOW,
    PATTERN,
    PERSIST,
    PREFIX,
    PUBSUB,
    PX,
    PXAT,
    RANK,
    REDIRECT,
    REPLACE,
    REPLICA,
    RESET,
    REV,
    RIGHT,
    SAMPLES,
    SAT,
    SAVE,
    SCHEDULE,
    SET,
    SETNAME,
    SKIP,
    STORE,
    STREAMS,
    SUM,
    SYNC,
    TAKEOVER,
    TIME,
    TYPE,
    WEIGHTS,
    WITHCOORD,
    WITHDIST,
    WITHHASH,
    WITHMATCHLEN,
    WITHSCORES,
    WRAP,
    WRITE,
    XX,
    YES;

    private final String word;

    @SuppressWarnings("ImmutableEnumChecker") // never modified
    private final byte[] bytes;

    Keyword() {
        word = name();
        bytes = name().getBytes(StandardCharsets.US_ASCII);
    }

    /** A keyword that is not a Java identifier. */
    Keyword(String word) {
        this.word = word;
        bytes = word.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * The keyword of a word in a usage line.
     *
     * @throws IllegalArgumentException the word is not in this enum; add it
     */
    static Keyword of(String word) {
        for (Keyword keyword : values()) {
            if (keyword.word.equals(word)) {
                return keyword;
            }
        }
        throw new IllegalArgumentException("no keyword " + word);
    }

    /** The word in capitals. */
    public byte[] bytes() {
        return bytes;
    }
}
