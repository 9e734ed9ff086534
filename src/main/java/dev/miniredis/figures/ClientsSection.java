package dev.miniredis.figures;

import dev.miniredis.stats.Info.Section;

/** {@code INFO clients}. */
final class ClientsSection {
    private ClientsSection() {}

    static void addTo(FigureTable table) {
        // spotless:off
        table.section(Section.CLIENTS)
            .gauge("connected_clients", "mini_redis_connected_clients",
                "Clients connected.", s -> s.clients().size())
            .zeros("cluster_connections")
            .gauge("maxclients", "mini_redis_max_clients",
                "How many clients may be connected.", s -> s.engine().tuning().maxClients.value())
            .field("client_recent_max_input_buffer", s -> s.limits().recentMaxInputBytes())
            .field("client_recent_max_output_buffer", s -> s.limits().recentMaxOutputBytes())
            .gauge("blocked_clients", "mini_redis_blocked_clients",
                "Clients that wait in a blocking command, or for the end of a CLIENT PAUSE.", s -> s.clients().blocked())
            .gauge("tracking_clients", "mini_redis_tracking_clients",
                "Clients that are told which keys of their caches have changed.", s -> s.clients().tracking().clients())
            .gauge("pubsub_clients", "mini_redis_pubsub_clients",
                "Clients that have subscribed to channels.", s -> s.clients().subscribers())
            .field("watching_clients", s -> s.clients().watches().clients())
            .zeros("clients_in_timeout_table")
            .field("total_watched_keys", s -> s.clients().watches().keys())
            .field("total_blocking_keys", s -> s.engine().blockedKeys())
            .zeros("total_blocking_keys_on_nokey")
            .gauge("clients_waiting_for_disk", "mini_redis_gate_waiting_clients",
                "Clients whose replies wait for the disk.", s -> s.engine().gate().waiting());
        // spotless:on
    }
}
