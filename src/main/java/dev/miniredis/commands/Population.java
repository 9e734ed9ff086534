package dev.miniredis.commands;

import dev.miniredis.command.Call;
import dev.miniredis.command.CommandError;
import dev.miniredis.config.EventType;
import dev.miniredis.keyspace.Keyspace;
import dev.miniredis.resp.ByteText;
import java.util.Arrays;

/**
 * Many keys at once, for DEBUG POPULATE: {@code prefix:0}, {@code prefix:1} … with the values {@code value:0} …, cut
 * off or padded with zero bytes to a given size. Existing keys are left alone.
 */
final class Population {
    /** A longer name is truncated, as by Redis, whose buffer has this size. */
    private static final int MAX_KEY_BYTES = 127;
    /** The most bytes of the heap that an entry takes besides key and value. */
    private static final int ENTRY_BYTES = 64;

    private final Call call;
    private final long count;
    private final String prefix;
    private final long valueBytes;

    /** @param valueBytes the length of each value; 0 for its natural length */
    Population(Call call, long count, String prefix, long valueBytes) {
        this.call = call;
        this.count = count;
        this.prefix = prefix;
        this.valueBytes = valueBytes;
    }

    /** @throws CommandError there is not enough memory; nothing was changed */
    void run() {
        long room =
                call.host.processMemory().heapLimitBytes() - call.host.memory().bytes();
        long each = Math.min(prefix.length(), MAX_KEY_BYTES) + valueBytes + ENTRY_BYTES;
        if (valueBytes > Integer.MAX_VALUE - ENTRY_BYTES || count > Integer.MAX_VALUE || count * each > room) {
            throw new CommandError("ERR OOM in dictTryExpand");
        }
        Keyspace keyspace = call.keyspace();
        for (long i = 0; i < count; i++) {
            byte[] name = ByteText.bytes(prefix + ":" + i);
            byte[] key = Arrays.copyOf(name, Math.min(name.length, MAX_KEY_BYTES));
            if (!keyspace.exists(key, 0, key.length, call.now())) {
                long hash = keyspace.hash(key, 0, key.length);
                byte[] value = ByteText.bytes("value:" + i);
                byte[] sized = valueBytes == 0 ? value : Arrays.copyOf(value, (int) valueBytes);
                keyspace.put(hash, key, 0, key.length, sized, 0, sized.length, Keyspace.NEVER);
                call.host.event(EventType.NEW, "new", call.database(), key, 0, key.length);
            }
        }
    }
}
