package dev.miniredis.notice;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class OutOfMemoryTest {
    @Test
    void a_cause_counts_and_other_failures_do_not() {
        assertThat(OutOfMemory.isCause(new OutOfMemoryError())).isTrue();
        assertThat(OutOfMemory.isCause(new IllegalStateException(new OutOfMemoryError("Java heap space"))))
                .isTrue();
        assertThat(OutOfMemory.isCause(new StackOverflowError())).isFalse();
        assertThat(OutOfMemory.isCause(null)).isFalse();
    }

    @Test
    void the_advice_is_about_what_has_ended() {
        assertThat(OutOfMemory.advice(new OutOfMemoryError("Java heap space"))).contains("-Xmx", "maxmemory-clients");
        assertThat(OutOfMemory.advice(new OutOfMemoryError("Cannot reserve 4096 bytes of direct buffer memory")))
                .contains("-XX:MaxDirectMemorySize");
        assertThat(OutOfMemory.advice(new OutOfMemoryError("unable to create native thread: possibly out of memory")))
                .contains("ulimit -u");
    }

    @Test
    void something_large_that_did_not_fit_ends_nothing() {
        OutOfMemory.endUnlessRoom(new OutOfMemoryError("Java heap space"));
        OutOfMemory.endIfCause(new IllegalStateException());
        assertThat(OutOfMemory.hasRoom()).isTrue();
    }
}
