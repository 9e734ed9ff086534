package dev.miniredis.figures;

import dev.miniredis.commands.MemoryFigures;
import dev.miniredis.config.MemorySize;
import dev.miniredis.session.ClientMemory;
import dev.miniredis.stats.Info.Section;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.Locale;
import java.util.function.ToLongFunction;

/** {@code INFO memory}. The allocator is the JVM's heap. */
final class MemorySection {
    private MemorySection() {}

    static void addTo(FigureTable table) {
        // spotless:off
        table.section(Section.MEMORY)
            .gauge("used_memory", "mini_redis_memory_used_bytes",
                "What keys, values and clients take.", s -> data(s).total())
            .field("used_memory_human", human(s -> data(s).total()))
            .gauge("used_memory_rss", "mini_redis_memory_resident_bytes",
                "What the process takes of the machine's memory.", s -> s.process().residentBytes())
            .field("used_memory_rss_human", human(s -> s.process().residentBytes()))
            .gauge("used_memory_peak", "mini_redis_memory_peak_bytes",
                "The most that keys, values and clients have taken.", s -> data(s).peak())
            .field("used_memory_peak_human", human(s -> data(s).peak()))
            .field("used_memory_peak_perc", s -> percent(data(s).peakPercent()))
            .field("used_memory_overhead", s -> data(s).overhead())
            .field("used_memory_startup", s -> data(s).startup())
            .field("used_memory_dataset", s -> data(s).dataset())
            .field("used_memory_dataset_perc", s -> percent(data(s).datasetPercent()))
            .field("allocator_allocated", s -> s.process().heapUsedBytes())
            .field("allocator_active", s -> s.process().heapCommittedBytes())
            .field("total_system_memory", s -> s.process().systemBytes())
            .field("total_system_memory_human", human(s -> s.process().systemBytes()))
            .zeros("used_memory_lua", "used_memory_vm_eval")
            .field("used_memory_lua_human", human(s -> 0))
            .zeros("used_memory_scripts_eval", "number_of_cached_scripts", "number_of_functions",
                "number_of_libraries", "used_memory_vm_functions", "used_memory_vm_total")
            .field("used_memory_vm_total_human", human(s -> 0))
            .zeros("used_memory_functions", "used_memory_scripts")
            .field("used_memory_scripts_human", human(s -> 0))
            .gauge("maxmemory", "mini_redis_memory_max_bytes",
                "The parameter maxmemory; 0 is as many as the heap holds.", s -> s.engine().tuning().maxMemory.value())
            .field("maxmemory_human", human(s -> s.engine().tuning().maxMemory.value()))
            .gauge("maxmemory_effective", "mini_redis_memory_limit_bytes",
                "What keys and values may take: maxmemory, or what the heap has room for, where that is less.",
                s -> s.engine().eviction().limitBytes())
            .field("maxmemory_policy", s -> s.engine().tuning().maxMemoryPolicy.text())
            .field("allocator_frag_ratio", s -> ratio(s.process().heapCommittedBytes(), s.process().heapUsedBytes()))
            .field("allocator_frag_bytes", s -> s.process().heapCommittedBytes() - s.process().heapUsedBytes())
            .field("rss_overhead_ratio", s -> ratio(s.process().residentBytes(), s.process().heapCommittedBytes()))
            .field("rss_overhead_bytes", s -> s.process().residentBytes() - s.process().heapCommittedBytes())
            .field("mem_fragmentation_ratio", s -> ratio(s.process().residentBytes(), s.engine().memory().bytes()))
            .field("mem_fragmentation_bytes", s -> s.process().residentBytes() - s.engine().memory().bytes())
            .field("mem_not_counted_for_evict", s -> clients(s).outputBytes())
            .zeros("mem_replication_backlog", "mem_total_replication_buffers", "mem_clients_slaves")
            .field("mem_clients_normal", s -> clients(s).clientBytes())
            .field("maxmemory_clients_effective", s -> Math.min(clients(s).heapLimit(), clients(s).totalLimit()))
            .zeros("mem_cluster_links")
            .field("mem_allocator", s -> "jvm-" + Runtime.version())
            .zeros("active_defrag_running", "lazyfree_pending_objects", "lazyfreed_objects")
            .field("heap_used", s -> heap().getUsed())
            .field("heap_max", s -> heap().getMax());
        // spotless:on
    }

    private static MemoryFigures data(Sources sources) {
        return MemoryFigures.of(sources.engine());
    }

    private static ClientMemory clients(Sources sources) {
        return sources.clients().memory();
    }

    private static MemoryUsage heap() {
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
    }

    private static Figure.Text human(ToLongFunction<Sources> bytes) {
        return s -> MemorySize.human(bytes.applyAsLong(s));
    }

    private static String percent(double value) {
        return String.format(Locale.ROOT, "%.2f%%", value);
    }

    /** With two digits, as Redis prints its ratios; 0.00 of nothing. */
    static String ratio(long value, long of) {
        return String.format(Locale.ROOT, "%.2f", of == 0 ? 0 : value / (double) of);
    }
}
