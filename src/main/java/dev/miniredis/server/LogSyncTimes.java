package dev.miniredis.server;

import dev.miniredis.figures.PersistenceSection;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.distribution.HistogramSnapshot;
import jakarta.inject.Singleton;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** The durations of all syncs of the log. */
@Singleton
final class LogSyncTimes {
    private final Timer timer;

    LogSyncTimes(MeterRegistry meters) {
        timer = Timer.builder(PersistenceSection.LOG_SYNC)
                .description(PersistenceSection.LOG_SYNC_HELP)
                .publishPercentileHistogram()
                .minimumExpectedValue(Duration.ofNanos(20_000))
                .maximumExpectedValue(Duration.ofSeconds(10))
                .register(meters);
    }

    void took(long nanos) {
        timer.record(nanos, TimeUnit.NANOSECONDS);
    }

    HistogramSnapshot snapshot() {
        return timer.takeSnapshot();
    }
}
