package dev.miniredis.figures;

import dev.miniredis.figures.Figure.Reader;
import dev.miniredis.figures.Figure.Series;
import dev.miniredis.stats.Info;
import dev.miniredis.stats.Info.Section;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;
import java.util.function.ToLongFunction;

/** Adds the rows of a section to {@link FigureTable}, in the order in which {@code INFO} prints them. */
final class FigureSection {
    /** In the place of a field's name: a metric that {@code INFO} does not print. */
    static final String NOT_IN_INFO = "";

    private final Section section;
    private final boolean isForAnyThread;
    private final Consumer<Figure> figures;
    private final Consumer<BiConsumer<Sources, Info.Facts>> lines;

    FigureSection(
            Section section,
            boolean isForAnyThread,
            Consumer<Figure> figures,
            Consumer<BiConsumer<Sources, Info.Facts>> lines) {
        this.section = section;
        this.isForAnyThread = isForAnyThread;
        this.figures = figures;
        this.lines = lines;
    }

    /** The rows that follow may be read by any thread. */
    FigureSection forAnyThread() {
        return new FigureSection(section, true, figures, lines);
    }

    private FigureSection add(
            Figure.Type type,
            String field,
            String metric,
            String help,
            List<String> labels,
            Reader reader,
            Figure.Text text) {
        figures.accept(new Figure(section, type, field, metric, help, labels, reader, text));
        return this;
    }

    /** A field of {@code INFO} alone. A value of null leaves it out. */
    FigureSection field(String name, Figure.Text value) {
        return add(Figure.Type.GAUGE, name, "", "", List.of(), null, value);
    }

    /** Fields of {@code INFO} alone that are always 0: this server has nothing for them to count. */
    FigureSection zeros(String... names) {
        for (String name : names) {
            field(name, s -> 0);
        }
        return this;
    }

    /** A counter of {@code INFO} alone: by how much it has grown since {@code CONFIG RESETSTAT}. */
    FigureSection counter(String field, ToLongFunction<Sources> total) {
        return add(Figure.Type.COUNTER, field, "", "", List.of(), null, total::applyAsLong);
    }

    /** A counter. {@code INFO} prints by how much it has grown since {@code CONFIG RESETSTAT}. */
    FigureSection counter(String field, String metric, String help, ToLongFunction<Sources> total) {
        Figure.Text text = field.equals(NOT_IN_INFO) ? null : total::applyAsLong;
        return add(Figure.Type.COUNTER, field, metric, help, List.of(), value(total::applyAsLong), text);
    }

    /** A whole number at a moment. */
    FigureSection gauge(String field, String metric, String help, ToLongFunction<Sources> number) {
        Figure.Text text = field.equals(NOT_IN_INFO) ? null : number::applyAsLong;
        return add(Figure.Type.GAUGE, field, metric, help, List.of(), value(number::applyAsLong), text);
    }

    /** A value at a moment that {@code INFO} prints in another form. */
    FigureSection gauge(String field, String metric, String help, ToDoubleFunction<Sources> number, Figure.Text text) {
        return add(Figure.Type.GAUGE, field, metric, help, List.of(), value(number), text);
    }

    /**
     * A metric of several series, or one that may have none.
     *
     * @param fields the fields of {@code INFO} that other rows print, for people
     * @param labels the names of the labels, with a comma and a space between them
     * @param reader null if Micrometer writes the series
     */
    FigureSection series(Figure.Type type, String fields, String metric, String labels, String help, Reader reader) {
        List<String> names = labels.isEmpty() ? List.of() : List.of(labels.split(", "));
        Reader marked = isForAnyThread && reader != null ? new ReaderForAnyThread(reader) : reader;
        return add(type, fields, metric, help, names, marked, null);
    }

    /** Lines whose names depend on the data. */
    FigureSection lines(BiConsumer<Sources, Info.Facts> writer) {
        lines.accept(writer);
        return this;
    }

    private Reader value(ToDoubleFunction<Sources> value) {
        Reader reader = (s, series) -> series.add(value.applyAsDouble(s));
        return isForAnyThread ? new ReaderForAnyThread(reader) : reader;
    }

    private record ReaderForAnyThread(Reader reader) implements Reader {
        @Override
        public void read(Sources sources, Series series) {
            reader.read(sources, series);
        }

        @Override
        public boolean isForAnyThread() {
            return true;
        }
    }
}
