package dev.miniredis.engine;

import dev.miniredis.command.Info;
import dev.miniredis.command.Info.Section;
import dev.miniredis.keyspace.Keyspace;

/** What the engine itself knows for {@code INFO}. */
public final class EngineInfo {
    private EngineInfo() {}

    static void addTo(Info info, Engine engine) {
        info.section(Section.CLIENTS, facts -> {
                    facts.add("connected_clients", engine.sessions().size());
                    facts.add("blocked_clients", 0);
                    facts.add("clients_waiting_for_disk", engine.gate().waiting());
                })
                .section(Section.MEMORY, facts -> {
                    long used = engine.memory().bytes();
                    long peak = engine.memory().peakBytes();
                    long limit = engine.tuning().maxMemory.value();
                    facts.add("used_memory", used);
                    facts.add("used_memory_human", human(used));
                    facts.add("used_memory_peak", peak);
                    facts.add("used_memory_peak_human", human(peak));
                    facts.add("maxmemory", limit);
                    facts.add("maxmemory_human", human(limit));
                    facts.add(
                            "maxmemory_policy", engine.tuning().maxMemoryPolicy.text());
                })
                .section(Section.PERSISTENCE, facts -> {
                    facts.add("loading", engine.isLoading() ? 1 : 0);
                    facts.add("rdb_changes_since_last_save", engine.changes());
                })
                .section(Section.STATS, facts -> {
                    facts.add("total_connections_received", engine.receivedConnections());
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
                })
                .section(Section.MODULES, facts -> {})
                .section(Section.ERRORSTATS, facts -> {})
                .section(Section.CLUSTER, facts -> facts.add("cluster_enabled", 0))
                .section(Section.KEYSPACE, facts -> addKeyspace(facts, engine));
    }

    private static void addKeyspace(Info.Facts facts, Engine engine) {
        for (int i = 0; i < engine.databases(); i++) {
            Keyspace database = engine.database(i);
            if (database.size() > 0) {
                facts.add("db" + i, "keys=" + database.size() + ",expires=" + database.expiring());
            }
        }
    }

    /** A size as Redis's {@code bytesToHuman} writes it. */
    public static String human(long bytes) {
        String units = "BKMGT";
        double value = bytes;
        int unit = 0;
        while (value >= 1024 && unit < units.length() - 1) {
            value /= 1024;
            unit++;
        }
        return unit == 0 ? bytes + "B" : String.format(java.util.Locale.ROOT, "%.2f%c", value, units.charAt(unit));
    }
}
