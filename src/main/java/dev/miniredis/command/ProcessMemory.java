package dev.miniredis.command;

/** The memory of this process, from the JVM and the operating system; 0 if unknown. */
public interface ProcessMemory {
    /** Unknown figures, for tests. */
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
            // there is none
        }
    };

    /** The resident set size. */
    long residentBytes();

    /** The bytes of objects in the heap, garbage included. */
    long heapUsedBytes();

    /** The committed size of the heap. */
    long heapCommittedBytes();

    /** How much of the heap the data may take under any {@code maxmemory}. */
    long heapLimitBytes();

    /** Asks for a collection that gives memory back to the system, and does not wait for it. */
    void collectGarbage();
}
