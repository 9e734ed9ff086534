package dev.miniredis.figures;

import dev.miniredis.engine.Compaction;
import dev.miniredis.engine.Engine;
import dev.miniredis.log.NoLog;
import dev.miniredis.log.ServerLog;
import dev.miniredis.net.EngineLoop;

/** All figures, of a server in a test that has no files. */
public final class TestFigures {
    private TestFigures() {}

    /** Makes INFO print them. */
    public static void addTo(Engine engine, EngineLoop loop) {
        FigureTable.create().addTo(engine.info(), engine.statistics(), sources(engine, loop));
    }

    private static Sources sources(Engine engine, EngineLoop loop) {
        ServerLog noFiles = new NoLog();
        return new Sources(
                engine,
                loop,
                noFiles,
                new Compaction(engine, noFiles, loop),
                new ProcessFacts(),
                new ServerFacts("127.0.0.1", true, null, null, () -> 6379),
                () -> null);
    }
}
