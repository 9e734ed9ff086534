package dev.miniredis.notice;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.docs.GeneratedText;
import java.io.IOException;
import java.lang.System.Logger.Level;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the server tells of itself, and docs/logging.md, which lists it. */
class NoticeTest {
    /** What Quarkus calls its own fields of a line. */
    private static final Set<String> TAKEN = Set.of(
            "timestamp",
            "sequence",
            "loggerClassName",
            "loggerName",
            "level",
            "message",
            "threadName",
            "threadId",
            "mdc",
            "ndc",
            "hostName",
            "processName",
            "processId",
            "exception",
            "stackTrace",
            "event");

    @Test
    void the_documented_events_are_those_in_the_code() throws IOException {
        GeneratedText.in("docs/logging.md", "events").assertIs(table());
    }

    private static String table() {
        return Stream.of(Notice.values())
                .map(notice -> "| `%s` | %s | %s | %s |%n"
                        .formatted(notice.event(), level(notice), notice.text(), besides(notice)))
                .collect(Collectors.joining("", "| event | level | sentence | besides |\n|---|---|---|---|\n", ""));
    }

    /** As the log calls it. */
    private static String level(Notice notice) {
        return notice.level() == Level.WARNING ? "WARN" : notice.level().toString();
    }

    private static String besides(Notice notice) {
        return notice.fields().stream()
                .filter(field -> !notice.text().contains("{" + field + "}"))
                .map(field -> "`" + field + "`")
                .collect(Collectors.joining(", "));
    }

    @Test
    void names_are_unique_and_no_field_hides_another() {
        assertThat(Stream.of(Notice.values()).map(Notice::event)).doesNotHaveDuplicates();
        assertThat(Notice.values()).allSatisfy(notice -> {
            assertThat(notice.event()).matches("[a-z]+(-[a-z]+)*\\.[a-z]+(-[a-z]+)*");
            assertThat(notice.fields()).doesNotHaveDuplicates().doesNotContainAnyElementsOf(TAKEN);
        });
    }

    @Test
    void what_is_told_is_a_sentence_and_its_figures() {
        NoticeRecord record = new NoticeRecord(Notice.COMPACTION_DONE, 3, 1000L, 7L, 12L);

        assertThat(record.sentence())
                .isEqualTo("A base of 3 keys, 1000 bytes, stands for the log up to entry 7 (12 ms).");
        assertThat(record.fields())
                .containsExactly(
                        Map.entry("event", "compaction.done"),
                        Map.entry("keys", 3),
                        Map.entry("bytes", 1000L),
                        Map.entry("lsn", 7L),
                        Map.entry("millis", 12L));
    }

    @Test
    void what_is_empty_is_no_field_and_what_looks_like_a_pattern_is_none() {
        NoticeRecord record = new NoticeRecord(Notice.CLIENT_REFUSED, "$1 {reason}", "it's \\ late", "", 0);

        assertThat(record.sentence()).isEqualTo("Client $1 {reason} is cut off: it's \\ late.");
        assertThat(record.fields().keySet()).containsExactlyElementsOf(List.of("event", "client", "reason", "others"));
    }

    @Test
    void levels_are_those_that_people_filter_by() {
        assertThat(Stream.of(Notice.values()).map(Notice::level).distinct())
                .isSubsetOf(Level.DEBUG, Level.INFO, Level.WARNING, Level.ERROR);
    }
}
