package dev.miniredis.server;

import static dev.miniredis.server.Metric.counter;
import static dev.miniredis.server.Metric.gauge;

import dev.miniredis.acl.Denial;
import dev.miniredis.command.Command;
import dev.miniredis.engine.Compaction;
import dev.miniredis.engine.Loading;
import dev.miniredis.log.Disk;
import dev.miniredis.log.LogFigures;
import dev.miniredis.net.ClientLimits;
import dev.miniredis.resp.ProgramVersion;
import dev.miniredis.resp.RedisVersion;
import dev.miniredis.server.Metric.Series;
import dev.miniredis.server.Metric.Sources;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * All metrics. Their names, types and labels are stable: dashboards and alerts are built on them. {@code
 * docs/metrics.md} has this table for people.
 */
final class MetricTable {
    /** The histogram of syncs, as Micrometer names timers: without the unit. */
    static final String LOG_SYNC = "mini_redis_log_sync";

    static final String LOG_SYNC_HELP = "How long the disk takes to make the log durable.";

    private static final double NANOS_PER_SECOND = 1e9;
    private static final double MILLIS_PER_SECOND = 1e3;
    private static final long MICRO = 1000;
    private static final long MILLI = 1000 * MICRO;

    /** Upper bounds of the durations of commands: from what a GET takes to what somebody has to look at. */
    private static final long[] DURATION_BOUNDS_NANOS = {
        MICRO / 2,
        MICRO,
        2 * MICRO,
        5 * MICRO,
        10 * MICRO,
        20 * MICRO,
        50 * MICRO,
        100 * MICRO,
        200 * MICRO,
        500 * MICRO,
        MILLI,
        2 * MILLI,
        5 * MILLI,
        10 * MILLI,
        20 * MILLI,
        50 * MILLI,
        100 * MILLI,
        200 * MILLI,
        500 * MILLI,
        1000 * MILLI
    };

    private static final double[] DURATION_BOUNDS = Arrays.stream(DURATION_BOUNDS_NANOS)
            .mapToDouble(MetricTable::seconds)
            .toArray();

    private static final List<Metric> SERVER = List.of(
            new Metric(
                    Metric.Type.INFO,
                    "mini_redis_build_info",
                    "Which version runs, which Redis it is compatible with, and on which Java.",
                    List.of("version", "redis_version", "java_version"),
                    "mini_redis_version, redis_version, java_version",
                    (s, series) -> series.add(
                            1,
                            ProgramVersion.TEXT,
                            RedisVersion.TEXT,
                            Runtime.version().toString())),
            gauge(
                    "mini_redis_start_time_seconds",
                    "When the server started, in seconds since 1970.",
                    "",
                    s -> s.info().startMillis() / MILLIS_PER_SECOND),
            gauge(
                    "mini_redis_uptime_seconds",
                    "How long it has been running.",
                    "uptime_in_seconds",
                    s -> s.info().uptimeSeconds()),
            gauge(
                    "mini_redis_engine_lag_seconds",
                    "How long ago the engine's thread last came round, which it does ten times a second.",
                    "",
                    s -> s.loop().lagMillis() / MILLIS_PER_SECOND),
            gauge(
                    "mini_redis_clock_behind_seconds",
                    "How far the machine's clock is behind the time that keys expire by, to the second; 0 where it is not.",
                    "clock_behind_seconds",
                    s -> s.engine().time().behindMillis() / MILLIS_PER_SECOND),
            gauge(
                    "mini_redis_replay_running",
                    "1 while the log is being replayed, else 0.",
                    "loading",
                    s -> s.loading().get() == null ? 0 : 1),
            gauge(
                    "mini_redis_replay_loaded_bytes",
                    "How much of the log the replay has read.",
                    "loading_loaded_bytes",
                    s -> s.log().progress().readBytes()),
            gauge(
                    "mini_redis_replay_size_bytes",
                    "How much of the log there is to replay.",
                    "loading_total_bytes",
                    s -> s.log().progress().totalBytes()),
            gauge(
                    "mini_redis_replay_eta_seconds",
                    "How long the replay will still take; 0 where none runs.",
                    "loading_eta_seconds",
                    s -> etaSeconds(s.loading().get())));

