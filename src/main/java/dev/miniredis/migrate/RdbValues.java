package dev.miniredis.migrate;

import java.io.IOException;

/** Skips the values of an RDB file that are not strings, by their layout. */
final class RdbValues {
    private static final int STREAM_ID_BYTES = 16;
    private static final int TIME_BYTES = 8;
    /** From here on, in place of a score's length: NaN, infinity, minus infinity. */
    private static final int FIRST_SCORE_WITHOUT_DIGITS = 253;

    private final RdbInput in;

    RdbValues(RdbInput in) {
        this.in = in;
    }

    void skip(RdbType type) throws IOException, ImportException {
        switch (type) {
            case STRING,
                    HASH_ZIPMAP,
                    LIST_ZIPLIST,
                    SET_INTSET,
                    ZSET_ZIPLIST,
                    HASH_ZIPLIST,
                    HASH_LISTPACK,
                    ZSET_LISTPACK,
                    SET_LISTPACK -> in.skipString();
            case LIST, SET, LIST_QUICKLIST -> skipStrings(1);
            case HASH -> skipStrings(2);
            case ZSET -> skipScored(false);
            case ZSET_2 -> skipScored(true);
            case LIST_QUICKLIST_2 -> skipNumbered();
            case HASH_VALKEY -> {
                for (long left = in.count(); left > 0; left--) {
                    in.skipString();
                    in.skipString();
                    in.skip(TIME_BYTES); // the field's deadline
                }
            }
            case HASH_METADATA -> {
                in.skip(TIME_BYTES); // the earliest deadline
                skipExpiringFields();
            }
            case HASH_LISTPACK_EX -> {
                in.skip(TIME_BYTES);
                in.skipString();
            }
            case STREAM_LISTPACKS -> skipStream(1);
            case STREAM_LISTPACKS_2 -> skipStream(2);
            case STREAM_LISTPACKS_3 -> skipStream(3);
            case MODULE_2 -> {
                in.length(); // the module's id
                skipModuleData();
            }
        }
    }

    /** Skips a count and {@code each} strings for each element. */
    private void skipStrings(int each) throws IOException, ImportException {
        for (long left = in.count(); left > 0; left--) {
            for (int i = 0; i < each; i++) {
                in.skipString();
            }
        }
    }

    private void skipScored(boolean binary) throws IOException, ImportException {
        for (long left = in.count(); left > 0; left--) {
            in.skipString();
            if (binary) {
                in.skip(Double.BYTES);
            } else {
                int digits = in.read();
                in.skip(digits < FIRST_SCORE_WITHOUT_DIGITS ? digits : 0);
            }
        }
    }

    /** Skips the nodes of a quicklist, each preceded by its kind. */
    private void skipNumbered() throws IOException, ImportException {
        for (long left = in.count(); left > 0; left--) {
            in.length();
            in.skipString();
        }
    }

    private void skipExpiringFields() throws IOException, ImportException {
        for (long left = in.count(); left > 0; left--) {
            in.length(); // the deadline, relative to the earliest
            in.skipString();
            in.skipString();
        }
    }

    /** Skips nodes, counters, and groups with their pending entries and consumers. */
    private void skipStream(int version) throws IOException, ImportException {
        skipStrings(2);
        skipLengths(version >= 2 ? 8 : 3);
        for (long groups = in.count(); groups > 0; groups--) {
            in.skipString();
            skipLengths(version >= 2 ? 3 : 2);
            for (long pending = in.count(); pending > 0; pending--) {
                in.skip(STREAM_ID_BYTES + TIME_BYTES);
                in.length();
            }
            for (long consumers = in.count(); consumers > 0; consumers--) {
                in.skipString();
                in.skip(version >= 3 ? 2 * TIME_BYTES : TIME_BYTES);
                for (long pending = in.count(); pending > 0; pending--) {
                    in.skip(STREAM_ID_BYTES);
                }
            }
        }
    }

    private void skipLengths(int count) throws IOException, ImportException {
        for (int i = 0; i < count; i++) {
            in.length();
        }
    }

    /** Skips a module's data; each piece begins with its kind. */
    void skipModuleData() throws IOException, ImportException {
        while (true) {
            long start = in.offset();
            long piece = in.length();
            if (piece == 0) {
                return;
            }
            switch (Math.clamp(piece, 0, Integer.MAX_VALUE)) {
                case 1, 2 -> in.length();
                case 3 -> in.skip(Float.BYTES);
                case 4 -> in.skip(Double.BYTES);
                case 5 -> in.skipString();
                default -> throw in.damage(start, "there is no module data of kind " + Long.toUnsignedString(piece));
            }
        }
    }
}
