package dev.miniredis.embedded;

import dev.miniredis.config.MemorySize;
import dev.miniredis.config.Parameters;
import dev.miniredis.engine.Compaction;
import dev.miniredis.engine.Engine;
import dev.miniredis.engine.EngineThread;
import dev.miniredis.engine.ExpireCycle;
import dev.miniredis.engine.Loading;
import dev.miniredis.log.Disk;
import dev.miniredis.log.FsyncPolicy;
import dev.miniredis.log.LogFigures;
import dev.miniredis.log.LogStorage;
import dev.miniredis.net.EngineLoop;
import dev.miniredis.net.NetworkCounts;
import dev.miniredis.net.RespListener;
import dev.miniredis.resp.ProgramVersion;
import dev.miniredis.resp.RedisVersion;
import dev.miniredis.stats.Info;
import dev.miniredis.stats.Info.Section;
import dev.miniredis.stats.Statistics;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** What the process, the settings and the log add to {@code INFO}, and what {@code CONFIG GET} answers. */
public final class ServerInfo {
    private static final long KILOBYTE = 1024;
    /** Redis's {@code LRU_CLOCK_MAX}: the clock has 24 bits. */
    private static final long LRU_CLOCK_MAX = (1 << 24) - 1;
    /** What a process that saves would tell; here a thread does. */
    private static final String[] NO_CHILD_PROCESS = {
        "current_cow_peak",
        "current_cow_size",
        "current_cow_size_age",
        "current_save_keys_processed",
        "current_save_keys_total",
        "rdb_last_cow_size",
        "rdb_last_load_keys_expired",
        "rdb_last_load_keys_loaded",
        "aof_rewrite_scheduled",
        "aof_pending_rewrite",
        "aof_last_cow_size",
        "module_fork_in_progress",
        "module_fork_last_cow_size"
    };

    /**
     * The settings of the process that are told.
     *
     * @param until the moment of the past that is looked at; null for the present
     * @param configFile null for none
     */
    record Settings(
            String host,
            Path dataDir,
            int databases,
            FsyncPolicy fsync,
            boolean appendonly,
            String until,
            Path configFile) {}

    private final Settings settings;
    private final ProcessFacts process;
    private final LogStorage log;
    private final EngineLoop loop;
    private final Compaction compaction;
    private final String runId = ReplicationInfo.randomId();
    private final ReplicationInfo replication = new ReplicationInfo();
    private final long startNanos = System.nanoTime();
    private final long startMillis = System.currentTimeMillis();

    ServerInfo(Settings settings, ProcessFacts process, LogStorage log, EngineLoop loop, Compaction compaction) {
        this.settings = settings;
        this.process = process;
        this.log = log;
        this.loop = loop;
        this.compaction = compaction;
    }

    /** When the server started, milliseconds since 1970. */
    public long startMillis() {
        return startMillis;
    }

