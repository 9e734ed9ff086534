package dev.miniredis.server;

import dev.miniredis.command.Command;
import dev.miniredis.engine.Engine;
import dev.miniredis.log.ServerLog;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;

/**
 * What {@code /q/metrics} tells of the engine and the log. The engine's numbers are read while its thread writes them: a
 * scrape may see a value that is a moment old.
 */
@Singleton
final class Metrics {
    private static final double NANOS_PER_SECOND = 1e9;

    private final MeterRegistry meters;

    Metrics(MeterRegistry meters) {
        this.meters = meters;
    }

    void add(Engine engine, ServerLog log, ClientLimits limits, EngineSnapshot snapshot) {
        for (Command command : allCommands(engine)) {
            counter("mini_redis_commands", "How often a command ran.", command, Command::calls);
            counter("mini_redis_commands_failed", "How often a command answered an error.", command, Command::failures);
            counter(
                    "mini_redis_commands_rejected",
                    "How often a command was refused before it ran.",
                    command,
                    Command::refusals);
        }
        FunctionCounter.builder(
                        "mini_redis_connections_received",
                        engine,
                        e -> e.clients().received())
                .description("Connections accepted.")
                .register(meters);
        FunctionCounter.builder("mini_redis_connections_rejected", limits, ClientLimits::rejections)
                .description("Connections refused because there were too many.")
                .register(meters);
        for (ClientLimits.Reason reason : ClientLimits.Reason.values()) {
            FunctionCounter.builder("mini_redis_clients_cut_off", limits, l -> l.cutOffs(reason))
                    .description("Clients disconnected because they had reached a limit.")
                    .tag("reason", reason.toString())
                    .register(meters);
        }
        FunctionCounter.builder("mini_redis_expired_keys", engine, e -> e.data().expiredKeys())
                .description("Keys removed because their deadline had come.")
                .register(meters);
        FunctionCounter.builder("mini_redis_evicted_keys", engine, Engine::evictedKeys)
                .description("Keys removed for want of memory.")
                .register(meters);
        gauge("mini_redis_connected_clients", "Connections open.", snapshot, EngineSnapshot::clients);
        gauge("mini_redis_keys", "Keys in all databases.", snapshot, EngineSnapshot::keys);
        gauge("mini_redis_memory_used_bytes", "Heap taken by keys and values.", snapshot, EngineSnapshot::memoryBytes);
        gauge(
                "mini_redis_gate_waiting",
                "Connections whose replies wait for the disk.",
                snapshot,
                EngineSnapshot::waiting);
        gauge("mini_redis_log_bytes", "Size of the log without the room at its end.", log, ServerLog::writtenBytes);
        gauge("mini_redis_log_reserved_bytes", "Size of the log's file.", log, ServerLog::reservedBytes);
        gauge("mini_redis_log_synced_lsn", "The last log entry that is on disk.", log, ServerLog::syncedLsn);
        FunctionCounter.builder("mini_redis_log_delayed_syncs", log, ServerLog::delayedSyncs)
                .description("Syncs of the log that took a second or longer.")
                .register(meters);
        gauge(
                "mini_redis_log_sync_running_seconds",
                "How long the sync of the log that runs has been running; 0 where none does.",
                log,
                l -> l.runningSyncNanos() / NANOS_PER_SECOND);
        gauge(
                "mini_redis_log_writable",
                "1 while the log can be written, else 0.",
                log,
                l -> l.problem() == null ? 1 : 0);
    }

    private static List<Command> allCommands(Engine engine) {
        List<Command> all = new ArrayList<>();
        for (Command command : engine.commands().commands()) {
            all.add(command);
            all.addAll(command.subcommands());
        }
        return all;
    }

    private void counter(
            String name, String description, Command command, java.util.function.ToDoubleFunction<Command> value) {
        FunctionCounter.builder(name, command, value)
                .description(description)
                .tag("command", command.name())
                .register(meters);
    }

    private <T> void gauge(String name, String description, T source, java.util.function.ToDoubleFunction<T> value) {
        Gauge.builder(name, source, value)
                .description(description)
                .strongReference(true)
                .register(meters);
    }
}