    private static final List<Metric> CLIENTS = List.of(
            gauge(
                    "mini_redis_connected_clients",
                    "Clients connected.",
                    "connected_clients",
                    s -> s.engine().clients().size()),
            gauge(
                    "mini_redis_max_clients",
                    "How many clients may be connected.",
                    "maxclients",
                    s -> s.engine().tuning().maxClients.value()),
            gauge(
                    "mini_redis_blocked_clients",
                    "Clients that wait in a blocking command, or for the end of a CLIENT PAUSE.",
                    "blocked_clients",
                    s -> s.engine().clients().blocked()),
            gauge(
                    "mini_redis_tracking_clients",
                    "Clients that are told which keys of their caches have changed.",
                    "tracking_clients",
                    s -> s.engine().clients().tracking().clients()),
            gauge(
                    "mini_redis_pubsub_clients",
                    "Clients that have subscribed to channels.",
                    "pubsub_clients",
                    s -> s.snapshot().subscribers()),
            gauge(
                    "mini_redis_gate_waiting_clients",
                    "Clients whose replies wait for the disk.",
                    "clients_waiting_for_disk",
                    s -> s.engine().gate().waiting()),
            counter(
                    "mini_redis_connections_received_total",
                    "Connections accepted.",
                    "total_connections_received",
                    s -> s.engine().clients().received()),
            counter(
                    "mini_redis_connections_rejected_total",
                    "Connections refused because there were too many, or by protected mode.",
                    "rejected_connections",
                    s -> s.limits().rejections()),
            counter(
                    "mini_redis_clients_cut_off_total",
                    "reason",
                    "Clients disconnected because they had reached a limit.",
                    "evicted_clients, client_query_buffer_limit_disconnections,"
                            + " client_output_buffer_limit_disconnections",
                    (s, series) -> {
                        for (ClientLimits.Reason reason : ClientLimits.Reason.values()) {
                            series.add((double) s.limits().cutOffs(reason), reason.toString());
                        }
                    }),
            counter(
                    "mini_redis_network_input_bytes_total",
                    "What clients have sent.",
                    "total_net_input_bytes",
                    s -> s.loop().network().inputBytes()),
            counter(
                    "mini_redis_network_output_bytes_total",
                    "What was handed on for clients.",
                    "total_net_output_bytes",
                    s -> s.loop().network().outputBytes()),
            counter(
                    "mini_redis_access_denied_total",
                    "reason",
                    "What users were denied, by what they lacked: the command, the key, the channel, the password (auth).",
                    "acl_access_denied_cmd, acl_access_denied_key, acl_access_denied_channel, acl_access_denied_auth",
                    (s, series) -> {
                        for (Denial reason : Denial.values()) {
                            double denials = s.engine().security().users().log().denials(reason);
                            series.add(denials, reason.toString());
                        }
                    }));

    private static final List<Metric> COMMANDS = List.of(
            counter(
                    "mini_redis_commands_processed_total",
                    "Requests that were run; a transaction is one.",
                    "total_commands_processed",
                    s -> s.engine().processedCommands()),
            byCommand("mini_redis_commands_total", "How often a command ran.", "cmdstat_*", Command::calls),
            byCommand(
                    "mini_redis_commands_failed_total",
                    "How often a command answered an error.",
                    "cmdstat_*",
                    Command::failures),
            byCommand(
                    "mini_redis_commands_rejected_total",
                    "How often a command was refused before it ran.",
                    "cmdstat_*",
                    Command::refusals),
            new Metric(
                    Metric.Type.HISTOGRAM,
                    "mini_redis_command_duration_seconds",
                    "How long a command took, without the wait for the disk; grows while latency-tracking is on.",
                    List.of("command"),
                    "cmdstat_*, latency_percentiles_usec_*",
                    (s, series) -> forEachUsed(s, command -> {
                        long[] counts = new long[DURATION_BOUNDS.length + 1];
                        double sum = seconds(command.addDurations(DURATION_BOUNDS_NANOS, counts));
                        series.add(DURATION_BOUNDS, counts, sum, command.name());
                    })),
            counter(
                    "mini_redis_error_replies_total",
                    "Errors answered.",
                    "total_error_replies",
                    s -> s.engine().statistics().errors().total()),
            gauge(
                    "mini_redis_slow_log_entries",
                    "Commands in the slow log.",
                    "",
                    s -> s.engine().statistics().slowLog().size()));

