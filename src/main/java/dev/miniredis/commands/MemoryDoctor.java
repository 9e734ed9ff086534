package dev.miniredis.commands;

import dev.miniredis.config.MemorySize;

/**
 * The report of {@code MEMORY DOCTOR}, after Redis's {@code getMemoryDoctorReport}. If all is well the words are
 * Redis's; its advice on an allocator's fragmentation would be wrong for a heap that is collected, and is replaced.
 *
 * @param heapLimit how much of the heap the data may take, in bytes
 * @param maxMemory the parameter, in bytes; 0 is none
 * @param clientBytes the buffers of all clients
 */
record MemoryDoctor(MemoryFigures figures, long heapLimit, long maxMemory, int clients, long clientBytes) {
    private static final long LITTLE_BYTES = 5L * 1024 * 1024;
    private static final double BIG_PEAK = 1.5;
    private static final double NEARLY_FULL = 0.9;
    private static final long BIG_CLIENT_BYTES = 200L * 1024;

    private static final String WELL =
            "Hi Sam, I can't find any memory issue in your instance. I can only account for what"
                    + " occurs on this base.\n";
    private static final String LITTLE =
            "Hi Sam, this instance is empty or is using very little memory, my issues detector"
                    + " can't be used in these conditions. Please, leave for your mission on Earth and fill it with some data."
                    + " The new Sam and I will be back to our programming as soon as I finished rebooting.\n";
    private static final String BEGIN = "Sam, I detected a few issues in this Redis instance memory implants:\n\n";
    private static final String END = "I'm here to keep you safe, Sam. I want to help you.\n";

    private static final String PEAK =
            " * Peak memory: In the past this instance used more than 150% the memory that is"
                    + " currently using. The Java heap keeps what it has grown to, so the Resident Set Size (RSS) may be bigger"
                    + " than expected. This is harmless: the memory will be used as soon as you fill the instance with more data."
                    + " If the memory peak was only occasional and you want to try to reclaim memory, please try the MEMORY PURGE"
                    + " command.\n\n";
    private static final String CLIENTS =
            " * Big client buffers: The clients output buffers in this instance are greater"
                    + " than 200K per client (on average). This may result from clients that do not read their replies fast"
                    + " enough, or clients sending commands with large replies or very large sequences of commands in the same"
                    + " pipeline. Please use the CLIENT LIST command in order to investigate the issue if it causes problems in"
                    + " your instance, or to understand better why certain clients are using a big amount of memory.\n\n";

    String report() {
        boolean limitAboveHeap = maxMemory > heapLimit;
        boolean nearlyFull = figures.total() > heapLimit * NEARLY_FULL;
        if (figures.total() < LITTLE_BYTES && !limitAboveHeap && !nearlyFull) {
            return LITTLE;
        }
        StringBuilder issues = new StringBuilder();
        if (figures.peak() > figures.total() * BIG_PEAK && figures.total() >= LITTLE_BYTES) {
            issues.append(PEAK);
        }
        if (nearlyFull) {
            issues.append(heapNearlyFull());
        }
        if (limitAboveHeap) {
            issues.append(limitAboveHeap());
        }
        if (clients > 0 && clientBytes / clients > BIG_CLIENT_BYTES) {
            issues.append(CLIENTS);
        }
        return issues.isEmpty() ? WELL : BEGIN + issues + END;
    }

    private String heapNearlyFull() {
        return " * Heap nearly full: Keys and values take " + figures.total() * 100 / heapLimit + "% of the "
                + MemorySize.human(heapLimit) + " that they may take of the Java heap. When they reach it, writes are"
                + " refused with an OOM error or keys are evicted, as maxmemory-policy says, and until then the garbage"
                + " collector works harder and harder. Please give the server a larger heap (-Xmx), or set maxmemory and"
                + " a policy that evicts.\n\n";
    }

    private String limitAboveHeap() {
        return " * Limit above the heap: maxmemory is " + MemorySize.human(maxMemory) + ", but keys and values may take"
                + " only " + MemorySize.human(heapLimit) + " of the Java heap, and that is the limit in force. Please"
                + " give the server a larger heap (-Xmx), or set maxmemory lower.\n\n";
    }
}
