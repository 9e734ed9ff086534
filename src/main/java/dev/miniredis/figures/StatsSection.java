package dev.miniredis.figures;

import static dev.miniredis.figures.FigureSection.NOT_IN_INFO;
import static dev.miniredis.figures.MemorySection.ratio;

import dev.miniredis.acl.Denial;
import dev.miniredis.figures.Figure.Series;
import dev.miniredis.net.ClientLimits.Reason;
import dev.miniredis.session.Channels.ChannelType;
import dev.miniredis.stats.Info.Section;
import java.util.concurrent.TimeUnit;

/** {@code INFO stats}. */
final class StatsSection {
    private static final long KILOBYTE = 1024;

    private StatsSection() {}

    static void addTo(FigureTable table) {
        // spotless:off
        table.section(Section.STATS)
            .counter("total_connections_received", "mini_redis_connections_received_total",
                "Connections accepted.", s -> s.clients().received())
            .counter("total_commands_processed", "mini_redis_commands_processed_total",
                "Requests that were run; a transaction is one.", s -> s.engine().processedCommands())
            .field("instantaneous_ops_per_sec", s -> s.loop().operationsPerSecond())
            .counter("total_net_input_bytes", "mini_redis_network_input_bytes_total",
                "Bytes received from clients.", s -> s.loop().network().inputBytes())
            .counter("total_net_output_bytes", "mini_redis_network_output_bytes_total",
                "Bytes sent to clients.", s -> s.loop().network().outputBytes())
            .zeros("total_net_repl_input_bytes", "total_net_repl_output_bytes")
            .field("instantaneous_input_kbps", s -> ratio(s.loop().network().inputBytesPerSecond(), KILOBYTE))
            .field("instantaneous_output_kbps", s -> ratio(s.loop().network().outputBytesPerSecond(), KILOBYTE))
            .field("instantaneous_input_repl_kbps", s -> "0.00")
            .field("instantaneous_output_repl_kbps", s -> "0.00")
            .counter("rejected_connections", "mini_redis_connections_rejected_total",
                "Connections refused because there were too many, or by protected mode.", s -> s.limits().rejections())
            .zeros("sync_full", "sync_partial_ok", "sync_partial_err")
            .counter("expired_keys", "mini_redis_expired_keys_total",
                "Keys removed because their deadline had come.", s -> s.engine().data().expiredKeys())
            .field("expired_stale_perc", s -> "0.00")
            .counter("expired_time_cap_reached_count", s -> s.loop().expireCycle().cutShort())
            .counter("expire_cycle_cpu_milliseconds",
                s -> TimeUnit.NANOSECONDS.toMillis(s.loop().expireCycle().nanos()))
            .counter("evicted_keys", "mini_redis_evicted_keys_total",
                "Keys removed for want of memory.", s -> s.engine().eviction().evictedKeys())
            .counter("evicted_clients", s -> s.limits().cutOffs(Reason.ALL_OUTPUT) + s.limits().cutOffs(Reason.MEMORY))
            .counter("client_query_buffer_limit_disconnections", s -> s.limits().cutOffs(Reason.REQUEST))
            .counter("client_output_buffer_limit_disconnections", s -> s.limits().cutOffs(Reason.OUTPUT))
            .series(Figure.Type.COUNTER, "evicted_clients, client_query_buffer_limit_disconnections,"
                    + " client_output_buffer_limit_disconnections",
                "mini_redis_clients_cut_off_total", "reason",
                "Clients disconnected because they had reached a limit.", StatsSection::cutOffs)
            .counter("keyspace_hits", "mini_redis_keyspace_hits_total",
                "Keys looked for and found.", s -> s.engine().keyspaceHits())
            .counter("keyspace_misses", "mini_redis_keyspace_misses_total",
                "Keys looked for in vain.", s -> s.engine().keyspaceMisses())
            .field("pubsub_channels", s -> s.clients().channels().count(ChannelType.CHANNEL))
            .field("pubsub_patterns", s -> s.clients().channels().count(ChannelType.PATTERN))
            .field("pubsubshard_channels", s -> s.clients().channels().count(ChannelType.SHARD))
            .zeros("latest_fork_usec", "total_forks", "migrate_cached_sockets", "slave_expires_tracked_keys",
                "active_defrag_hits", "active_defrag_misses", "active_defrag_key_hits", "active_defrag_key_misses",
                "total_active_defrag_time", "current_active_defrag_time")
            .gauge("tracking_total_keys", "mini_redis_tracked_keys",
                "Keys that clients may have in their caches.", s -> s.clients().tracking().keys())
            .field("tracking_total_items", s -> s.clients().tracking().items())
            .field("tracking_total_prefixes", s -> s.clients().tracking().prefixes())
            .zeros("unexpected_error_replies")
            .counter("total_error_replies", "mini_redis_error_replies_total",
                "Errors answered.", s -> s.engine().statistics().errors().total())
            .zeros("dump_payload_sanitizations")
            .counter("total_reads_processed", s -> s.loop().network().reads())
            .counter("total_writes_processed", s -> s.loop().network().writes())
            .zeros("io_threaded_reads_processed", "io_threaded_writes_processed",
                "reply_buffer_shrinks", "reply_buffer_expands")
            .field("acl_access_denied_auth", s -> denials(s, Denial.AUTH))
            .field("acl_access_denied_cmd", s -> denials(s, Denial.COMMAND))
            .field("acl_access_denied_key", s -> denials(s, Denial.KEY))
            .field("acl_access_denied_channel", s -> denials(s, Denial.CHANNEL))
            .series(Figure.Type.COUNTER, "acl_access_denied_cmd, acl_access_denied_key, acl_access_denied_channel,"
                    + " acl_access_denied_auth",
                "mini_redis_access_denied_total", "reason",
                "What users were denied, by what they lacked: the command, the key, the channel, the password (auth).",
                StatsSection::denials)
            .counter("total_operations", s -> s.engine().processedCommands())
            .field("uptime_seconds", s -> s.server().uptimeSeconds())
            .gauge(NOT_IN_INFO, "mini_redis_slow_log_entries",
                "Commands in the slow log.", s -> s.engine().statistics().slowLog().size());
        // spotless:on
    }

    private static void cutOffs(Sources sources, Series series) {
        for (Reason reason : Reason.values()) {
            series.add((double) sources.limits().cutOffs(reason), reason.toString());
        }
    }

    private static long denials(Sources sources, Denial reason) {
        return sources.engine().security().users().log().denials(reason);
    }

    private static void denials(Sources sources, Series series) {
        for (Denial reason : Denial.values()) {
            series.add((double) denials(sources, reason), reason.toString());
        }
    }
}