    private static final List<Metric> KEYS = List.of(
            gauge("mini_redis_keys", "db", "Keys.", "dbN", (s, series) -> byDatabase(s, series, s.snapshot()::keys)),
            gauge(
                    "mini_redis_keys_expiring",
                    "db",
                    "Keys that have a deadline.",
                    "dbN",
                    (s, series) -> byDatabase(s, series, s.snapshot()::expiring)),
            counter(
                    "mini_redis_keyspace_hits_total",
                    "Keys looked for and found.",
                    "keyspace_hits",
                    s -> s.engine().keyspaceHits()),
            counter(
                    "mini_redis_keyspace_misses_total",
                    "Keys looked for in vain.",
                    "keyspace_misses",
                    s -> s.engine().keyspaceMisses()),
            counter(
                    "mini_redis_expired_keys_total",
                    "Keys removed because their deadline had come.",
                    "expired_keys",
                    s -> s.engine().data().expiredKeys()),
            counter(
                    "mini_redis_evicted_keys_total",
                    "Keys removed for want of memory.",
                    "evicted_keys",
                    s -> s.engine().eviction().evictedKeys()),
            gauge(
                    "mini_redis_tracked_keys",
                    "Keys that clients may have in their caches.",
                    "tracking_total_keys",
                    s -> s.engine().clients().tracking().keys()));

    private static final List<Metric> MEMORY = List.of(
            gauge(
                    "mini_redis_memory_used_bytes",
                    "What keys, values and clients take.",
                    "used_memory",
                    s -> s.engine().memory().bytes()
                            + s.engine().clients().memory().totalBytes()),
            gauge(
                    "mini_redis_memory_peak_bytes",
                    "The most that they have taken.",
                    "used_memory_peak",
                    s -> s.engine().memory().peakBytes()),
            gauge(
                    "mini_redis_memory_max_bytes",
                    "The parameter maxmemory; 0 is as many as the heap holds.",
                    "maxmemory",
                    s -> s.engine().tuning().maxMemory.value()),
            gauge(
                    "mini_redis_memory_limit_bytes",
                    "What keys and values may take: maxmemory, or what the heap has room for, where that is less.",
                    "maxmemory_effective",
                    s -> s.engine().eviction().limitBytes()),
            gauge(
                    "mini_redis_memory_resident_bytes",
                    "What the process takes of the machine's memory.",
                    "used_memory_rss",
                    s -> s.process().residentBytes()));

    private static final List<Metric> LOG = List.of(
            gauge(
                    "mini_redis_log_writable",
                    "1 while the log can be written, else 0; then writes are refused.",
                    "aof_last_write_status",
                    s -> s.log().problem() == null ? 1 : 0),
            gauge(
                    "mini_redis_log_size_bytes",
                    "The newest base and the segment being written, without the room at its end.",
                    "aof_current_size",
                    s -> s.log().baseBytes() + s.log().writtenBytes()),
            gauge(
                    "mini_redis_log_base_bytes",
                    "The newest base; 0 where there is none.",
                    "aof_base_size",
                    s -> s.log().baseBytes()),
            gauge(
                    "mini_redis_log_reserved_bytes",
                    "The file of the segment being written, with the room at its end.",
                    "log_reserved_bytes",
                    s -> s.log().reservedBytes()),
            gauge(
                    "mini_redis_log_segments",
                    "Segments since the newest base, the one being written included.",
                    "log_segments",
                    s -> s.log().segments()),
            gauge(
                    "mini_redis_log_last_lsn",
                    "The last log entry.",
                    "log_last_lsn",
                    s -> s.log().lastLsn()),
            gauge(
                    "mini_redis_log_synced_lsn",
                    "The last log entry that is on disk.",
                    "log_synced_lsn",
                    s -> s.log().syncedLsn()),
            counter(
                    "mini_redis_log_appended_entries_total",
                    "Entries that were added to the log.",
                    "",
                    s -> s.log().appendedEntries()),
            counter(
                    "mini_redis_log_appended_bytes_total",
                    "Bytes that were added to the log.",
                    "",
                    s -> s.log().appendedBytes()),
            new Metric(Metric.Type.HISTOGRAM, LOG_SYNC + "_seconds", LOG_SYNC_HELP, List.of(), "", null),
            new Metric(Metric.Type.GAUGE, LOG_SYNC + "_seconds_max", LOG_SYNC_HELP, List.of(), "", null),
            counter(
                    "mini_redis_log_delayed_syncs_total",
                    "Syncs of the log that took a second or longer.",
                    "aof_delayed_fsync",
                    s -> s.log().delayedSyncs()),
            gauge(
                    "mini_redis_log_sync_running_seconds",
                    "How long the sync of the log that runs has been running; 0 where none does.",
                    "aof_pending_bio_fsync",
                    s -> seconds(s.log().runningSyncNanos())),
            new Metric(
                    Metric.Type.GAUGE,
                    "mini_redis_disk_free_bytes",
                    "What is free of the log's disk.",
                    List.of(),
                    "log_disk_free_bytes",
                    (s, series) -> bySpace(s.log(), series, Disk.Space::freeBytes)),
            gauge(
                    "mini_redis_disk_reserve_bytes",
                    "What is kept of the log's disk for a compaction, and so is not free.",
                    "log_disk_reserve_bytes",
                    s -> s.log().reserveBytes()),
            new Metric(
                    Metric.Type.GAUGE,
                    "mini_redis_disk_size_bytes",
                    "The size of the log's disk.",
                    List.of(),
                    "log_disk_size_bytes",
                    (s, series) -> bySpace(s.log(), series, Disk.Space::totalBytes)));

