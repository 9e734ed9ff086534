package dev.miniredis.figures;

import dev.miniredis.stats.Info;
import dev.miniredis.stats.Info.Section;
import dev.miniredis.stats.Statistics;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** All figures of the server, by the sections of {@code INFO}. The names, types and labels of metrics are stable. */
public final class FigureTable {
    private static final List<Consumer<FigureTable>> SECTIONS = List.of(
            ServerSection::addTo,
            ClientsSection::addTo,
            MemorySection::addTo,
            PersistenceSection::addTo,
            StatsSection::addTo,
            OtherSections::addTo,
            CommandSections::addTo,
            KeyspaceSection::addTo);

    private final List<Figure> figures = new ArrayList<>();
    private final List<Lines> lines = new ArrayList<>();

    /** Lines of a section whose names depend on the data, as those of databases and commands do. */
    private record Lines(Section section, BiConsumer<Sources, Info.Facts> writer) {}

    private FigureTable() {}

    /** The table of a server. */
    public static FigureTable create() {
        FigureTable table = new FigureTable();
        SECTIONS.forEach(section -> section.accept(table));
        return table;
    }

    /** The rows, in the order of {@code INFO}. */
    public List<Figure> figures() {
        return Collections.unmodifiableList(figures);
    }

    /** The rows that are metrics. */
    public List<Figure> metrics() {
        return figures.stream().filter(Figure::isMetric).toList();
    }

    /** Adds a section's rows to the table. */
    FigureSection section(Section section) {
        return new FigureSection(section, false, figures::add, writer -> lines.add(new Lines(section, writer)));
    }

    /**
     * Makes {@code INFO} print these figures. Counters are printed as they have grown since {@code CONFIG RESETSTAT}.
     */
    public void addTo(Info info, Statistics statistics, Sources sources) {
        for (Section section : Section.values()) {
            info.section(section, facts -> {});
        }
        for (Figure figure : figures) {
            if (figure.text() != null) {
                Figure.Text text = figure.type() == Figure.Type.COUNTER
                        ? sinceReset(figure.text(), statistics, sources)
                        : figure.text();
                info.section(figure.section(), facts -> {
                    Object value = text.of(sources);
                    if (value != null) {
                        facts.add(figure.field(), value);
                    }
                });
            }
        }
        lines.forEach(some -> info.section(some.section, facts -> some.writer.accept(sources, facts)));
    }

    private static Figure.Text sinceReset(Figure.Text total, Statistics statistics, Sources sources) {
        LongSupplier counter = statistics.sinceReset(() -> ((Number) total.of(sources)).longValue());
        return ignored -> counter.getAsLong();
    }
}
