package dev.miniredis.stats;

import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The sections of {@code INFO}. Each part of the server adds its facts once; they are computed when they are asked for.
 * Sections come in the order in which Redis tells them.
 */
public final class Info {
    /** The sections, in the order in which Redis tells them. */
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

    /** Takes the facts of a section, a field and its value at a time. */
    @FunctionalInterface
    public interface Facts {
        void add(String field, Object value);

        /** Adds counts of what there is none of here, as a server tells them where it does not happen either. */
        default void zeros(String... fields) {
            for (String field : fields) {
                add(field, 0);
            }
        }
    }

    private static final Set<String> ALL = Set.of("all", "everything");
    private static final String DEFAULT = "default";
    /** Those that are told only when they are asked for, since they are long. */
    private static final Set<Section> LONG = EnumSet.of(Section.COMMANDSTATS, Section.LATENCYSTATS);

    private final Map<Section, Consumer<Facts>> sections = new EnumMap<>(Section.class);

    /** Adds facts to a section, after those it has. */
    public Info section(Section section, Consumer<Facts> facts) {
        sections.merge(section, facts, Consumer::andThen);
        return this;
    }

    /**
     * The text of some sections.
     *
     * @param wanted section names in lower case, {@code all}, {@code everything} or {@code default}, which is meant
     *     when empty
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
