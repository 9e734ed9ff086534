package dev.miniredis.migrate;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;

/**
 * Reads an RDB file, or the RDB part of an AOF.
 *
 * <pre>
 *   REDIS0012 or VALKEY080                             nine bytes, ending with the version
 *   opcode or layout, and its content
 *   …
 *   255, 8 bytes checksum of all before (since version 5; 0 if there is none)
 * </pre>
 */
final class RdbReader {
    // the opcodes, which may appear in place of a value's layout
    /**
     * In Valkey, the slots of a cluster that were being moved; in Redis since version 13, metadata of modules for a
     * key.
     */
    private static final int SLOT_IMPORT_OR_KEY_META = 243;

    private static final int KEY_META_CLASS_BYTES = 4;
    private static final int SLOT_INFO = 244;
    private static final int FUNCTION2 = 245;
    private static final int MODULE_AUX = 247;
    private static final int IDLE = 248;
    private static final int FREQ = 249;
    private static final int AUX = 250;
    private static final int RESIZEDB = 251;
    private static final int EXPIRETIME_MS = 252;
    private static final int EXPIRETIME = 253;
    private static final int SELECTDB = 254;
    private static final int EOF = 255;
    /** Opcodes count down from {@link #EOF}, layouts of values up from 0; smaller numbers are not opcodes. */
    private static final int FIRST_OPCODE = 128;

    private final FileInput file;
    private final RdbInput in;
    private final RdbValues values;
    private final RdbSink sink;
    private RdbVersion version;
    private int database;
    private long deadlineMillis = RdbKey.NO_DEADLINE;
    private RdbKey key; // the current one; null between keys

    RdbReader(FileInput file, RdbSink sink) {
        this.file = file;
        this.in = new RdbInput(file);
        this.values = new RdbValues(in);
        this.sink = sink;
    }

    /**
     * Reads to the end of the RDB part, which may be before the end of the file.
     *
     * @throws ImportException it is damaged or contains something unknown, or the sink threw it
     */
    void read() throws IOException, ImportException {
        try {
            version = RdbVersion.read(file);
            while (readItem()) {
                key = null;
            }
            if (version.hasChecksum()) {
                check();
            }
        } catch (EOFException e) {
            throw file.damage(
                    file.size(),
                    "it ends here, in the middle of "
                            + (key == null ? "the data" : "the key " + KeyText.of(key.name())));
        }
    }

    /** Reads an opcode or a key. @return false at the end */
    private boolean readItem() throws IOException, ImportException {
        long start = in.offset();
        int opcode = in.read();
        switch (opcode) {
            case EOF -> {
                return false;
            }
            case SELECTDB -> selectDatabase();
            case EXPIRETIME_MS -> deadlineMillis = in.littleEndian(8);
            case EXPIRETIME -> deadlineMillis = (int) in.littleEndian(4) * 1000L;
            case IDLE -> in.length();
            case FREQ -> in.skip(1);
            case RESIZEDB -> skipLengths(2);
            case SLOT_IMPORT_OR_KEY_META -> skipSlotImportOrKeyMeta(start);
            case SLOT_INFO -> skipLengths(3);
            case AUX -> sink.about(text(), text());
            case FUNCTION2 -> {
                in.skipString();
                sink.unread("function library");
            }
            case MODULE_AUX -> {
                skipLengths(3);
                values.skipModuleData();
                sink.unread("module's own data");
            }
            default -> readKey(start, opcode);
        }
        return true;
    }

    private void skipSlotImportOrKeyMeta(long start) throws IOException, ImportException {
        if (version.isValkey()) {
            in.skipString();
            for (long ranges = in.count(); ranges > 0; ranges--) {
                skipLengths(2);
            }
        } else if (version.isNewer()) {
            for (long classes = in.count(); classes > 0; classes--) {
                in.skip(KEY_META_CLASS_BYTES);
                values.skipModuleData();
            }
            sink.unread("module's metadata of a key");
        } else {
            throw unknown(start, SLOT_IMPORT_OR_KEY_META);
        }
    }

    private ImportException unknown(long start, int opcode) {
        return version.isNewer()
                ? new ImportException(file.file() + " is an RDB file of " + version.newer()
                        + ", the newest that is known. What begins at byte " + start + " (opcode " + opcode
                        + ") is not known.")
                : file.damage(start, "there is no opcode " + opcode);
    }

    private void readKey(long start, int layout) throws IOException, ImportException {
        RdbType type = RdbType.of(version, layout);
        boolean isNewType = version.isNewer() && layout < FIRST_OPCODE;
        if (type == null && !isNewType && !RdbType.isWithoutEnd(version, layout)) {
            throw unknown(start, layout);
        }
        long nameOffset = in.offset();
        key = new RdbKey(database, in.string(), deadlineMillis);
        deadlineMillis = RdbKey.NO_DEADLINE;
        if (type == null) {
            throw new ImportException(file.file() + ": the value of the key " + KeyText.of(key.name())
                    + " at byte " + nameOffset + " is of a kind (" + layout
                    + ") that cannot be read past. Delete the key in Redis, save again and repeat the import.");
        }
        if (type == RdbType.STRING) {
            sink.string(key, in.string());
        } else {
            values.skip(type);
            sink.unread(key, type.typeName());
        }
    }

    private void selectDatabase() throws IOException, ImportException {
        long start = in.offset();
        long number = in.length();
        if (number < 0 || number > Integer.MAX_VALUE - 1) {
            throw file.damage(start, "there is no database " + Long.toUnsignedString(number));
        }
        database = (int) number;
    }

    private void skipLengths(int count) throws IOException, ImportException {
        for (int i = 0; i < count; i++) {
            in.length();
        }
    }

    private String text() throws IOException, ImportException {
        return new String(in.string(), StandardCharsets.UTF_8);
    }

    private void check() throws IOException, ImportException {
        long computed = file.checksum();
        long offset = file.offset();
        long stored = in.littleEndian(Long.BYTES);
        if (stored == 0 && version.isNewer()) {
            throw new ImportException(
                    file.file() + " is an RDB file of " + version.newer() + ", the newest that is known,"
                            + " and has no checksum that could tell whether it was understood. Save it again with rdbchecksum yes.");
        }
        if (stored != 0 && stored != computed) {
            throw file.damage(
                    offset, "the checksum is " + hex(stored) + ", but that of the bytes before it is " + hex(computed));
        }
    }

    private static String hex(long checksum) {
        return HexFormat.of().toHexDigits(checksum);
    }
}
