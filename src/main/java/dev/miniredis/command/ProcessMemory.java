package dev.miniredis.command;

/** What the JVM and the operating system tell about the memory of this process; 0 where they do not tell. */
public interface ProcessMemory {
    /** Tells nothing, where there is no process of our own. */
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

    /** What the process has of the RAM. */
    long residentBytes();

    /** What objects take of the heap, those included that nobody needs any more. */
    long heapUsedBytes();

    /** What the heap has of the system. */
    long heapCommittedBytes();

    /** How much of the heap the data may take, whatever {@code maxmemory} says. */
    long heapLimitBytes();

    /** Asks for a collection that gives memory back to the system, and does not wait for it. */
    void collectGarbage();
}
