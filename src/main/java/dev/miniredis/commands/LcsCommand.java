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
 * {@code LCS}: the longest common subsequence, by the lengths for all pairs of prefixes (Redis's {@code t_string.c}).
 *
 * <p>Redis keeps a table of these lengths. To go back through it, which way to go is enough: one bit for each pair, of
 * which a row is kept for each byte of the first string. Without it, for the length alone, two numbers for each byte of
 * the second one do.
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
    /** An array's header, and that of the one it is in. */
    private static final int ROW_BYTES = 32;

    private final byte[] a;
    private final byte[] b;
    /** Row i - 1, bit j: whether the first i - 1 bytes of a have more in common with j of b than i with j - 1. */
    private final long[][] upwards;

    private final int length;

    private LcsCommand(byte[] a, byte[] b, boolean lengthOnly) {
        this.a = a;
        this.b = b;
        upwards = lengthOnly ? null : new long[a.length][];
        int[] lengths = new int[b.length + 1]; // of the row above; from the left on, of this one
        for (int i = 0; i < a.length; i++) {
            long[] row = lengthOnly ? null : new long[wordsOfRow(b.length)];
            fillRow(a[i], lengths, row);
            if (!lengthOnly) {
                upwards[i] = row;
            }
        }
        length = lengths[b.length];
    }

    private void fillRow(byte ofA, int[] lengths, long[] row) {
        int diagonal = 0;
        int left = 0;
        for (int j = 1; j <= b.length; j++) {
            int up = lengths[j];
            if (ofA == b[j - 1]) {
                left = diagonal + 1;
            } else if (up > left) {
                left = up;
                if (row != null) {
                    row[j / Long.SIZE] |= 1L << j; // modulo the size
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
                .read(LcsCommand::lcs, RO, ACCESS, Trait.Arguments.READ_BY_BODY);
    }
    // spotless:on

    private static void lcs(Call call) {
        byte[] a = string(call, 1);
        byte[] b = string(call, 2);
        Options options = call.options;
        options.read();
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

    /** Redis's table may be as large as a bulk string, and the heap must have room for ours. */
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

    /** Which way back is longer where the bytes differ: one byte less of a, or of b. */
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

    /** The matching ranges that are long enough, from the ends of the strings. */
    private void replyMatches(Reply reply, long minLength, boolean withLength) {
        reply.map(2);
        reply.bulk("matches");
        int mark = reply.mark();
        int matches = 0;
        int run = 0; // how long the match is that begins at i and j
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
