package dev.miniredis.engine;

import dev.miniredis.command.Info;
import dev.miniredis.command.Info.Section;
import dev.miniredis.command.MemoryFigures;
import dev.miniredis.command.MemorySize;
import dev.miniredis.keyspace.Keyspace;
import java.util.Locale;

/** What the engine itself knows for {@code INFO}. */
final class EngineInfo {
    private EngineInfo() {}

    static void addTo(Info info, Engine engine) {
        info.section(Section.CLIENTS, facts -> {
                    facts.add("connected_clients", engine.clients().size());
                    facts.add("blocked_clients", 0);
                    facts.add("clients_waiting_for_disk", engine.gate().waiting());
                })
                .section(Section.MEMORY, facts -> addMemory(facts, engine))
                .section(Section.PERSISTENCE, facts -> {
                    facts.add("loading", engine.isLoading() ? 1 : 0);
                    facts.add("rdb_changes_since_last_save", engine.changes());
                })
                .section(Section.STATS, facts -> {
                    facts.add("total_connections_received", engine.clients().received());
                    facts.add("total_commands_processed", engine.processedCommands());
                    facts.add("expired_keys", engine.expiredKeys());
                    facts.add("evicted_keys", engine.evictedKeys());
                    facts.add("keyspace_hits", engine.keyspaceHits());
                    facts.add("keyspace_misses", engine.keyspaceMisses());
                    facts.add("total_operations", engine.processedCommands());
                })
                .section(Section.REPLICATION, facts -> {
                    facts.add("role", "master");
                    facts.add("connected_slaves", 0);
                    facts.add("master_failover_state", "no-failover");
                    facts.add("master_replid", engine.debugging().replicationId());
                    facts.add("master_repl_offset", 0);
                })
                .section(Section.MODULES, facts -> {})
                .section(Section.ERRORSTATS, facts -> {})
                .section(Section.CLUSTER, facts -> facts.add("cluster_enabled", 0))
                .section(Section.KEYSPACE, facts -> addKeyspace(facts, engine));
    }

    private static void addMemory(Info.Facts facts, Engine engine) {
        MemoryFigures figures = MemoryFigures.of(engine);
        long limit = engine.tuning().maxMemory.value();
        facts.add("used_memory", figures.total());
        facts.add("used_memory_human", MemorySize.human(figures.total()));
        facts.add("used_memory_peak", figures.peak());
        facts.add("used_memory_peak_human", MemorySize.human(figures.peak()));
        facts.add("used_memory_peak_perc", percent(figures.peakPercent()));
        facts.add("used_memory_overhead", figures.overhead());
        facts.add("used_memory_startup", figures.startup());
        facts.add("used_memory_dataset", figures.dataset());
        facts.add("used_memory_dataset_perc", percent(figures.datasetPercent()));
        facts.add("maxmemory", limit);
        facts.add("maxmemory_human", MemorySize.human(limit));
        facts.add("maxmemory_policy", engine.tuning().maxMemoryPolicy.text());
    }

    private static String percent(double value) {
        return String.format(Locale.ROOT, "%.2f%%", value);
    }

    private static void addKeyspace(Info.Facts facts, Engine engine) {
        for (int i = 0; i < engine.databases(); i++) {
            Keyspace database = engine.database(i);
            if (database.size() > 0) {
                facts.add("db" + i, "keys=" + database.size() + ",expires=" + database.expiring());
            }
        }
    }
}
