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
import dev.miniredis.command.Trait;
import dev.miniredis.resp.Reply;
import dev.miniredis.value.StringValue;
import dev.miniredis.value.Value;

/** {@code LCS}: the longest common subsequence, by the table of the lengths for all pairs of prefixes (Redis's {@code t_string.c}). */
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
    /** As many as an array may have. */
    private static final long MAX_CELLS = Integer.MAX_VALUE - 8;

    private final byte[] a;
    private final byte[] b;
    private final int[] lengths; // of the first i bytes of a and the first j of b, at i * (b.length + 1) + j

    private LcsCommand(byte[] a, byte[] b) {
        this.a = a;
        this.b = b;
        lengths = new int[(a.length + 1) * (b.length + 1)];
        for (int i = 1; i <= a.length; i++) {
            for (int j = 1; j <= b.length; j++) {
                lengths[at(i, j)] =
                        a[i - 1] == b[j - 1] ? length(i - 1, j - 1) + 1 : Math.max(length(i - 1, j), length(i, j - 1));
            }
        }
    }

    static void addTo(CommandTable table) {
        table.row(
                        "LCS key1 key2 [LEN] [IDX] [MINMATCHLEN min-match-len] [WITHMATCHLEN]",
                        "7.0.0",
                        "Finds the longest common substring.")
                .read(LcsCommand::lcs, RO, ACCESS, Trait.Arguments.BY_ITSELF);
    }

    private static void lcs(Call call) {
        byte[] a = string(call, 1);
        byte[] b = string(call, 2);
        boolean length = false;
        boolean matches = false;
        boolean withLength = false;
        long minMatch = 0;
        for (int i = 3; i < call.args(); i++) {
            if (call.argIs(i, IDX)) {
                matches = true;
            } else if (call.argIs(i, LEN)) {
                length = true;
            } else if (call.argIs(i, WITHMATCHLEN)) {
                withLength = true;
            } else if (call.argIs(i, MINMATCHLEN) && i + 1 < call.args()) {
                minMatch = Math.max(0, call.integer(++i));
            } else {
                throw CommandError.SYNTAX;
            }
        }
        if (matches && length) {
            throw LEN_AND_IDX;
        }
        checkMemory(call, (a.length + 1L) * (b.length + 1L));
        LcsCommand lcs = new LcsCommand(a, b);
        if (length) {
            call.reply.integer(lcs.length(a.length, b.length));
        } else if (matches) {
            lcs.replyMatches(call.reply, minMatch, withLength);
        } else {
            lcs.replyCommon(call.reply);
        }
    }

    /** The table may be as large as a bulk string, if the heap has room for it. */
    private static void checkMemory(Call call, long cells) {
        long bytes = Math.multiplyExact(cells, Integer.BYTES);
        if (bytes > call.host.tuning().protoMaxBulkLen.value()) {
            throw TOO_LARGE;
        }
        if (cells > MAX_CELLS
                || bytes
                        > call.host.processMemory().heapLimitBytes()
                                - call.host.memory().bytes()) {
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

    private int at(int i, int j) {
        return i * (b.length + 1) + j;
    }

    private int length(int i, int j) {
        return lengths[at(i, j)];
    }

    private void replyCommon(Reply reply) {
        byte[] common = new byte[length(a.length, b.length)];
        int left = common.length;
        for (int i = a.length, j = b.length; i > 0 && j > 0; ) {
            if (a[i - 1] == b[j - 1]) {
                common[--left] = a[--i];
                j--;
            } else if (length(i - 1, j) > length(i, j - 1)) {
                i--;
            } else {
                j--;
            }
        }
        reply.bulk(common, 0, common.length);
    }

    /** The matching ranges of the two, from their ends on, those that are long enough. */
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
            } else if (length(i - 1, j) > length(i, j - 1)) {
                i--;
            } else {
                j--;
            }
        }
        reply.arrayFrom(mark, matches);
        reply.bulk("len");
        reply.integer(length(a.length, b.length));
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