    /** For how many seconds the server has been there. */
    public long uptimeSeconds() {
        return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startNanos);
    }

    /**
     * Adds them.
     *
     * @param listener knows the ports that are listened on
     * @param loading how far the replay of the log is; null when there is none
     */
    void addTo(Engine engine, RespListener listener, Supplier<Loading> loading) {
        int port = listener.port();
        int tlsPort = listener.tlsPort();
        addParameters(engine.parameters(), port, tlsPort);
        engine.info()
                .section(Section.SERVER, facts -> addServer(facts, engine, port != 0 ? port : tlsPort))
                .section(Section.MEMORY, facts -> addMemory(facts, engine))
                .section(Section.PERSISTENCE, facts -> addPersistence(facts, loading.get()))
                .section(Section.STATS, stats(engine))
                .section(
                        Section.REPLICATION,
                        facts -> replication.addTo(
                                facts,
                                engine.debugging().replicationId(),
                                engine.parameters().find("repl-backlog-size").text()))
                .section(Section.CPU, this::addCpu);
    }

    private void addServer(Info.Facts facts, Engine engine, int port) {
        long uptime = uptimeSeconds();
        facts.add("redis_version", RedisVersion.TEXT);
        facts.add("redis_git_sha1", "00000000");
        facts.add("redis_git_dirty", 0);
        facts.add("redis_build_id", 0);
        facts.add("redis_mode", engine.tuning().mode());
        facts.add("server_name", "mini-redis");
        facts.add("mini_redis_version", ProgramVersion.TEXT);
        facts.add(
                "os",
                System.getProperty("os.name") + " " + System.getProperty("os.version") + " "
                        + System.getProperty("os.arch"));
        facts.add("arch_bits", System.getProperty("sun.arch.data.model", "64"));
        facts.add("monotonic_clock", "POSIX clock_gettime");
        facts.add("multiplexing_api", loop.transport());
        facts.add("java_version", Runtime.version());
        facts.add("gcc_version", "0.0.0");
        facts.add("process_id", ProcessHandle.current().pid());
        facts.add("process_supervised", "no");
        facts.add("run_id", runId);
        facts.add("tcp_port", port);
        facts.add("server_time_usec", engine.time().wallMicros());
        facts.add(
                "clock_behind_seconds",
                TimeUnit.MILLISECONDS.toSeconds(engine.time().behindMillis()));
        facts.add("uptime_in_seconds", uptime);
        facts.add("uptime_in_days", TimeUnit.SECONDS.toDays(uptime));
        facts.add("hz", EngineThread.CRON_HZ);
        facts.add("configured_hz", engine.parameters().find("hz").text());
        facts.add("lru_clock", TimeUnit.MILLISECONDS.toSeconds(engine.time().monotonicMillis()) & LRU_CLOCK_MAX);
        facts.add("executable", ProcessHandle.current().info().command().orElse(""));
        facts.add(
                "config_file",
                settings.configFile() == null ? "" : settings.configFile().toString());
        facts.add("io_threads_active", 0);
        facts.add("listener0", "name=tcp,bind=" + settings.host() + ",port=" + port);
    }

    private void addMemory(Info.Facts facts, Engine engine) {
        long resident = process.residentBytes();
        long used = engine.memory().bytes();
        long system = process.systemBytes();
        var heap = ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
        long allocated = process.heapUsedBytes();
        long active = process.heapCommittedBytes();
        facts.add("allocator_allocated", allocated);
        facts.add("allocator_active", active);
        facts.add("allocator_frag_ratio", ratio(active, allocated));
        facts.add("allocator_frag_bytes", active - allocated);
        facts.add("rss_overhead_ratio", ratio(resident, active));
        facts.add("rss_overhead_bytes", resident - active);
        facts.add("used_memory_rss", resident);
        facts.add("used_memory_rss_human", MemorySize.human(resident));
        facts.add("total_system_memory", system);
        facts.add("total_system_memory_human", MemorySize.human(system));
        facts.add("mem_fragmentation_ratio", ratio(resident, used));
        facts.add("mem_fragmentation_bytes", resident - used);
        facts.add("mem_allocator", "jvm-" + Runtime.version());
        facts.add("heap_used", heap.getUsed());
        facts.add("heap_max", heap.getMax());
    }

    private static String ratio(long bytes, long of) {
        return String.format(Locale.ROOT, "%.2f", of == 0 ? 0 : bytes / (double) of);
    }

    private Consumer<Info.Facts> stats(Engine engine) {
        NetworkCounts network = loop.network();
        ExpireCycle expiry = loop.expireCycle();
        Statistics statistics = engine.statistics();
        LongSupplier input = statistics.sinceReset(network::inputBytes);
        LongSupplier output = statistics.sinceReset(network::outputBytes);
        LongSupplier reads = statistics.sinceReset(network::reads);
        LongSupplier writes = statistics.sinceReset(network::writes);
        LongSupplier expireNanos = statistics.sinceReset(expiry::nanos);
        LongSupplier cutShort = statistics.sinceReset(expiry::cutShort);
        return facts -> {
            facts.add("instantaneous_ops_per_sec", loop.operationsPerSecond());
            facts.add("total_net_input_bytes", input.getAsLong());
            facts.add("total_net_output_bytes", output.getAsLong());
            facts.add("instantaneous_input_kbps", ratio(network.inputBytesPerSecond(), KILOBYTE));
            facts.add("instantaneous_output_kbps", ratio(network.outputBytesPerSecond(), KILOBYTE));
            facts.add("total_reads_processed", reads.getAsLong());
            facts.add("total_writes_processed", writes.getAsLong());
            facts.add("expire_cycle_cpu_milliseconds", TimeUnit.NANOSECONDS.toMillis(expireNanos.getAsLong()));
            facts.add("expired_time_cap_reached_count", cutShort.getAsLong());
            facts.add("expired_stale_perc", "0.00");
            addWhatThereIsNot(facts);
            facts.add("uptime_seconds", uptimeSeconds());
        };
    }

    /** Of replicas, forks, active defragmentation and threads for sockets. */
    private static void addWhatThereIsNot(Info.Facts facts) {
        facts.add("instantaneous_input_repl_kbps", "0.00");
        facts.add("instantaneous_output_repl_kbps", "0.00");
        facts.zeros(
                "total_net_repl_input_bytes",
                "total_net_repl_output_bytes",
                "sync_full",
                "sync_partial_ok",
                "sync_partial_err",
                "latest_fork_usec",
                "total_forks",
                "migrate_cached_sockets",
                "slave_expires_tracked_keys",
                "active_defrag_hits",
                "active_defrag_misses",
                "active_defrag_key_hits",
                "active_defrag_key_misses",
                "total_active_defrag_time",
                "current_active_defrag_time",
                "unexpected_error_replies",
                "dump_payload_sanitizations",
                "io_threaded_reads_processed",
                "io_threaded_writes_processed",
                "reply_buffer_shrinks",
                "reply_buffer_expands");
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
        LogFigures figures = log.figures();
        boolean writable = figures.problem() == null;
        Compaction base = compaction;
        int running = base.isRunning() ? 1 : 0;
        String status = base.lastFailed() ? "err" : "ok";
        facts.add("rdb_bgsave_in_progress", running);
        facts.add("rdb_last_save_time", base.lastSeconds());
        facts.add("rdb_last_bgsave_status", status);
        facts.add("rdb_last_bgsave_time_sec", base.lastDurationSeconds());
        facts.add("rdb_current_bgsave_time_sec", base.currentSeconds());
        facts.add("rdb_saves", base.successes());
        facts.add("aof_enabled", settings.appendonly() ? 1 : 0);
        facts.add("aof_rewrite_in_progress", running);
        facts.add("aof_last_rewrite_time_sec", base.lastDurationSeconds());
        facts.add("aof_current_rewrite_time_sec", base.currentSeconds());
        facts.add("aof_last_bgrewrite_status", status);
        facts.add("aof_rewrites", base.successes());
        facts.add("aof_rewrites_consecutive_failures", base.failures());
        facts.add("aof_last_write_status", writable ? "ok" : "err");
        facts.add("aof_delayed_fsync", figures.delayedSyncs());
        facts.add("aof_pending_bio_fsync", figures.runningSyncNanos() > 0 ? 1 : 0);
        facts.add("current_fork_perc", "0.00");
        facts.zeros(NO_CHILD_PROCESS);
        facts.add("aof_current_size", figures.baseBytes() + figures.writtenBytes());
        facts.add("aof_base_size", figures.baseBytes());
        facts.add("log_reserved_bytes", figures.reservedBytes());
        facts.add("log_segments", figures.segments());
        Disk.Space space = figures.space();
        if (space != null) {
            facts.add("log_disk_free_bytes", space.freeBytes());
            facts.add("log_disk_reserve_bytes", figures.reserveBytes());
            facts.add("log_disk_size_bytes", space.totalBytes());
        }
        facts.add("log_last_lsn", figures.lastLsn());
        facts.add("log_synced_lsn", figures.syncedLsn());
        if (settings.until() != null) {
            facts.add("log_until", settings.until());
        }
        facts.add("log_problem", writable ? "" : figures.problem());
    }

    private void addCpu(Info.Facts facts) {
        ProcessFacts.CpuSeconds cpu = process.cpu();
        if (cpu != null) {
            facts.add("used_cpu_sys", String.format(Locale.ROOT, "%.6f", cpu.system()));
            facts.add("used_cpu_user", String.format(Locale.ROOT, "%.6f", cpu.user()));
        }
        facts.add("used_cpu_sys_children", "0.000000");
        facts.add("used_cpu_user_children", "0.000000");
        ProcessFacts.CpuSeconds thread = process.cpuOfThisThread();
        facts.add("used_cpu_sys_main_thread", String.format(Locale.ROOT, "%.6f", thread.system()));
        facts.add("used_cpu_user_main_thread", String.format(Locale.ROOT, "%.6f", thread.user()));
    }

    private void addParameters(Parameters parameters, int port, int tlsPort) {
        parameters
                .add("appendfsync", settings.fsync().toString())
                .add("appendonly", settings.appendonly() ? "yes" : "no")
                .add("bind", settings.host())
                .add("databases", Integer.toString(settings.databases()))
                .add("dir", settings.dataDir().toAbsolutePath().normalize().toString())
                .add("port", Integer.toString(port))
                .add("tcp-backlog", Integer.toString(RespListener.BACKLOG))
                .add("tls-port", Integer.toString(tlsPort));
    }
}
