package dev.miniredis.command;

import java.nio.charset.StandardCharsets;

/** The words that options begin with. */
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

    @SuppressWarnings("ImmutableEnumChecker") // never written to
    private final byte[] bytes;

    Keyword() {
        word = name();
        bytes = name().getBytes(StandardCharsets.US_ASCII);
    }

    /** One whose word is no Java name. */
    Keyword(String word) {
        this.word = word;
        bytes = word.getBytes(StandardCharsets.US_ASCII);
    }

    /**
     * The keyword of a word in a usage line.
     *
     * @throws IllegalArgumentException there is none; add it here
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
