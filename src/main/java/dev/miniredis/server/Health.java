package dev.miniredis.server;

import dev.miniredis.embedded.MiniRedis.State;
import dev.miniredis.engine.Loading;
import dev.miniredis.log.LogStorage;
import dev.miniredis.net.EngineLoop;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import org.eclipse.microprofile.health.HealthCheck;
import org.eclipse.microprofile.health.HealthCheckResponse;
import org.eclipse.microprofile.health.HealthCheckResponseBuilder;
import org.eclipse.microprofile.health.Liveness;
import org.eclipse.microprofile.health.Readiness;
import org.eclipse.microprofile.health.Startup;

/** The answers of {@code /q/health}. */
final class Health {
    /**
     * The engine's thread runs its regular work ten times a second; after this long without it, the thread is stuck.
     */
    private static final long STUCK_MILLIS = 60_000;

    private final Lifecycle lifecycle;
    private final Instance<EngineLoop> loop;
    private final Instance<LogStorage> log;

    Health(Lifecycle lifecycle, Instance<EngineLoop> loop, Instance<LogStorage> log) {
        this.lifecycle = lifecycle;
        this.loop = loop;
        this.log = log;
    }

    /** Up while the engine's thread runs its regular work; a slow or full disk is no reason to kill the server. */
    @Produces
    @Singleton
    @Liveness
    HealthCheck live() {
        return () -> {
            boolean running = lifecycle.state() == State.REPLAYING || lifecycle.state() == State.READY;
            return HealthCheckResponse.named("engine")
                    .status(!running || loop.get().lagMillis() < STUCK_MILLIS)
                    .build();
        };
    }

    /** Up when the log has been replayed and can be written. */
    @Produces
    @Singleton
    @Readiness
    HealthCheck ready() {
        return () -> {
            State state = lifecycle.state();
            String problem = state == State.READY ? log.get().figures().problem() : null;
            HealthCheckResponseBuilder answer = HealthCheckResponse.named("log")
                    .status(state == State.READY && problem == null)
                    .withData("state", state.name().toLowerCase(java.util.Locale.ROOT))
                    .withData("problem", problem == null ? "none" : problem);
            Loading loading = lifecycle.loading();
            if (loading != null) {
                answer.withData("loaded_percent", Math.round(loading.percent()))
                        .withData("eta_seconds", loading.etaSeconds());
            }
            return answer.build();
        };
    }

    /** Up when the log has been replayed. */
    @Produces
    @Singleton
    @Startup
    HealthCheck started() {
        return () -> HealthCheckResponse.named("replay")
                .status(lifecycle.state() == State.READY || lifecycle.state() == State.STOPPING)
                .build();
    }
}
