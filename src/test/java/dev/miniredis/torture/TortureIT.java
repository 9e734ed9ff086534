package dev.miniredis.torture;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** The promise, two hundred kills long. */
class TortureIT {
    private static final int KILLS = 200;

    @Test
    void no_kill_takes_back_what_was_acknowledged_or_seen() throws Exception {
        long seed = Long.getLong("torture.seed", System.nanoTime() % 1_000_000_000);
        List<Tally> tallies = Torture.run(Integer.getInteger("torture.kills", KILLS), seed, false);
        tallies.forEach(System.out::println);
        assertThat(tallies).allSatisfy(tally -> {
            assertThat(tally.kills(Moment.RECOVERY)).isPositive();
            assertThat(tally.inCompaction()).isPositive();
        });
    }
}
