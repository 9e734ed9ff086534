package dev.miniredis.figures;

import dev.miniredis.engine.Compaction;
import dev.miniredis.engine.Engine;
import dev.miniredis.engine.Loading;
import dev.miniredis.log.LogFigures;
import dev.miniredis.log.LogStorage;
import dev.miniredis.net.ClientLimits;
import dev.miniredis.net.EngineLoop;
import dev.miniredis.session.Clients;
import java.util.function.Supplier;

/**
 * The parts of a server that figures are read from.
 *
 * @param replay progress of the replay of the log; null when none runs
 */
public record Sources(
        Engine engine,
        EngineLoop loop,
        LogStorage storage,
        Compaction compaction,
        ProcessFacts process,
        ServerFacts server,
        Supplier<Loading> replay) {
    Clients clients() {
        return engine.clients();
    }

    ClientLimits limits() {
        return loop.limits();
    }

    LogFigures log() {
        return storage.figures();
    }

    /** Progress of the replay of the log; null when none runs. */
    Loading loading() {
        return replay.get();
    }
}
