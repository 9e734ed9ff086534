package dev.miniredis.server;

import dev.miniredis.embedded.MiniRedis;
import dev.miniredis.engine.Engine;
import dev.miniredis.figures.Figure;
import dev.miniredis.figures.Sample;
import dev.miniredis.resp.ProgramVersion;
import io.micrometer.core.instrument.distribution.CountAtBucket;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Singleton;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/**
 * What the status page shows, as JSON: the metrics of {@link dev.miniredis.figures.FigureTable} by their names, each
 * the sum of its series, and the state of the server and its log in words. Counters and no rates, so that nothing has
 * to be kept between two requests.
 */
@Singleton
final class StatusFigures {
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
                .put("state", lifecycle.state().name().toLowerCase(Locale.ROOT));
        MiniRedis server = lifecycle.server();
        if (server != null) {
            status.put("figures", figures(server)).put("log", log(server));
        }
        return status;
    }

    private static JsonObject figures(MiniRedis server) {
        JsonObject figures = new JsonObject();
        server.figures().read().forEach((metric, samples) -> {
            if (!samples.isEmpty() && metric.type() != Figure.Type.HISTOGRAM) {
                figures.put(
                        metric.metric(),
                        samples.stream().mapToDouble(Sample::value).sum());
            }
        });
        return figures;
    }

    private JsonObject log(MiniRedis server) {
        return new JsonObject()
                .put("kept", settings.appendonly() && settings.until().isEmpty())
                .put("description", promise(server.engine()))
                .put("problem", server.log().figures().problem())
                .put("syncs", syncs(syncTimes.snapshot()));
    }

    /** What OK means at present, in words. */
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
     * The upper bounds of the buckets, and how many syncs took that long at most. The number of all syncs is not here:
     * Micrometer counts it apart from the buckets, and the two may differ for a moment.
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
}
