package dev.miniredis.engine;

import dev.miniredis.acl.AccessLog;
import dev.miniredis.acl.Denial;
import dev.miniredis.commands.MemoryFigures;
import dev.miniredis.config.MemorySize;
import dev.miniredis.keyspace.Keyspace;
import dev.miniredis.session.Channels;
import dev.miniredis.session.Channels.ChannelType;
import dev.miniredis.session.ClientMemory;
import dev.miniredis.session.TrackingTable;
import dev.miniredis.stats.Info;
import dev.miniredis.stats.Info.Section;
import dev.miniredis.stats.Statistics;
import java.util.Locale;
import java.util.LongSummaryStatistics;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** The facts of {@code INFO} that the engine knows. */
final class EngineInfo {
    private static final int SAMPLED_KEYS = 64;
    /** Turns a counter into well spread numbers: the bits of the golden ratio. */
    private static final long SPREAD = 0x9e3779b97f4a7c15L;

    private EngineInfo() {}

    static void addTo(Info info, Engine engine) {
        info.section(Section.CLIENTS, facts -> addClients(facts, engine))
                .section(Section.MEMORY, facts -> addMemory(facts, engine))
                .section(Section.PERSISTENCE, facts -> {
                    facts.add("loading", engine.isLoading() ? 1 : 0);
                    facts.zeros("async_loading");
                    facts.add(
                            "rdb_changes_since_last_save",
                            engine.changes() - engine.saving().changesBefore());
                })
                .section(Section.STATS, stats(engine))
                .section(Section.REPLICATION, facts -> {
                    facts.add("role", "master");
                    facts.zeros("connected_slaves");
                })
                .section(Section.MODULES, facts -> {})
                .section(
                        Section.CLUSTER,
                        facts -> facts.add(
                                "cluster_enabled",
                                engine.tuning().clusterEnabled.value() ? 1 : 0))
                .section(Section.KEYSPACE, facts -> addKeyspace(facts, engine));
        StatisticsInfo.addTo(info, engine);
    }

    private static void addClients(Info.Facts facts, Engine engine) {
        facts.add("connected_clients", engine.clients().size());
        facts.zeros("cluster_connections", "clients_in_timeout_table");
        facts.add("total_blocking_keys", engine.blockedKeys());
        facts.zeros("total_blocking_keys_on_nokey");
        facts.add("blocked_clients", engine.clients().blocked());
        facts.add("tracking_clients", engine.clients().tracking().clients());
        facts.add("pubsub_clients", engine.clients().subscribers());
        facts.add("watching_clients", engine.clients().watches().clients());
        facts.add("total_watched_keys", engine.clients().watches().keys());
        facts.add("clients_waiting_for_disk", engine.gate().waiting());
    }

    private static Consumer<Info.Facts> stats(Engine engine) {
        Statistics statistics = engine.statistics();
        LongSupplier connections = statistics.sinceReset(engine.clients()::received);
        LongSupplier commands = statistics.sinceReset(engine::processedCommands);
        LongSupplier expired = statistics.sinceReset(engine.data()::expiredKeys);
        LongSupplier evicted = statistics.sinceReset(engine.eviction()::evictedKeys);
        LongSupplier hits = statistics.sinceReset(engine::keyspaceHits);
        LongSupplier misses = statistics.sinceReset(engine::keyspaceMisses);
        LongSupplier errors = statistics.errorReplies();
        return facts -> {
            facts.add("total_connections_received", connections.getAsLong());
            facts.add("total_commands_processed", commands.getAsLong());
            facts.add("expired_keys", expired.getAsLong());
            facts.add("evicted_keys", evicted.getAsLong());
            facts.add("keyspace_hits", hits.getAsLong());
            facts.add("keyspace_misses", misses.getAsLong());
            AccessLog denials = engine.security().users().log();
            facts.add("acl_access_denied_auth", denials.denials(Denial.AUTH));
            facts.add("acl_access_denied_cmd", denials.denials(Denial.COMMAND));
            facts.add("acl_access_denied_key", denials.denials(Denial.KEY));
            facts.add("acl_access_denied_channel", denials.denials(Denial.CHANNEL));
            Channels channels = engine.clients().channels();
            facts.add("pubsub_channels", channels.count(ChannelType.CHANNEL));
            facts.add("pubsub_patterns", channels.count(ChannelType.PATTERN));
            facts.add("pubsubshard_channels", channels.count(ChannelType.SHARD));
            TrackingTable tracking = engine.clients().tracking();
            facts.add("tracking_total_keys", tracking.keys());
            facts.add("tracking_total_items", tracking.items());
            facts.add("tracking_total_prefixes", tracking.prefixes());
            facts.add("total_error_replies", errors.getAsLong());
            facts.add("total_operations", commands.getAsLong());
        };
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
        facts.add("maxmemory_effective", engine.eviction().limitBytes());
        facts.add("maxmemory_policy", engine.tuning().maxMemoryPolicy.text());
        addScripts(facts);
        ClientMemory clients = engine.clients().memory();
        facts.add("mem_clients_normal", clients.clientBytes());
        facts.add("maxmemory_clients_effective", Math.min(clients.heapLimit(), clients.totalLimit()));
        facts.add("mem_not_counted_for_evict", clients.outputBytes());
        facts.zeros(
                "mem_clients_slaves",
                "mem_cluster_links",
                "mem_replication_backlog",
                "mem_total_replication_buffers",
                "active_defrag_running",
                "lazyfree_pending_objects",
                "lazyfreed_objects");
    }

    /** Zeros: there are no scripts yet. */
    private static void addScripts(Info.Facts facts) {
        for (String field : new String[] {"used_memory_lua", "used_memory_vm_total", "used_memory_scripts"}) {
            facts.add(field, 0);
            facts.add(field + "_human", MemorySize.human(0));
        }
        facts.zeros(
                "used_memory_vm_eval",
                "used_memory_vm_functions",
                "used_memory_scripts_eval",
                "used_memory_functions",
                "number_of_cached_scripts",
                "number_of_functions",
                "number_of_libraries");
    }

    private static String percent(double value) {
        return String.format(Locale.ROOT, "%.2f%%", value);
    }

    private static void addKeyspace(Info.Facts facts, Engine engine) {
        for (int i = 0; i < engine.databases(); i++) {
            Keyspace database = engine.database(i);
            if (database.size() > 0) {
                facts.add(
                        "db" + i,
                        "keys=" + database.size() + ",expires=" + database.expiring() + ",avg_ttl="
                                + averageTtl(database, engine));
            }
        }
    }

    /** The average time to live in milliseconds, of a sample; Redis's figure is an estimate, too. */
    private static long averageTtl(Keyspace database, Engine engine) {
        if (database.expiring() == 0) {
            return 0;
        }
        LongSummaryStatistics left = new LongSummaryStatistics();
        long chance = engine.processedCommands() * SPREAD;
        database.sample(chance, SAMPLED_KEYS, true, entry -> left.accept(entry.deadline() - engine.now()));
        return Math.max(0, (long) left.getAverage());
    }
}
