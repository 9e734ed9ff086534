package dev.miniredis.migrate;

import java.io.EOFException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;

/**
 * Reads an RDB file, or the part of an AOF that is one.
 *
 * <pre>
 *   REDIS0012                                          nine bytes, the version at their end
 *   opcode or layout, what belongs to it
 *   …
 *   255, checksum of all before it in 8 bytes (since version 5; 0 is none)
 * </pre>
 */
final class RdbReader {
    static final String MAGIC = "REDIS";
    /** Redis 7.4's. */
    static final int NEWEST_VERSION = 12;

    private static final int VERSION_DIGITS = 4;
    private static final int FIRST_VERSION_WITH_CHECKSUM = 5;

    // The opcodes: what may stand in place of a value's layout.
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

    private final FileInput file;
    private final RdbInput in;
    private final RdbValues values;
    private final RdbSink sink;
    private int database;
    private long deadlineMillis = RdbKey.NO_DEADLINE;
    private RdbKey key; // being read; null between keys

    RdbReader(FileInput file, RdbSink sink) {
        this.file = file;
        this.in = new RdbInput(file);
        this.values = new RdbValues(in);
        this.sink = sink;
    }

    /**
     * Reads up to the end of the RDB, which need not be the end of the file.
     *
     * @throws ImportException it is damaged, or newer than this reader, or the sink's
     */
    void read() throws IOException, ImportException {
        try {
            int version = version();
            while (readItem()) {
                key = null;
            }
            if (version >= FIRST_VERSION_WITH_CHECKSUM) {
                check();
            }
        } catch (EOFException e) {
            throw file.damage(
                    file.size(),
                    "it ends here, in the middle of "
                            + (key == null ? "the data" : "the key " + KeyText.of(key.name())));
        }
    }

    private int version() throws IOException, ImportException {
        if (!new String(file.read(MAGIC.length()), StandardCharsets.ISO_8859_1).equals(MAGIC)) {
            throw file.damage(0, "an RDB file begins with REDIS");
        }
        String digits = new String(file.read(VERSION_DIGITS), StandardCharsets.ISO_8859_1);
        if (!digits.matches("\\d{4}") || digits.equals("0000")) {
            throw file.damage(MAGIC.length(), "the version of the RDB file is no number");
        }
        int version = Integer.parseInt(digits);
        if (version > NEWEST_VERSION) {
            throw new ImportException(file.file() + " is an RDB file of version " + version + ", which is newer than "
                    + NEWEST_VERSION + " (Redis 7.4), the newest that can be read.");
        }
        return version;
    }

    /** Reads an opcode or a key; false at the end. */
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

    private void readKey(long start, int layout) throws IOException, ImportException {
        RdbType type = RdbType.of(layout);
        if (type == null && !RdbType.isWithoutEnd(layout)) {
            throw file.damage(start, "there is no opcode " + layout);
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
        if (stored != 0 && stored != computed) {
            throw file.damage(
                    offset, "the checksum is " + hex(stored) + ", but that of the bytes before it is " + hex(computed));
        }
    }

    private static String hex(long checksum) {
        return "%016x".formatted(checksum);
    }
}
