package dev.miniredis.migrate;

/** The layouts of values in an RDB file, named as in {@code rdb.h}. */
enum RdbType {
    STRING(0, "string"),
    LIST(1, "list"),
    SET(2, "set"),
    ZSET(3, "zset"),
    HASH(4, "hash"),
    ZSET_2(5, "zset"),
    MODULE_2(7, "module"),
    HASH_ZIPMAP(9, "hash"),
    LIST_ZIPLIST(10, "list"),
    SET_INTSET(11, "set"),
    ZSET_ZIPLIST(12, "zset"),
    HASH_ZIPLIST(13, "hash"),
    LIST_QUICKLIST(14, "list"),
    STREAM_LISTPACKS(15, "stream"),
    HASH_LISTPACK(16, "hash"),
    ZSET_LISTPACK(17, "zset"),
    LIST_QUICKLIST_2(18, "list"),
    STREAM_LISTPACKS_2(19, "stream"),
    SET_LISTPACK(20, "set"),
    STREAM_LISTPACKS_3(21, "stream"),
    /** Valkey's {@code RDB_TYPE_HASH_2}; release candidates of Redis 7.4 used the number for another layout. */
    HASH_VALKEY(22, "hash"),
    HASH_METADATA(24, "hash"),
    HASH_LISTPACK_EX(25, "hash");

    /** Up to this number, Redis and Valkey agree. */
    private static final int LAST_COMMON = 21;

    private static final int MODULE_1 = 6;
    private static final int HASH_METADATA_PRE_GA = 22;
    private static final int HASH_LISTPACK_EX_PRE_GA = 23;

    private final int code;
    private final String typeName;

    RdbType(int code, String typeName) {
        this.code = code;
        this.typeName = typeName;
    }

    /** The name that the command TYPE uses. */
    String typeName() {
        return typeName;
    }

    /** Whether values of this layout cannot be skipped, because their end cannot be found reliably. */
    static boolean isWithoutEnd(RdbVersion version, int code) {
        boolean isCandidate = code == HASH_METADATA_PRE_GA || code == HASH_LISTPACK_EX_PRE_GA;
        return code == MODULE_1 || isCandidate && !version.isValkey();
    }

    /** The layout of a number; null if it is unknown or cannot be skipped. */
    static RdbType of(RdbVersion version, int code) {
        for (RdbType type : values()) {
            if (type.code == code && (code <= LAST_COMMON || version.isValkey() == (type == HASH_VALKEY))) {
                return type;
            }
        }
        return null;
    }
}
