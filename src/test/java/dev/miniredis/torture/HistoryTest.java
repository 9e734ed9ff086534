package dev.miniredis.torture;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.miniredis.torture.Held.Found;
import dev.miniredis.torture.History.Effect;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** That the torture would notice what it is there for. */
class HistoryTest {
    private static final Place A = new Place(0, "a");
    private static final Place B = new Place(1, "b");

    private final History history = new History();

    private long set(Place place, String value) {
        return history.step(List.of(new Effect(place, value == null ? null : new Held(value, Held.NEVER))));
    }

    /** Place, value, place, value, …. */
    private static Map<Place, Found> found(Object... pairs) {
        Map<Place, Found> found = new HashMap<>();
        for (int i = 0; i < pairs.length; i += 2) {
            found.put((Place) pairs[i], new Found((String) pairs[i + 1], -1, 0));
        }
        return found;
    }

    private void assertAccepted(Object... pairs) {
        assertThatCode(() -> history.check(found(pairs), false)).doesNotThrowAnyException();
    }

    private void assertRejected(Object... pairs) {
        assertThatThrownBy(() -> history.check(found(pairs), false)).isInstanceOf(AssertionError.class);
    }

    private void saw(Place place, String value) {
        history.saw(place, history.settled(), value, held -> Held.mayAnswer(held, value));
    }

    @Test
    void what_was_not_answered_may_be_there_or_not() {
        set(A, "1");
        set(B, "2");
        assertAccepted();
    }

    @Test
    void what_was_not_answered_may_be_there_up_to_some_step() {
        set(A, "1");
        set(B, "2");
        assertAccepted(A, "1");
    }

    @Test
    void a_later_step_is_not_there_without_an_earlier_one() {
        set(A, "1");
        set(B, "2");
        assertRejected(B, "2");
    }

    @Test
    void what_was_acknowledged_is_not_lost() {
        history.acknowledged(set(A, "1"));
        assertRejected();
    }

    @Test
    void an_older_value_is_a_loss() {
        set(A, "1");
        history.acknowledged(set(A, "2"));
        assertRejected(A, "1");
    }

    @Test
    void a_deleted_key_does_not_come_back() {
        set(A, "1");
        history.acknowledged(set(A, null));
        assertRejected(A, "1");
    }

    @Test
    void what_was_never_sent_is_not_there() {
        history.acknowledged(set(A, "1"));
        assertRejected(A, "1", B, "2");
    }

    @Test
    void what_a_reader_saw_is_not_taken_back_though_it_was_not_acknowledged() {
        set(B, "0");
        set(A, "1");
        saw(A, "1");
        assertRejected(B, "0");
    }

    @Test
    void what_a_reader_did_not_find_any_more_does_not_come_back() {
        history.acknowledged(set(A, "1"));
        set(A, null);
        saw(A, null);
        assertRejected(A, "1");
    }

    @Test
    void a_reader_does_not_see_what_was_overwritten() {
        set(A, "1");
        history.acknowledged(set(A, "2"));
        assertThatThrownBy(() -> saw(A, "1"))
                .isInstanceOf(AssertionError.class)
                .hasMessageContaining("database 0, key a")
                .hasMessageContaining("1=1, 2=2");
    }

    @Test
    void one_who_saw_something_does_not_see_less_later() {
        set(A, "1");
        set(B, "2");
        saw(B, "2");
        assertThatThrownBy(() -> saw(A, null)).isInstanceOf(AssertionError.class);
    }

    @Test
    void a_deadline_is_part_of_the_value() {
        history.acknowledged(history.step(List.of(new Effect(A, new Held("1", 4_000_000_000L)))));
        assertRejected(A, "1");
        assertThatCode(() -> history.check(Map.of(A, new Found("1", 1000, 3_999_999_000L)), false))
                .doesNotThrowAnyException();
    }

    @Test
    void a_brief_key_may_be_gone_but_does_not_come_back_after_its_time() {
        history.acknowledged(history.step(List.of(new Effect(A, new Held("1", Held.BRIEF)))));
        assertThatThrownBy(() -> history.check(found(A, "1"), true)).isInstanceOf(AssertionError.class);
        assertAccepted();
    }

    @Test
    void what_was_found_is_what_must_be_found_again() {
        set(A, "1");
        set(B, "2");
        assertAccepted(A, "1");
        assertThat(history.now(B)).isNull();
        assertRejected();
        assertAccepted(A, "1");
    }
}
