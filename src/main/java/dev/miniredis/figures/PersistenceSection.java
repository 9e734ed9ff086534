package dev.miniredis.figures;

import static dev.miniredis.figures.FigureSection.NOT_IN_INFO;

import dev.miniredis.engine.Compaction;
import dev.miniredis.engine.Loading;
import dev.miniredis.figures.Figure.Series;
import dev.miniredis.log.Disk;
import dev.miniredis.stats.Info.Section;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/** {@code INFO persistence}: the log, its replay, and its compaction, which is both BGSAVE and BGREWRITEAOF here. */
public final class PersistenceSection {
    /** The histogram of syncs, as Micrometer names timers: without the unit. */
    public static final String LOG_SYNC = "mini_redis_log_sync";

    /** What the histogram of syncs tells. */
    public static final String LOG_SYNC_HELP = "How long the disk takes to make the log durable.";

    private static final double NANOS_PER_SECOND = 1e9;

    private PersistenceSection() {}

    static void addTo(FigureTable table) {
        // spotless:off
        table.section(Section.PERSISTENCE)
            .field("loading", s -> s.engine().isLoading() ? 1 : 0)
            .zeros("async_loading")
            .field("loading_start_time", whileLoading(PersistenceSection::startSeconds))
            .field("loading_total_bytes", whileLoading(Loading::totalBytes))
            .field("loading_loaded_bytes", whileLoading(Loading::loadedBytes))
            .field("loading_loaded_perc", whileLoading(loading -> String.format(Locale.ROOT, "%.2f", loading.percent())))
            .field("loading_eta_seconds", whileLoading(Loading::etaSeconds))
            .zeros("current_cow_peak", "current_cow_size", "current_cow_size_age")
            .field("current_fork_perc", s -> "0.00")
            .zeros("current_save_keys_processed", "current_save_keys_total")
            .field("rdb_changes_since_last_save", s -> s.engine().changes() - s.engine().saving().changesBefore())
            .field("rdb_bgsave_in_progress", s -> running(s.compaction()))
            .gauge("rdb_last_save_time", "mini_redis_compaction_last_success_time_seconds",
                "When the last base was made, in seconds since 1970; before the first, when the server started.",
                s -> s.compaction().lastSeconds())
            .field("rdb_last_bgsave_status", s -> status(s.compaction()))
            .field("rdb_last_bgsave_time_sec", s -> s.compaction().lastDurationSeconds())
            .field("rdb_current_bgsave_time_sec", s -> s.compaction().currentSeconds())
            .counter("rdb_saves", s -> s.compaction().successes())
            .zeros("rdb_last_cow_size", "rdb_last_load_keys_expired", "rdb_last_load_keys_loaded")
            .field("aof_enabled", s -> s.server().appendonly() ? 1 : 0)
            .gauge("aof_rewrite_in_progress", "mini_redis_compaction_running",
                "1 while a base of the log is being made, else 0.", s -> running(s.compaction()))
            .zeros("aof_rewrite_scheduled")
            .gauge("aof_last_rewrite_time_sec", "mini_redis_compaction_last_duration_seconds",
                "How long the last base took; -1 if there was none.",
                s -> lastDuration(s.compaction()), s -> s.compaction().lastDurationSeconds())
            .field("aof_current_rewrite_time_sec", s -> s.compaction().currentSeconds())
            .gauge("aof_last_bgrewrite_status", "mini_redis_compaction_last_failed",
                "1 if the last base could not be made, else 0.",
                s -> s.compaction().lastFailed() ? 1 : 0, s -> status(s.compaction()))
            .counter("aof_rewrites", "mini_redis_compactions_total",
                "Bases made.", s -> s.compaction().successes())
            .counter(NOT_IN_INFO, "mini_redis_compactions_failed_total",
                "Bases that could not be made.", s -> s.compaction().allFailures())
            .field("aof_rewrites_consecutive_failures", s -> s.compaction().failures())
            .forAnyThread()
            .gauge("aof_last_write_status", "mini_redis_log_writable",
                "1 while the log can be written, else 0; then writes are refused.",
                s -> s.log().problem() == null ? 1 : 0, s -> s.log().problem() == null ? "ok" : "err")
            .zeros("aof_last_cow_size", "module_fork_in_progress", "module_fork_last_cow_size")
            .gauge("aof_current_size", "mini_redis_log_size_bytes",
                "The newest base and the segment being written, without the room at its end.",
                s -> s.log().baseBytes() + s.log().writtenBytes())
            .gauge("aof_base_size", "mini_redis_log_base_bytes",
                "The newest base; 0 if there is none.", s -> s.log().baseBytes())
            .zeros("aof_pending_rewrite")
            .gauge("aof_pending_bio_fsync", "mini_redis_log_sync_running_seconds",
                "How long the current sync of the log has been running; 0 if none is.",
                s -> s.log().runningSyncNanos() / NANOS_PER_SECOND, s -> s.log().runningSyncNanos() > 0 ? 1 : 0)
            .series(Figure.Type.HISTOGRAM, NOT_IN_INFO, LOG_SYNC + "_seconds", "", LOG_SYNC_HELP, null)
            .series(Figure.Type.GAUGE, NOT_IN_INFO, LOG_SYNC + "_seconds_max", "", LOG_SYNC_HELP, null)
            .counter("aof_delayed_fsync", "mini_redis_log_delayed_syncs_total",
                "Syncs of the log that took a second or longer.", s -> s.log().delayedSyncs())
            .gauge("log_reserved_bytes", "mini_redis_log_reserved_bytes",
                "The file of the segment being written, with the room at its end.", s -> s.log().reservedBytes())
            .gauge("log_segments", "mini_redis_log_segments",
                "Segments since the newest base, the one being written included.", s -> s.log().segments())
            .gauge("log_last_lsn", "mini_redis_log_last_lsn",
                "The last log entry.", s -> s.log().lastLsn())
            .gauge("log_synced_lsn", "mini_redis_log_synced_lsn",
                "The last log entry that is on disk.", s -> s.log().syncedLsn())
            .counter(NOT_IN_INFO, "mini_redis_log_appended_entries_total",
                "Entries added to the log.", s -> s.log().appendedEntries())
            .counter(NOT_IN_INFO, "mini_redis_log_appended_bytes_total",
                "Bytes added to the log.", s -> s.log().appendedBytes())
            .field("log_disk_free_bytes", ofDisk(Disk.Space::freeBytes))
            .series(Figure.Type.GAUGE, "log_disk_free_bytes", "mini_redis_disk_free_bytes", "",
                "What is free of the log's disk.", (s, series) -> ofDisk(s, series, Disk.Space::freeBytes))
            .field("log_disk_reserve_bytes", s -> s.log().space() == null ? null : s.log().reserveBytes())
            .gauge("log_disk_reserve_bytes", "mini_redis_disk_reserve_bytes",
                "What is kept of the log's disk for a compaction, and so is not free.",
                s -> s.log().reserveBytes(), null)
            .field("log_disk_size_bytes", ofDisk(Disk.Space::totalBytes))
            .series(Figure.Type.GAUGE, "log_disk_size_bytes", "mini_redis_disk_size_bytes", "",
                "The size of the log's disk.", (s, series) -> ofDisk(s, series, Disk.Space::totalBytes))
            .gauge("loading", "mini_redis_replay_running",
                "1 while the log is being replayed, else 0.", s -> s.loading() == null ? 0 : 1, null)
            .gauge("loading_loaded_bytes", "mini_redis_replay_loaded_bytes",
                "How much of the log the replay has read.", s -> s.log().progress().readBytes(), null)
            .gauge("loading_total_bytes", "mini_redis_replay_size_bytes",
                "How much of the log there is to replay.", s -> s.log().progress().totalBytes(), null)
            .gauge("loading_eta_seconds", "mini_redis_replay_eta_seconds",
                "How long the replay will still take; 0 if none runs.",
                s -> s.loading() == null ? 0 : s.loading().etaSeconds(), null)
            .field("log_until", s -> s.server().until())
            .field("log_problem", s -> s.log().problem() == null ? "" : s.log().problem());
        // spotless:on
    }

    private static Figure.Text whileLoading(Function<Loading, Object> value) {
        return s -> s.loading() == null ? null : value.apply(s.loading());
    }

    private static Object startSeconds(Loading loading) {
        return TimeUnit.MILLISECONDS.toSeconds(System.currentTimeMillis() - loading.elapsedMillis());
    }

    private static int running(Compaction compaction) {
        return compaction.isRunning() ? 1 : 0;
    }

    private static String status(Compaction compaction) {
        return compaction.lastFailed() ? "err" : "ok";
    }

    private static double lastDuration(Compaction compaction) {
        long nanos = compaction.lastDurationNanos();
        return nanos < 0 ? nanos : nanos / NANOS_PER_SECOND;
    }

    private static Figure.Text ofDisk(ToLongFunction<Disk.Space> bytes) {
        return s -> s.log().space() == null ? null : bytes.applyAsLong(s.log().space());
    }

    private static void ofDisk(Sources sources, Series series, ToLongFunction<Disk.Space> bytes) {
        Disk.Space space = sources.log().space();
        if (space != null) {
            series.add((double) bytes.applyAsLong(space));
        }
    }
}
