package dev.miniredis.engine;

import dev.miniredis.log.LogFigures;
import dev.miniredis.notice.Notice;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.concurrent.TimeUnit;

/**
 * How far the replay of the log is, with the meanings of Redis's {@code loading_…} facts.
 *
 * @param etaSeconds until it ends, if it goes on as it did; 1 while it is not known yet, as in Redis
 */
public record Loading(long loadedBytes, long totalBytes, double percent, long etaSeconds, long elapsedMillis) {
    private static final double PERCENT = 100;

    public static Loading of(LogFigures.Progress progress, long elapsedNanos) {
        long loaded = progress.readBytes();
        long total = progress.totalBytes();
        long elapsed = TimeUnit.NANOSECONDS.toMillis(elapsedNanos);
        double percent = total == 0 ? 0 : PERCENT * loaded / total;
        long eta = loaded == 0
                ? 1
                : Math.round((double) elapsed * (total - loaded) / loaded / TimeUnit.SECONDS.toMillis(1));
        return new Loading(loaded, total, percent, eta, elapsed);
    }

    /** Logs the progress. */
    public void tell(System.Logger logger) {
        double seconds = elapsedMillis / (double) TimeUnit.SECONDS.toMillis(1);
        Notice.LOG_REPLAYING.tell(logger, tenths(percent), totalBytes, tenths(seconds), etaSeconds);
    }

    private static BigDecimal tenths(double value) {
        return BigDecimal.valueOf(value).setScale(1, RoundingMode.HALF_UP);
    }
}
