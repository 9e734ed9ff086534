package dev.miniredis.torture;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** That the torture would notice what it is there for, in keys with several writers. */
class ContestTest {
    private static final String KEY = "k";

    private final Contest contest = new Contest(List.of(KEY));
    private Contest.Write first;

    @BeforeEach
    void write() {
        first = contest.sends(KEY, "1");
    }

    private Contest.Write answered(String value) {
        Contest.Write write = contest.sends(KEY, value);
        contest.answered(KEY, write);
        return write;
    }

    private void assertAccepted(String found) {
        Map<String, String> state = found == null ? Map.of() : Map.of(KEY, found);
        assertThatCode(() -> contest.check(state)).doesNotThrowAnyException();
    }

    private void assertRejected(String found) {
        Map<String, String> state = found == null ? Map.of() : Map.of(KEY, found);
        assertThatThrownBy(() -> contest.check(state)).isInstanceOf(AssertionError.class);
    }

    @Test
    void what_was_not_answered_may_be_there_or_not() {
        assertAccepted(null);
        write();
        assertAccepted("1");
    }

    @Test
    void either_of_two_writes_at_once_may_be_the_last() {
        answered("2");
        contest.answered(KEY, first);
        assertAccepted("1");
    }

    @Test
    void what_was_answered_before_another_was_sent_is_not_the_last() {
        contest.answered(KEY, first);
        answered("2");
        assertRejected("1");
    }

    @Test
    void what_was_acknowledged_is_not_lost() {
        contest.answered(KEY, first);
        assertRejected(null);
    }

    @Test
    void a_deleted_key_does_not_come_back() {
        contest.answered(KEY, first);
        answered(null);
        assertRejected("1");
    }

    @Test
    void what_was_seen_is_not_taken_back_though_it_was_not_acknowledged() {
        contest.saw(KEY, "1", contest.known(KEY));
        assertRejected(null);
    }

    @Test
    void what_was_never_written_is_not_there() {
        assertRejected("2");
    }
}
