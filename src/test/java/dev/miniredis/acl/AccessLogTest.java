package dev.miniredis.acl;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class AccessLogTest {
    private static final long START = 1_000_000;

    private final AccessLog log = new AccessLog();

    private void deny(String object, long millis) {
        log.add(Denial.KEY, false, object, "ann", "id=1 at " + millis, START + millis, millis);
    }

    @Test
    void the_same_again_within_a_minute_is_counted_with_the_first() {
        deny("a", 0);
        deny("b", 1);
        deny("a", 60_000);
        assertThat(log.newest(10)).extracting(AccessLog.Entry::object).containsExactly("a", "b");
        AccessLog.Entry first = log.newest(1).getFirst();
        assertThat(first.count()).isEqualTo(2);
        assertThat(first.id()).isZero();
        assertThat(first.createdMillis()).isEqualTo(START);
        assertThat(first.updatedMillis()).isEqualTo(START + 60_000);
        assertThat(first.client()).isEqualTo("id=1 at 60000");

        deny("a", 120_001);
        assertThat(log.newest(10)).extracting(AccessLog.Entry::count).containsExactly(1L, 2L, 1L);
        assertThat(log.newest(1).getFirst().id()).isEqualTo(2);
        assertThat(log.denials(Denial.KEY)).isEqualTo(4);
        assertThat(log.denials(Denial.COMMAND)).isZero();
    }

    @Test
    void of_a_long_text_the_beginning_is_kept() {
        deny("k".repeat(1024), 0);
        deny("k".repeat(2000), 0);
        assertThat(log.newest(10))
                .extracting(AccessLog.Entry::object)
                .containsExactly("k".repeat(1024) + "... (976 more bytes)", "k".repeat(1024));
    }

    @Test
    void the_oldest_entries_go_when_there_are_too_many() {
        log.maxEntries(2);
        deny("a", 0);
        deny("b", 0);
        deny("c", 0);
        assertThat(log.newest(10)).extracting(AccessLog.Entry::object).containsExactly("c", "b");
        log.clear();
        assertThat(log.newest(10)).isEmpty();
        assertThat(log.denials(Denial.KEY)).isEqualTo(3);
    }
}
