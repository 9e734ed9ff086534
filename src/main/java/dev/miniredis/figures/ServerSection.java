package dev.miniredis.figures;

import static dev.miniredis.figures.FigureSection.NOT_IN_INFO;

import dev.miniredis.engine.EngineThread;
import dev.miniredis.resp.ProgramVersion;
import dev.miniredis.resp.RedisVersion;
import dev.miniredis.stats.Info.Section;
import java.util.concurrent.TimeUnit;

/** {@code INFO server}. */
final class ServerSection {
    private static final double MILLIS_PER_SECOND = 1e3;
    /** Redis's {@code LRU_CLOCK_MAX}: the clock has 24 bits. */
    private static final long LRU_CLOCK_MAX = (1 << 24) - 1;

    private ServerSection() {}

    static void addTo(FigureTable table) {
        // spotless:off
        table.section(Section.SERVER)
            .field("redis_version", s -> RedisVersion.TEXT)
            .field("redis_git_sha1", s -> "00000000")
            .zeros("redis_git_dirty", "redis_build_id")
            .field("redis_mode", s -> s.engine().tuning().mode())
            .field("server_name", s -> "mini-redis")
            .field("mini_redis_version", s -> ProgramVersion.TEXT)
            .field("os", s -> property("os.name") + " " + property("os.version") + " " + property("os.arch"))
            .field("arch_bits", s -> System.getProperty("sun.arch.data.model", "64"))
            .field("monotonic_clock", s -> "POSIX clock_gettime")
            .field("multiplexing_api", s -> s.loop().transport())
            .field("java_version", s -> Runtime.version())
            .field("gcc_version", s -> "0.0.0")
            .field("process_id", s -> ProcessHandle.current().pid())
            .field("process_supervised", s -> "no")
            .field("run_id", s -> s.server().runId())
            .field("tcp_port", s -> s.server().port())
            .field("server_time_usec", s -> s.engine().time().wallMicros())
            .gauge("clock_behind_seconds", "mini_redis_clock_behind_seconds",
                "How far the machine's clock is behind the time that keys expire by, to the second; 0 where it is not.",
                s -> s.engine().time().behindMillis() / MILLIS_PER_SECOND,
                s -> TimeUnit.MILLISECONDS.toSeconds(s.engine().time().behindMillis()))
            .gauge("uptime_in_seconds", "mini_redis_uptime_seconds",
                "How long the server has been running.", s -> s.server().uptimeSeconds())
            .field("uptime_in_days", s -> TimeUnit.SECONDS.toDays(s.server().uptimeSeconds()))
            .field("hz", s -> EngineThread.CRON_HZ)
            .field("configured_hz", s -> s.engine().parameters().find("hz").text())
            .field("lru_clock",
                s -> TimeUnit.MILLISECONDS.toSeconds(s.engine().time().monotonicMillis()) & LRU_CLOCK_MAX)
            .field("executable", s -> ProcessHandle.current().info().command().orElse(""))
            .field("config_file", s -> s.server().configFile())
            .zeros("io_threads_active")
            .field("listener0", s -> "name=tcp,bind=" + s.server().host() + ",port=" + s.server().port())
            .forAnyThread()
            .series(Figure.Type.INFO, "mini_redis_version, redis_version, java_version",
                "mini_redis_build_info", "version, redis_version, java_version",
                "Which version runs, which Redis it is compatible with, and on which Java.",
                (s, series) -> series.add(1, ProgramVersion.TEXT, RedisVersion.TEXT, Runtime.version().toString()))
            .gauge(NOT_IN_INFO, "mini_redis_start_time_seconds",
                "When the server started, in seconds since 1970.",
                s -> s.server().startMillis() / MILLIS_PER_SECOND, null)
            .gauge(NOT_IN_INFO, "mini_redis_engine_lag_seconds",
                "How long ago the engine's thread last ran its regular work, which it does ten times a second.",
                s -> s.loop().lagMillis() / MILLIS_PER_SECOND, null);
        // spotless:on
    }

    private static String property(String name) {
        return System.getProperty(name);
    }
}
