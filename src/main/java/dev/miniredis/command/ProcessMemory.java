package dev.miniredis.command;

/** The memory of this process, as reported by the JVM and the operating system; 0 if unknown. */
public interface ProcessMemory {
    /** Reports nothing: all values are unknown, and the heap is not limited. */
    ProcessMemory UNKNOWN = new ProcessMemory() {
        @Override
        public long residentBytes() {
            return 0;
        }

        @Override
        public long heapUsedBytes() {
            return 0;
        }

        @Override
        public long heapCommittedBytes() {
            return 0;
        }

        @Override
        public long heapLimitBytes() {
            return Long.MAX_VALUE;
        }

        @Override
        public void collectGarbage() {
            // not supported
        }
    };

    /** The resident set size of the process. */
    long residentBytes();

    /** The used heap, including garbage. */
    long heapUsedBytes();

    /** The committed heap. */
    long heapCommittedBytes();

    /** The maximum heap that the data may use, regardless of {@code maxmemory}. */
    long heapLimitBytes();

    /**
     * Requests a garbage collection that returns memory to the operating system. It does not wait for the collection.
     */
    void collectGarbage();
}