    private static final List<Metric> COMPACTION = List.of(
            gauge(
                    "mini_redis_compaction_running",
                    "1 while a base of the log is being made, else 0.",
                    "aof_rewrite_in_progress",
                    s -> s.compaction().isRunning() ? 1 : 0),
            counter(
                    "mini_redis_compactions_total",
                    "Bases that were made.",
                    "aof_rewrites",
                    s -> s.compaction().successes()),
            counter(
                    "mini_redis_compactions_failed_total",
                    "Bases that could not be made.",
                    "",
                    s -> s.compaction().allFailures()),
            gauge(
                    "mini_redis_compaction_last_failed",
                    "1 where the last base could not be made, else 0.",
                    "aof_last_bgrewrite_status",
                    s -> s.compaction().lastFailed() ? 1 : 0),
            gauge(
                    "mini_redis_compaction_last_duration_seconds",
                    "How long the last base took; -1 where there was none.",
                    "aof_last_rewrite_time_sec",
                    s -> duration(s.compaction())),
            gauge(
                    "mini_redis_compaction_last_success_time_seconds",
                    "When the last base was made, in seconds since 1970; the start, where none was.",
                    "rdb_last_save_time",
                    s -> s.compaction().lastSeconds()));

    /** All of them, by what they are about. */
    static final List<Metric> ALL = Stream.of(SERVER, CLIENTS, COMMANDS, KEYS, MEMORY, LOG, COMPACTION)
            .flatMap(List::stream)
            .toList();

    private MetricTable() {}

    private static double seconds(long nanos) {
        return nanos / NANOS_PER_SECOND;
    }

    private static double duration(Compaction compaction) {
        long nanos = compaction.lastDurationNanos();
        return nanos < 0 ? nanos : seconds(nanos);
    }

    private static long etaSeconds(Loading loading) {
        return loading == null ? 0 : loading.etaSeconds();
    }

    private static Metric byCommand(String name, String help, String info, ToDoubleFunction<Command> count) {
        return counter(
                name,
                "command",
                help,
                info,
                (s, series) -> forEachUsed(s, command -> series.add(count.applyAsDouble(command), command.name())));
    }

    /** Only those that were asked for: there are hundreds, and a server's clients use a dozen. */
    private static void forEachUsed(Sources sources, Consumer<Command> visitor) {
        sources.engine().commands().forEach(command -> {
            if (command.calls() > 0 || command.refusals() > 0) {
                visitor.accept(command);
            }
        });
    }

    /** The first always, the others while there are keys in them. */
    private static void byDatabase(Sources sources, Series series, IntUnaryOperator count) {
        for (int i = 0; i < sources.snapshot().databases(); i++) {
            if (i == 0 || sources.snapshot().keys(i) > 0) {
                series.add(count.applyAsInt(i), Integer.toString(i));
            }
        }
    }

    private static void bySpace(LogFigures log, Series series, ToDoubleFunction<Disk.Space> bytes) {
        Disk.Space space = log.space();
        if (space != null) {
            series.add(bytes.applyAsDouble(space));
        }
    }
}
