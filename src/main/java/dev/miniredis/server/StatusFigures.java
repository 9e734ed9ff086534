package dev.miniredis.server;

import dev.miniredis.embedded.MiniRedis;
import dev.miniredis.engine.Compaction;
import dev.miniredis.engine.Engine;
import dev.miniredis.engine.EngineSnapshot;
import dev.miniredis.engine.Loading;
import dev.miniredis.log.Disk;
import dev.miniredis.log.LogFigures;
import dev.miniredis.net.EngineLoop;
import dev.miniredis.resp.ProgramVersion;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** What the status page shows, as JSON: counters, not rates, so that nothing has to be remembered between two looks. */
@Singleton
final class StatusFigures {
    private static final double NANOS_PER_SECOND = 1e9;

    private final Settings settings;
    private final Lifecycle lifecycle;
    private final LogSyncTimes syncTimes;

    StatusFigures(Settings settings, Lifecycle lifecycle, LogSyncTimes syncTimes) {
        this.settings = settings;
        this.lifecycle = lifecycle;
        this.syncTimes = syncTimes;
    }

    JsonObject now() {
        JsonObject status = new JsonObject()
                .put("version", ProgramVersion.TEXT)
                .put("state", lifecycle.state().name().toLowerCase(Locale.ROOT))
                .put("uptimeSeconds", lifecycle.uptimeSeconds())
                .put("replay", replay(lifecycle.loading()));
        MiniRedis server = lifecycle.server();
        if (server != null) {
            EngineLoop loop = server.loop();
            status.put("commands", server.engine().processedCommands())
                    .put("keys", keys(server.engine(), loop.snapshot()))
                    .put("memory", memory(server.engine()))
                    .put("clients", clients(server.engine()))
                    .put(
                            "network",
                            new JsonObject()
                                    .put("input", loop.network().inputBytes())
                                    .put("output", loop.network().outputBytes()))
                    .put("log", log(server));
        }
        return status;
    }

    private static JsonObject replay(Loading loading) {
        return loading == null
                ? null
                : new JsonObject()
                        .put("loadedBytes", loading.loadedBytes())
                        .put("totalBytes", loading.totalBytes())
                        .put("percent", loading.percent())
                        .put("etaSeconds", loading.etaSeconds());
    }

    private static JsonObject keys(Engine engine, EngineSnapshot snapshot) {
        return new JsonObject()
                .put(
                        "all",
                        IntStream.range(0, snapshot.databases())
                                .mapToLong(snapshot::keys)
                                .sum())
                .put(
                        "expiring",
                        IntStream.range(0, snapshot.databases())
                                .mapToLong(snapshot::expiring)
                                .sum())
                .put("hits", engine.keyspaceHits())
                .put("misses", engine.keyspaceMisses())
                .put("expired", engine.data().expiredKeys())
                .put("evicted", engine.eviction().evictedKeys());
    }

    private static JsonObject memory(Engine engine) {
        return new JsonObject()
                .put("used", engine.memory().bytes())
                .put("peak", engine.memory().peakBytes())
                .put("limit", engine.eviction().limitBytes());
    }

    private static JsonObject clients(Engine engine) {
        return new JsonObject()
                .put("connected", engine.clients().size())
                .put("max", engine.tuning().maxClients.value())
                .put("blocked", engine.clients().blocked())
                .put("waiting", engine.gate().waiting());
    }

    private JsonObject log(MiniRedis server) {
        LogFigures log = server.log().figures();
        return new JsonObject()
                .put("kept", settings.appendonly() && settings.until().isEmpty())
                .put("description", promise(server.engine()))
                .put("problem", log.problem())
                .put("size", log.baseBytes() + log.writtenBytes())
                .put("base", log.baseBytes())
                .put("lsn", log.lastLsn())
                .put("syncedLsn", log.syncedLsn())
                .put("delayedSyncs", log.delayedSyncs())
                .put("syncs", syncs(syncTimes.snapshot()))
                .put("disk", disk(log.space()))
                .put("compaction", compaction(server.compaction()));
    }

    /** What OK means just now, in words. */
    private String promise(Engine engine) {
        if (!settings.appendonly()) {
            return "in memory only";
        }
        return settings.until()
                .map(until -> "read-only, as of " + until)
                .orElse(
                        switch (engine.parameters().find("appendfsync").text()) {
                            case "always" -> "OK means on disk";
                            case "everysec" -> "on disk within a second";
                            default -> "on disk when the system likes";
                        });
    }

    /**
     * Upper bounds of the buckets, and how many syncs took so long at most. Not how many there were: that is counted
     * elsewhere, and one that is counted there already may be in no bucket yet.
     */
    private static JsonObject syncs(HistogramSnapshot times) {
        JsonArray seconds = new JsonArray();
        JsonArray counts = new JsonArray();
        for (CountAtBucket bucket : times.histogramCounts()) {
            seconds.add(bucket.bucket(TimeUnit.SECONDS));
            counts.add((long) bucket.count());
        }
        return new JsonObject().put("seconds", seconds).put("counts", counts);
    }

    private static JsonObject disk(Disk.Space space) {
        return space == null
                ? null
                : new JsonObject().put("free", space.freeBytes()).put("size", space.totalBytes());
    }

    private static JsonObject compaction(Compaction compaction) {
        return new JsonObject()
                .put("running", compaction.isRunning())
                .put("failed", compaction.lastFailed())
                .put("count", compaction.successes())
                .put("seconds", compaction.lastDurationNanos() / NANOS_PER_SECOND);
    }
}
