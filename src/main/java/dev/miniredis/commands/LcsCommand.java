package dev.miniredis.commands;

import static dev.miniredis.command.Keyword.IDX;
import static dev.miniredis.command.Keyword.LEN;
import static dev.miniredis.command.Keyword.MINMATCHLEN;
import static dev.miniredis.command.Keyword.WITHMATCHLEN;
import static dev.miniredis.command.Trait.KeyFlag.ACCESS;
import static dev.miniredis.command.Trait.KeyFlag.RO;

import dev.miniredis.command.Call;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.command.Options;
import dev.miniredis.command.Trait;
import dev.miniredis.resp.Reply;
import dev.miniredis.value.StringValue;
import dev.miniredis.value.Value;

/**
 * {@code LCS}: the longest common subsequence of two strings, after Redis's {@code t_string.c}. It computes the length
 * for all pairs of prefixes by dynamic programming.
 *
 * <p>Redis keeps the whole table of lengths. To walk back through the table, only the direction is needed, so this
 * class keeps one bit per pair of prefixes, and the lengths of one row. For the length alone it keeps no bits.
 */
final class LcsCommand {
    private static final CommandError NOT_STRINGS =
            new CommandError("ERR The specified keys must contain string values");
    private static final CommandError LEN_AND_IDX =
            new CommandError("ERR If you want both the length and indexes, please just use IDX.");
    private static final CommandError TOO_LARGE =
            new CommandError("ERR Insufficient memory, transient memory for LCS exceeds proto-max-bulk-len");
    private static final CommandError NO_MEMORY =
            new CommandError("ERR Insufficient memory, failed allocating transient memory for LCS");
    private static final byte[] NOTHING = {};
    /** The overhead of a row: the header of its array, and the reference to it. */
    private static final int ROW_BYTES = 32;

    private final byte[] a;
    private final byte[] b;
    /** Row i - 1, bit j: whether LCS(a[0, i - 1), b[0, j)) is longer than LCS(a[0, i), b[0, j - 1)). */
    private final long[][] upwards;

    private final int length;

    private LcsCommand(byte[] a, byte[] b, boolean lengthOnly) {
        this.a = a;
        this.b = b;
        upwards = lengthOnly ? null : new long[a.length][];
        int[] lengths = new int[b.length + 1]; // fillRow overwrites the previous row from left to right
        for (int i = 0; i < a.length; i++) {
            long[] row = lengthOnly ? null : new long[wordsOfRow(b.length)];
            fillRow(a[i], lengths, row);
            if (!lengthOnly) {
                upwards[i] = row;
            }
        }
        length = lengths[b.length];
    }

    private void fillRow(byte byteOfA, int[] lengths, long[] row) {
        int diagonal = 0;
        int left = 0;
        for (int j = 1; j <= b.length; j++) {
            int up = lengths[j];
            if (byteOfA == b[j - 1]) {
                left = diagonal + 1;
            } else if (up > left) {
                left = up;
                if (row != null) {
                    row[j / Long.SIZE] |= 1L << j; // Java shifts by j modulo 64
                }
            }
            lengths[j] = left;
            diagonal = up;
        }
    }

    private static int wordsOfRow(int length) {
        return length / Long.SIZE + 1;
    }

    // spotless:off
    static void addTo(CommandTable table) {
        table
            .row("LCS key1 key2 [LEN] [IDX] [MINMATCHLEN min-match-len:integer] [WITHMATCHLEN]", "7.0.0", "Finds the longest common substring.")
                .read(LcsCommand::lcs, RO, ACCESS, Trait.Arguments.PARSED_BY_BODY);
    }
    // spotless:on

    private static void lcs(Call call) {
        byte[] a = string(call, 1);
        byte[] b = string(call, 2);
        Options options = call.options;
        options.parse();
        boolean length = options.has(LEN);
        boolean matches = options.has(IDX);
        boolean withLength = options.has(WITHMATCHLEN);
        long minMatch = options.has(MINMATCHLEN) ? Math.max(0, options.integer(MINMATCHLEN)) : 0;
        if (matches && length) {
            throw LEN_AND_IDX;
        }
        checkMemory(call, a.length, b.length, length);
        LcsCommand lcs = new LcsCommand(a, b, length);
        if (length) {
            call.reply.integer(lcs.length);
        } else if (matches) {
            lcs.replyMatches(call.reply, minMatch, withLength);
        } else {
            lcs.replyCommon(call.reply);
        }
    }

    /** As in Redis, its table must not exceed {@code proto-max-bulk-len}. In addition, the heap must have room. */
    private static void checkMemory(Call call, long a, long b, boolean lengthOnly) {
        if (Math.multiplyExact((a + 1) * (b + 1), Integer.BYTES)
                > call.host.tuning().protoMaxBulkLen.value()) {
            throw TOO_LARGE;
        }
        long rows = lengthOnly ? 0 : a * ((long) wordsOfRow((int) b) * Long.BYTES + ROW_BYTES);
        long free =
                call.host.processMemory().heapLimitBytes() - call.host.memory().bytes();
        if (rows + (b + 1) * Integer.BYTES > free) {
            throw NO_MEMORY;
        }
    }

    private static byte[] string(Call call, int index) {
        Value value = call.find(index);
        if (value == null) {
            return NOTHING;
        }
        if (!(value instanceof StringValue string)) {
            throw NOT_STRINGS;
        }
        byte[] copy = new byte[string.length()];
        System.arraycopy(string.bytes(), string.offset(), copy, 0, copy.length);
        return copy;
    }

    /** If the last bytes of the prefixes differ: whether the walk back drops a byte of a, not of b. */
    private boolean isUpwards(int i, int j) {
        return (upwards[i - 1][j / Long.SIZE] >>> j & 1) != 0;
    }

    private void replyCommon(Reply reply) {
        byte[] common = new byte[length];
        int left = common.length;
        for (int i = a.length, j = b.length; i > 0 && j > 0; ) {
            if (a[i - 1] == b[j - 1]) {
                common[--left] = a[--i];
                j--;
            } else if (isUpwards(i, j)) {
                i--;
            } else {
                j--;
            }
        }
        reply.bulk(common, 0, common.length);
    }

    /** Replies the matching ranges with a minimum length, from the ends of the strings to their starts. */
    private void replyMatches(Reply reply, long minLength, boolean withLength) {
        reply.map(2);
        reply.bulk("matches");
        int mark = reply.mark();
        int matches = 0;
        int run = 0; // length of the match that begins at i and j
        for (int i = a.length, j = b.length; i > 0 && j > 0; ) {
            if (a[i - 1] == b[j - 1]) {
                i--;
                j--;
                run++;
                if (i > 0 && j > 0 && a[i - 1] == b[j - 1]) {
                    continue;
                }
                if (run >= minLength) {
                    replyMatch(reply, i, j, run, withLength);
                    matches++;
                }
                run = 0;
            } else if (isUpwards(i, j)) {
                i--;
            } else {
                j--;
            }
        }
        reply.arrayFrom(mark, matches);
        reply.bulk("len");
        reply.integer(length);
    }

    private static void replyMatch(Reply reply, int i, int j, int length, boolean withLength) {
        reply.array(withLength ? 3 : 2);
        reply.array(2);
        reply.integer(i);
        reply.integer(i + length - 1);
        reply.array(2);
        reply.integer(j);
        reply.integer(j + length - 1);
        if (withLength) {
            reply.integer(length);
        }
    }
}
