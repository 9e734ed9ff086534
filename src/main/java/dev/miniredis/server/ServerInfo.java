package dev.miniredis.server;

import dev.miniredis.command.Info;
import dev.miniredis.command.Info.Section;
import dev.miniredis.command.MemorySize;
import dev.miniredis.command.Parameters;
import dev.miniredis.command.RedisVersion;
import dev.miniredis.engine.Engine;
import dev.miniredis.log.ServerLog;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.lang.management.ManagementFactory;
import java.math.BigInteger;
import java.security.SecureRandom;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What the process, the settings and the log add to {@code INFO}, and what {@code CONFIG GET} answers. */
@Singleton
final class ServerInfo {
    private final Settings settings;
    private final ProcessFacts process;
    private final Instance<ServerLog> log;
    private final Instance<EngineLoop> loop;
    private final Instance<Compaction> compaction;
    private final String version;
    private final String runId = randomRunId();
    private final long startNanos = System.nanoTime();

    ServerInfo(
            Settings settings,
            ProcessFacts process,
            Instance<ServerLog> log,
            Instance<EngineLoop> loop,
            Instance<Compaction> compaction,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.settings = settings;
        this.process = process;
        this.log = log;
        this.loop = loop;
        this.compaction = compaction;
        this.version = version;
    }

    String version() {
        return version;
    }

    /** Forty hexadecimal digits, another for every run. */
    private static String randomRunId() {
        return String.format("%040x", new BigInteger(160, new SecureRandom()));
    }

    private long uptimeSeconds() {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos);
    }

    /**
     * Adds them.
     *
     * @param port the port that is listened on
     * @param loading how far the replay of the log is; null when there is none
     */
    void addTo(Engine engine, int port, Supplier<Loading> loading) {
        addParameters(engine.parameters(), port);
        engine.info()
                .section(Section.SERVER, facts -> addServer(facts, engine, port))
                .section(Section.MEMORY, facts -> addMemory(facts, engine))
                .section(Section.PERSISTENCE, facts -> addPersistence(facts, loading.get()))
                .section(Section.STATS, facts -> {
                    facts.add("instantaneous_ops_per_sec", loop.get().operationsPerSecond());
                    facts.add("uptime_seconds", uptimeSeconds());
                })
                .section(Section.CPU, this::addCpu);
    }

    private void addServer(Info.Facts facts, Engine engine, int port) {
        long uptime = uptimeSeconds();
        facts.add("redis_version", RedisVersion.TEXT);
        facts.add("redis_mode", "standalone");
        facts.add("server_name", "mini-redis");
        facts.add("mini_redis_version", version);
        facts.add(
                "os",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        facts.add("arch_bits", System.getProperty("sun.arch.data.model", "64"));
        facts.add("multiplexing_api", loop.get().transport());
        facts.add("java_version", Runtime.version());
        facts.add("process_id", ProcessHandle.current().pid());
        facts.add("run_id", runId);
        facts.add("tcp_port", port);
        facts.add("server_time_usec", engine.now() * 1000);
        facts.add("uptime_in_seconds", uptime);
        facts.add("uptime_in_days", TimeUnit.SECONDS.toDays(uptime));
    }

    private void addMemory(Info.Facts facts, Engine engine) {
        long resident = process.residentBytes();
        long used = engine.memory().bytes();
        long system = process.systemBytes();
        var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        facts.add("used_memory_rss", resident);
        facts.add("used_memory_rss_human", MemorySize.human(resident));
        facts.add("total_system_memory", system);
        facts.add("total_system_memory_human", MemorySize.human(system));
        facts.add("mem_fragmentation_ratio", String.format(Locale.ROOT, "%.2f", resident / (double) used));
        facts.add("mem_fragmentation_bytes", resident - used);
        facts.add("mem_allocator", "jvm-" + Runtime.version());
        facts.add("heap_used", heap.getUsed());
        facts.add("heap_max", heap.getMax());
    }

    private void addPersistence(Info.Facts facts, Loading loading) {
        if (loading != null) {
            long now = System.currentTimeMillis();
            facts.add("loading_start_time", TimeUnit.MILLISECONDS.toSeconds(now - loading.elapsedMillis()));
            facts.add("loading_total_bytes", loading.totalBytes());
            facts.add("loading_loaded_bytes", loading.loadedBytes());
            facts.add("loading_loaded_perc", String.format(Locale.ROOT, "%.2f", loading.percent()));
            facts.add("loading_eta_seconds", loading.etaSeconds());
        }
        ServerLog writeLog = log.get();
        boolean writable = writeLog.problem() == null;
        Compaction base = compaction.get();
        int running = base.isRunning() ? 1 : 0;
        String status = base.lastFailed() ? "err" : "ok";
        facts.add("rdb_bgsave_in_progress", running);
        facts.add("rdb_last_save_time", base.lastSeconds());
        facts.add("rdb_last_bgsave_status", status);
        facts.add("rdb_last_bgsave_time_sec", base.lastDurationSeconds());
        facts.add("aof_enabled", settings.appendonly() ? 1 : 0);
        facts.add("aof_rewrite_in_progress", running);
        facts.add("aof_last_rewrite_time_sec", base.lastDurationSeconds());
        facts.add("aof_last_bgrewrite_status", status);
        facts.add("aof_last_write_status", writable ? "ok" : "err");
        facts.add("aof_delayed_fsync", writeLog.delayedSyncs());
        facts.add("aof_current_size", writeLog.baseBytes() + writeLog.writtenBytes());
        facts.add("aof_base_size", writeLog.baseBytes());
        facts.add("log_reserved_bytes", writeLog.reservedBytes());
        facts.add("log_last_lsn", writeLog.nextLsn() - 1);
        facts.add("log_synced_lsn", writeLog.syncedLsn());
        settings.until().ifPresent(until -> facts.add("log_until", until));
        facts.add("log_problem", writable ? "" : writeLog.problem());
    }

    private void addCpu(Info.Facts facts) {
        ProcessFacts.CpuSeconds cpu = process.cpu();
        if (cpu != null) {
            facts.add("used_cpu_sys", String.format(Locale.ROOT, "%.6f", cpu.system()));
            facts.add("used_cpu_user", String.format(Locale.ROOT, "%.6f", cpu.user()));
        }
    }

    private void addParameters(Parameters parameters, int port) {
        parameters
                .add("appendfilename", "mini-redis.log")
                .add("appendfsync", settings.fsync().toString())
                .add("appendonly", settings.appendonly() ? "yes" : "no")
                .add("bind", settings.host())
                .add("databases", Integer.toString(settings.databases()))
                .add("dir", settings.dataDir().toAbsolutePath().normalize().toString())
                .add("port", Integer.toString(port))
                .add("save", "");
    }
}
