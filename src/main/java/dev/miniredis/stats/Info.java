package dev.miniredis.stats;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The sections of {@code INFO}, in Redis's order. A section holds functions that add fields; they run at each {@code
 * INFO}.
 */
public final class Info {
    /** The sections, in Redis's order. */
    public enum Section {
        SERVER("Server"),
        CLIENTS("Clients"),
        MEMORY("Memory"),
        PERSISTENCE("Persistence"),
        STATS("Stats"),
        REPLICATION("Replication"),
        CPU("CPU"),
        MODULES("Modules"),
        COMMANDSTATS("Commandstats"),
        ERRORSTATS("Errorstats"),
        LATENCYSTATS("Latencystats"),
        CLUSTER("Cluster"),
        KEYSPACE("Keyspace");

        private final String title;

        Section(String title) {
            this.title = title;
        }

        private String wanted() {
            return title.toLowerCase(Locale.ROOT);
        }
    }

    /** Receives the fields of a section. */
    @FunctionalInterface
    public interface Facts {
        /** Adds a field and its value. */
        void add(String field, Object value);

        /** Adds fields that are 0. */
        default void zeros(String... fields) {
            for (String field : fields) {
                add(field, 0);
            }
        }
    }

    private static final Set<String> ALL = Set.of("all", "everything");
    private static final String DEFAULT = "default";
    /** The sections that are left out by default, since they are long. */
    private static final Set<Section> LONG = EnumSet.of(Section.COMMANDSTATS, Section.LATENCYSTATS);

    private final Map<Section, Consumer<Facts>> sections = new EnumMap<>(Section.class);

    /** Adds fields to a section, after those it has. */
    public Info section(Section section, Consumer<Facts> facts) {
        sections.merge(section, facts, Consumer::andThen);
        return this;
    }

    /**
     * The text of some sections.
     *
     * @param wanted names of sections in lower case, {@code all}, {@code everything} or {@code default}; empty for the
     *     default
     */
    public String text(Set<String> wanted) {
        boolean all = wanted.stream().anyMatch(ALL::contains);
        boolean usual = wanted.isEmpty() || wanted.contains(DEFAULT);
        StringBuilder text = new StringBuilder();
        sections.forEach((section, facts) -> {
            if (all || usual && !LONG.contains(section) || wanted.contains(section.wanted())) {
                text.append(text.isEmpty() ? "" : "\r\n")
                        .append("# ")
                        .append(section.title)
                        .append("\r\n");
                facts.accept((field, value) ->
                        text.append(field).append(':').append(value).append("\r\n"));
            }
        });
        return text.toString();
    }
}
