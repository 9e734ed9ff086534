package dev.miniredis.engine;

import dev.miniredis.keyspace.Keyspace;
import dev.miniredis.keyspace.PackedEntry;
import dev.miniredis.resp.Decimal;
import dev.miniredis.resp.Request;
import java.nio.charset.StandardCharsets;

/** The commands that bring the keys of a snapshot about again. For one thread, not the engine's. */
public final class BaseCommands {
    private static final byte[] SET = "SET".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] PXAT = "PXAT".getBytes(StandardCharsets.US_ASCII);

    private final Request command = new Request();
    private final byte[] digits = new byte[Decimal.MAX_BYTES];

    /**
     * The command that sets a key to what it holds.
     *
     * @param entry a {@link PackedEntry}
     * @return good until the next call
     */
    public Request of(byte[] entry) {
        int keyOffset = PackedEntry.keyOffset(entry);
        int valueOffset = PackedEntry.valueOffset(entry);
        long deadline = PackedEntry.deadline(entry);
        command.clear();
        command.add(SET, 0, SET.length);
        command.add(entry, keyOffset, PackedEntry.keyLength(entry));
        command.add(entry, valueOffset, entry.length - valueOffset);
        if (deadline != Keyspace.NEVER) {
            command.add(PXAT, 0, PXAT.length);
            command.add(digits, 0, Decimal.put(digits, 0, deadline));
        }
        return command;
    }
}
