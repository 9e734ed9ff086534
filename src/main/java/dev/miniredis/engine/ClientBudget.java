package dev.miniredis.engine;

import dev.miniredis.config.Tuning;
import dev.miniredis.keyspace.MemoryAccount;
import dev.miniredis.session.ClientMemory;

/**
 * The limit for the memory that clients hold. Data and clients share one part of the heap: clients get what the data
 * leave of it, a third at most, and always a tenth, which comes from the rest of the heap. {@code maxmemory-clients}
 * may lower it.
 */
final class ClientBudget {
    private static final int LARGEST_PART = 3;
    private static final int SMALLEST_PART = 10;
    /** The least that the parameter stands for, as in Redis: with less, no client could connect to set another. */
    private static final long LEAST_BYTES = 128 * 1024;

    private static final int PERCENT = 100;

    private final long heapLimitBytes;
    private final MemoryAccount account;
    private final Tuning tuning;
    private long bytes; // by the parameter; 0 for none
    private int percentOfMaxMemory; // instead of bytes; 0 for none

    private ClientBudget(long heapLimitBytes, MemoryAccount account, Tuning tuning) {
        this.heapLimitBytes = heapLimitBytes;
        this.account = account;
        this.tuning = tuning;
    }

    /** @param heapLimitBytes the most that the data may take, whatever {@code maxmemory} says */
    static void set(ClientMemory memory, long heapLimitBytes, MemoryAccount account, Tuning tuning) {
        ClientBudget budget = new ClientBudget(heapLimitBytes, account, tuning);
        tuning.maxMemoryClients.listen(budget::parameter);
        memory.limits(budget::heapBytes, budget::totalBytes);
    }

    private void parameter(String text) {
        boolean isPercent = text.endsWith("%");
        percentOfMaxMemory = isPercent ? Integer.parseInt(text, 0, text.length() - 1, 10) : 0;
        bytes = isPercent ? 0 : Long.parseLong(text);
    }

    private long heapBytes() {
        return Math.clamp(
                heapLimitBytes - account.bytes(), heapLimitBytes / SMALLEST_PART, heapLimitBytes / LARGEST_PART);
    }

    /** As Redis's {@code getClientEvictionLimit}. */
    private long totalBytes() {
        long wanted = percentOfMaxMemory == 0
                ? bytes
                : (long) (tuning.maxMemory.value() * (double) percentOfMaxMemory / PERCENT);
        return wanted == 0 ? Long.MAX_VALUE : Math.max(wanted, LEAST_BYTES);
    }
}
