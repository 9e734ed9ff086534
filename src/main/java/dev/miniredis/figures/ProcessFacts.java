package dev.miniredis.figures;

import com.sun.management.HotSpotDiagnosticMXBean;
import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import dev.miniredis.command.ProcessMemory;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;

/** Facts of this process, from the operating system and the JVM. */
public final class ProcessFacts implements ProcessMemory {
    private static final long TICKS_PER_SECOND = 100; // USER_HZ, the same on every Linux
    private static final double NANOS_PER_SECOND = 1e9;
    private static final int PLAIN_ARRAY_HEADER_BYTES = 16;
    private static final int COMPACT_ARRAY_HEADER_BYTES = 12;

    /** See docs/benchmarks.md. */
    private static final int DATA_PERCENT = 80;

    private static final long OWN_BYTES = 32L * 1024 * 1024;

    private final AtomicBoolean collecting = new AtomicBoolean();

    /** Seconds of CPU time. */
    public record CpuSeconds(double user, double system) {}

    /** How many bytes this JVM puts before the elements of an array. */
    public int arrayHeaderBytes() {
        HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        boolean compact =
                Boolean.parseBoolean(jvm.getVMOption("UseCompactObjectHeaders").getValue());
        return compact ? COMPACT_ARRAY_HEADER_BYTES : PLAIN_ARRAY_HEADER_BYTES;
    }

    /**
     * The size of the regions of the heap, of which a large object takes whole ones; larger than any heap if the
     * collector has no regions.
     */
    public long heapRegionBytes() {
        HotSpotDiagnosticMXBean jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        boolean regions = Boolean.parseBoolean(jvm.getVMOption("UseG1GC").getValue());
        return regions ? Long.parseLong(jvm.getVMOption("G1HeapRegionSize").getValue()) : Long.MAX_VALUE;
    }

    /**
     * How much of the heap the data may take. The rest is for the collector, the buffers of clients and Quarkus itself:
     * with less, the collector runs all the time, and any part of the server may fail.
     */
    @Override
    public long heapLimitBytes() {
        long heap = Runtime.getRuntime().maxMemory();
        return Math.max(heap / 2, heap / 100 * DATA_PERCENT - OWN_BYTES);
    }

    /** How many files, sockets among them, the process may have open. */
    public long maxFiles() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getMaxFileDescriptorCount()
                : Integer.MAX_VALUE;
    }

    /** How many files it has open. */
    public long openFiles() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
                ? unix.getOpenFileDescriptorCount()
                : 0;
    }

    @Override
    public long residentBytes() {
        try (var lines = Files.lines(Path.of("/proc/self/status"))) {
            return lines.filter(line -> line.startsWith("VmRSS:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                    .findFirst()
                    .orElse(0);
        } catch (IOException e) {
            return 0;
        }
    }

    @Override
    public long heapUsedBytes() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    @Override
    public long heapCommittedBytes() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getCommitted();
    }

    /** The RAM of the machine, or the limit of the container. */
    public long systemBytes() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize();
    }

    /**
     * One collection at a time. The engine's thread does not wait for it, but pauses like all others while it moves
     * objects.
     */
    @Override
    public void collectGarbage() {
        if (collecting.compareAndSet(false, true)) {
            Thread.ofPlatform().daemon().name("mini-redis-purge").start(() -> {
                try {
                    System.gc();
                } finally {
                    collecting.set(false);
                }
            });
        }
    }

    /** CPU time of the calling thread. */
    public CpuSeconds cpuOfThisThread() {
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        long user = threads.getCurrentThreadUserTime();
        long system = threads.getCurrentThreadCpuTime() - user;
        return new CpuSeconds(user / NANOS_PER_SECOND, Math.max(0, system) / NANOS_PER_SECOND);
    }

    /** CPU time of the process; null if the system does not tell. */
    public CpuSeconds cpu() {
        try {
            String stat = Files.readString(Path.of("/proc/self/stat"));
            String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
            return new CpuSeconds(
                    Long.parseLong(fields[11]) / (double) TICKS_PER_SECOND,
                    Long.parseLong(fields[12]) / (double) TICKS_PER_SECOND);
        } catch (IOException e) {
            return null;
        }
    }
}
