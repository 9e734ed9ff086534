package dev.miniredis.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class GateTest {
    private final Gate gate = new Gate();
    private final List<String> released = new ArrayList<>();

    private void await(String name, long needed) {
        gate.await(durable -> {
            released.add(name + "@" + durable);
            return durable < needed;
        });
    }

    @Test
    void lets_go_in_the_order_of_arrival_and_keeps_who_still_waits() {
        await("a", 3);
        await("b", 1);
        await("c", 2);
        gate.open(1);
        assertThat(released).containsExactly("a@1", "b@1", "c@1");
        assertThat(gate.waiting()).isEqualTo(2);

        released.clear();
        await("d", 2);
        gate.open(2);
        assertThat(released).containsExactly("a@2", "c@2", "d@2");
        assertThat(gate.waiting()).isOne();

        released.clear();
        gate.open(9);
        gate.open(10);
        assertThat(released).containsExactly("a@9");
        assertThat(gate.waiting()).isZero();
    }

    @Test
    void who_comes_while_it_is_open_waits_for_the_next_time() {
        gate.await(durable -> {
            await("late", 5);
            return false;
        });
        gate.open(1);
        assertThat(gate.waiting()).isOne();
        gate.open(5);
        assertThat(gate.waiting()).isZero();
        assertThat(released).last().isEqualTo("late@5");
    }
}
