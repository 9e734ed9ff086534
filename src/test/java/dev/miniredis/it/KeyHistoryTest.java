package dev.miniredis.it;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** That the crash tests would notice what they are there for. */
class KeyHistoryTest {
    private static final long BASE = 1000;

    private final KeyHistory history = new KeyHistory("k", null, BASE, 2);
    private final List<Long> sets = new ArrayList<>();
    private final List<Long> deletes = new ArrayList<>();

    /** Sends operations until there are two sets with a delete between them, and a set before and after these. */
    private void send() {
        while (sets.size() < 2 || deletes.isEmpty() || sets.getLast() < deletes.getLast()) {
            long number = history.next();
            if (history.command(number)[0].equals("SET")) {
                sets.add(number);
            } else if (!sets.isEmpty()) {
                deletes.add(number);
            }
        }
    }

    private String first() {
        return Long.toString(sets.getFirst());
    }

    private String last() {
        return Long.toString(sets.getLast());
    }

    @Test
    void whatever_was_sent_may_be_there_or_not() {
        send();
        assertThatCode(() -> history.check(null)).doesNotThrowAnyException();
        for (long set : sets) {
            assertThatCode(() -> history.check(Long.toString(set))).doesNotThrowAnyException();
        }
    }

    @Test
    void what_was_never_sent_must_not_be_there() {
        send();
        assertThatThrownBy(() -> history.check("1")).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> history.check(Long.toString(sets.getLast() + 100)))
                .isInstanceOf(AssertionError.class);
    }

    @Test
    void an_acknowledged_set_must_be_there() {
        send();
        history.acknowledge(sets.getLast());
        assertThatCode(() -> history.check(last())).doesNotThrowAnyException();
        assertThatThrownBy(() -> history.check(first())).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> history.check(null)).isInstanceOf(AssertionError.class);
    }

    @Test
    void an_acknowledged_delete_must_have_happened() {
        send();
        history.acknowledge(deletes.getLast());
        assertThatCode(() -> history.check(null)).doesNotThrowAnyException();
        assertThatCode(() -> history.check(last())).doesNotThrowAnyException();
        assertThatThrownBy(() -> history.check(first())).isInstanceOf(AssertionError.class);
    }

    @Test
    void a_value_that_was_seen_must_not_be_taken_back() {
        send();
        history.sawValue(1, BASE, last());
        assertThatCode(() -> history.check(last())).doesNotThrowAnyException();
        assertThatThrownBy(() -> history.check(first())).isInstanceOf(AssertionError.class);
        assertThatThrownBy(() -> history.check(null)).isInstanceOf(AssertionError.class);
    }

    @Test
    void a_deletion_that_was_seen_must_not_be_taken_back() {
        send();
        history.sawExistence(0, BASE, true);
        history.sawExistence(0, BASE, false);
        assertThatCode(() -> history.check(null)).doesNotThrowAnyException();
        assertThatThrownBy(() -> history.check(first())).isInstanceOf(AssertionError.class);
    }

    @Test
    void a_reader_must_not_go_back_in_time() {
        send();
        history.sawValue(0, BASE, last());
        assertThatThrownBy(() -> history.sawValue(0, BASE, first())).isInstanceOf(AssertionError.class);
        assertThatCode(() -> history.sawValue(1, BASE, first())).doesNotThrowAnyException();
        assertThatThrownBy(() -> history.sawValue(1, sets.getLast(), first())).isInstanceOf(AssertionError.class);
    }

    @Test
    void what_was_there_before_stays_until_something_happens() {
        KeyHistory found = new KeyHistory("k", "7", BASE, 1);
        assertThatCode(() -> found.check("7")).doesNotThrowAnyException();
        assertThatThrownBy(() -> found.check(null)).isInstanceOf(AssertionError.class);
        found.acknowledge(found.next());
        assertThatThrownBy(() -> found.check("7")).isInstanceOf(AssertionError.class);
    }
}
