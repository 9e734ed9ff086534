package dev.miniredis.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

class PendingWritesTest {
    /** The same as a plain map from each hash to the lsn of its last change. */
    private static final class Twin {
        final PendingWrites pendingWrites = new PendingWrites();
        final Map<Long, Long> lastChanges = new HashMap<>();
        long lsn;
        long durable;

        /** A unit of work: looks at some keys, changes some, looks again. */
        void unit(List<Long> looks, List<Long> changes) {
            pendingWrites.begin(lsn + 1);
            long shown = 0;
            for (long hash : looks) {
                pendingWrites.lookAt(hash);
                shown = Math.max(shown, unsettledLsn(hash));
                assertThat(pendingWrites.shown()).isEqualTo(shown);
            }
            for (long hash : changes) {
                pendingWrites.change(hash);
                lastChanges.put(hash, lsn + 1);
                shown = lsn + 1;
                assertThat(pendingWrites.shown()).isEqualTo(shown);
            }
            for (long hash : looks) {
                pendingWrites.lookAt(hash);
                shown = Math.max(shown, unsettledLsn(hash));
            }
            assertThat(pendingWrites.shown()).isEqualTo(shown);
            assertThat(pendingWrites.hasChanged()).isEqualTo(!changes.isEmpty());
            lsn += changes.isEmpty() ? 0 : 1;
        }

        private long unsettledLsn(long hash) {
            long last = lastChanges.getOrDefault(hash, 0L);
            return last > durable ? last : 0;
        }

        /** The disk has all but the last so many entries; it never has less than before. */
        void durable(long behind) {
            durable = Math.max(durable, lsn - behind);
            pendingWrites.durable(durable);
        }
    }

    record Unit(List<Long> looks, List<Long> changes, int behind) {}

    @Provide
    Arbitrary<List<Unit>> units() {
        Arbitrary<Long> hashes = Arbitraries.oneOf(
                Arbitraries.longs().between(0, 5), // all of them at the same place
                Arbitraries.longs().between(0, 5).map(i -> i << 20 | i),
                Arbitraries.of(-1L, Long.MIN_VALUE, 1023L << 20, 1022L << 20, 1023L << 20 | 1));
        return Combinators.combine(
                        hashes.list().ofMaxSize(3),
                        hashes.list().ofMaxSize(3),
                        Arbitraries.integers().between(0, 8))
                .as(Unit::new)
                .list()
                .ofMaxSize(60);
    }

    @Property(tries = 1000, edgeCases = EdgeCasesMode.NONE)
    void shows_the_newest_unsettled_change_of_what_was_looked_at(@ForAll("units") List<Unit> units) {
        Twin twin = new Twin();
        for (Unit unit : units) {
            twin.unit(unit.looks(), unit.changes());
            twin.durable(unit.behind());
        }
    }

    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void stays_right_however_often_it_is_rebuilt(@ForAll long seed) {
        Random random = new Random(seed);
        Twin twin = new Twin();
        int keys = 1 << 1 + random.nextInt(13);
        int slowness = 1 << 1 + random.nextInt(12);
        boolean crowded = random.nextBoolean(); // hashes that begin alike, whose places are neighbours
        for (int i = 0; i < 20_000; i++) {
            List<Long> looks = List.of(hash(random, keys, crowded), hash(random, keys, crowded));
            twin.unit(looks, random.nextInt(3) == 0 ? List.of() : List.of(hash(random, keys, crowded)));
            if (random.nextInt(slowness) == 0) {
                twin.durable(random.nextInt(slowness));
            }
        }
        twin.durable(0);
        for (int key = 0; key < keys; key++) {
            twin.unit(List.of(hash(key, crowded)), List.of());
            assertThat(twin.pendingWrites.shown()).isZero();
        }
    }

    private static long hash(Random random, int keys, boolean crowded) {
        return hash(random.nextInt(keys), crowded);
    }

    private static long hash(int key, boolean crowded) {
        return crowded ? key * 0x100001L : key * 0x9e3779b97f4a7c15L;
    }

    @Test
    void during_recovery_nothing_is_unsettled() {
        PendingWrites pendingWrites = new PendingWrites();
        pendingWrites.durable(Long.MAX_VALUE);
        pendingWrites.begin(1);
        pendingWrites.change(7);
        assertThat(pendingWrites.hasChanged()).isTrue();
        assertThat(pendingWrites.shown()).isZero();
        pendingWrites.durable(0);
        pendingWrites.begin(2);
        pendingWrites.lookAt(7);
        assertThat(pendingWrites.shown()).isZero();
    }

    @Test
    void looking_at_an_lsn_counts_while_it_is_unsettled() {
        PendingWrites pendingWrites = new PendingWrites();
        pendingWrites.begin(5);
        assertThat(pendingWrites.change()).isEqualTo(5);
        assertThat(pendingWrites.shown()).isEqualTo(5);
        pendingWrites.begin(6);
        pendingWrites.look(5);
        assertThat(pendingWrites.shown()).isEqualTo(5);
        pendingWrites.durable(5);
        pendingWrites.begin(6);
        pendingWrites.look(5);
        assertThat(pendingWrites.shown()).isZero();
        assertThat(pendingWrites.hasChanged()).isFalse();
    }
}
