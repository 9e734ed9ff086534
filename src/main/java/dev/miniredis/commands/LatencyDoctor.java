package dev.miniredis.commands;

import dev.miniredis.config.Tuning;
import dev.miniredis.stats.LatencyMonitor;
import dev.miniredis.stats.LatencyMonitor.Sample;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * What {@code LATENCY DOCTOR} makes of the spikes, in Redis's words ({@code createLatencyReport}), with the advice that
 * holds here too.
 */
final class LatencyDoctor {
    private static final String DISABLED =
            "I'm sorry, Dave, I can't do that. Latency monitoring is disabled in this Redis"
                    + " instance. You may use \"CONFIG SET latency-monitor-threshold <milliseconds>.\" in order to enable it. If"
                    + " we weren't in a deep space mission I'd suggest to take a look at"
                    + " https://redis.io/topics/latency-monitor.\n";
    private static final String HEALTHY = "Dave, no latency spike was observed during the lifetime of this Redis"
            + " instance, not in the slightest bit. I honestly think you ought to sit down calmly, take a stress pill,"
            + " and think things over.\n";
    private static final String SPIKES = "Dave, I have observed latency spikes in this Redis instance. You don't mind"
            + " talking about it, do you Dave?\n\n";

    /** In the order of the report. */
    private enum Advice {
        SLOWLOG_ENABLED(
                "There are latency issues with potentially slow commands you are using. Try to enable the Slow Log"
                        + " Redis feature using the command 'CONFIG SET slowlog-log-slower-than %d'. If the Slow log is disabled"
                        + " Redis is not able to log slow commands execution for you."),
        SLOWLOG_TUNING(
                "Your current Slow Log configuration only logs events that are slower than your configured latency"
                        + " monitor threshold. Please use 'CONFIG SET slowlog-log-slower-than %d'."),
        SLOWLOG_INSPECT("Check your Slow Log to understand what are the commands you are running which are too slow to"
                + " execute. Please check https://redis.io/commands/slowlog for more information."),
        SCHEDULER("The system is slow to execute Redis code paths not containing system calls. This usually means the"
                + " system does not provide Redis CPU time to run for long periods. You should try to:\n"
                + "  1) Lower the system load.\n"
                + "  2) Use a computer / VM just for Redis if you are running other software in the same system.\n"
                + "  3) Check if you have a \"noisy neighbour\" problem.\n"
                + "  4) Check with 'redis-cli --intrinsic-latency 100' what is the intrinsic latency in your system."),
        RELAX_FSYNC(
                "Your fsync policy is set to 'always'. It is very hard to get good performances with such a setup, if"
                        + " possible try to relax the fsync policy to 'onesec'."),
        LARGE_OBJECTS(
                "Deleting, expiring or evicting (because of maxmemory policy) large objects is a blocking operation."
                        + " If you have very large objects that are often deleted, expired, or evicted, try to fragment those"
                        + " objects into multiple smaller objects."),
        MASS_EVICTION(
                "Sudden changes to the 'maxmemory' setting via 'CONFIG SET', or allocation of large objects via sets"
                        + " or sorted sets intersections, STORE option of SORT, Redis Cluster large keys migrations (RESTORE"
                        + " command), may create sudden memory pressure forcing the server to block trying to evict keys. ");

        private final String text;

        Advice(String text) {
            this.text = text;
        }
    }

    private final long slowLogMicros;
    private final long thresholdMillis;
    private final long nowSeconds;

    LatencyDoctor(Tuning tuning, long monotonicMillis) {
        slowLogMicros = tuning.slowLogSlowerThan.value();
        thresholdMillis = tuning.latencyMonitorThreshold.value();
        nowSeconds = monotonicMillis / 1000;
    }

    String report(LatencyMonitor monitor) {
        Map<String, LatencyMonitor.Series> all = monitor.series();
        if (all.isEmpty()) {
            return thresholdMillis == 0 ? DISABLED : HEALTHY;
        }
        StringBuilder report = new StringBuilder(SPIKES);
        Set<Advice> advice = EnumSet.noneOf(Advice.class);
        int number = 0;
        for (Map.Entry<String, LatencyMonitor.Series> event : all.entrySet()) {
            number++;
            report.append(number).append(". ").append(event.getKey()).append(": ");
            describe(report, event.getValue());
            addAdvice(advice, event.getKey());
        }
        report.append("\nI have a few advices for you:\n\n");
        for (Advice piece : advice) {
            String text = piece.text.replace("%d", Long.toString(thresholdMillis * 1000));
            report.append("- ").append(text).append('\n');
        }
        return report.toString();
    }

    private void describe(StringBuilder report, LatencyMonitor.Series series) {
        List<Sample> samples = series.samples();
        int count = samples.size();
        long average = samples.stream().mapToLong(Sample::millis).sum() / count;
        long deviation = samples.stream()
                        .mapToLong(sample -> Math.abs(average - sample.millis()))
                        .sum()
                / count;
        long period = Math.max(1, nowSeconds - samples.getFirst().monotonicSeconds());
        report.append(String.format(
                Locale.ROOT,
                "%d latency spikes (average %dms, mean deviation %dms, period %.2f sec). Worst all time event %dms.\n",
                count,
                average,
                deviation,
                period / (double) count,
                series.maxMillis()));
    }

    private void addAdvice(Set<Advice> advice, String event) {
        switch (event) {
            case "command" -> {
                if (slowLogMicros < 0) {
                    advice.add(Advice.SLOWLOG_ENABLED);
                } else if (slowLogMicros / 1000 > thresholdMillis) {
                    advice.add(Advice.SLOWLOG_TUNING);
                }
                advice.add(Advice.SLOWLOG_INSPECT);
                advice.add(Advice.LARGE_OBJECTS);
            }
            case "fast-command" -> advice.add(Advice.SCHEDULER);
            case "aof-fsync-always" -> advice.add(Advice.RELAX_FSYNC);
            case "eviction-cycle" -> advice.add(Advice.MASS_EVICTION);
            default -> advice.add(Advice.LARGE_OBJECTS);
        }
    }
}
