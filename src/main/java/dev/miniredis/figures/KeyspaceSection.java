package dev.miniredis.figures;

import dev.miniredis.engine.Engine;
import dev.miniredis.figures.Figure.Series;
import dev.miniredis.keyspace.Keyspace;
import dev.miniredis.stats.Info;
import dev.miniredis.stats.Info.Section;
import java.util.LongSummaryStatistics;
import java.util.function.ToLongFunction;

/** {@code INFO keyspace}. */
final class KeyspaceSection {
    private static final int SAMPLED_KEYS = 64;
    /** Turns a counter into well spread numbers: the bits of the golden ratio. */
    private static final long SPREAD = 0x9e3779b97f4a7c15L;

    private KeyspaceSection() {}

    static void addTo(FigureTable table) {
        // spotless:off
        table.section(Section.KEYSPACE)
            .lines((s, facts) -> addKeyspace(facts, s.engine()))
            .series(Figure.Type.GAUGE, "dbN", "mini_redis_keys", "db",
                "Keys.", (s, series) -> byDatabase(s, series, Keyspace::size))
            .series(Figure.Type.GAUGE, "dbN", "mini_redis_keys_expiring", "db",
                "Keys that have a deadline.", (s, series) -> byDatabase(s, series, Keyspace::expiring));
        // spotless:on
    }

    /** The first always, the others while there are keys in them. */
    private static void byDatabase(Sources sources, Series series, ToLongFunction<Keyspace> count) {
        for (int i = 0; i < sources.engine().databases(); i++) {
            Keyspace database = sources.engine().database(i);
            if (i == 0 || database.size() > 0) {
                series.add((double) count.applyAsLong(database), Integer.toString(i));
            }
        }
    }

    private static void addKeyspace(Info.Facts facts, Engine engine) {
        for (int i = 0; i < engine.databases(); i++) {
            Keyspace database = engine.database(i);
            if (database.size() > 0) {
                facts.add(
                        "db" + i,
                        "keys=" + database.size() + ",expires=" + database.expiring() + ",avg_ttl="
                                + averageTtl(database, engine));
            }
        }
    }

    /** The average time to live in milliseconds, of a sample; Redis's figure is an estimate, too. */
    private static long averageTtl(Keyspace database, Engine engine) {
        if (database.expiring() == 0) {
            return 0;
        }
        LongSummaryStatistics left = new LongSummaryStatistics();
        long chance = engine.processedCommands() * SPREAD;
        database.sample(chance, SAMPLED_KEYS, true, entry -> left.accept(entry.deadline() - engine.now()));
        return Math.max(0, (long) left.getAverage());
    }
}
