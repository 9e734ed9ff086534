package dev.miniredis.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;

/** A scan misses no key that is there from its beginning to its end, whatever happens to the others. */
class ScanTest {
    private static final long NOW = 1_763_834_101_000L;
    /** A cursor is a hash without its lowest seven bits. */
    private static final long CURSOR_MASK = -1L >>> 7;
    /** How many keys a call may answer above its count: those whose places are in one group of slots. */
    private static final int MAX_ABOVE_COUNT = 64;

    /** A keyspace, what should be in it, and a scan under way. */
    private static final class Scanned {
        final Keyspace keyspace;
        final Map<String, Long> deadlines = new HashMap<>();
        final Set<String> there = new HashSet<>(); // since the scan began
        final Set<String> seen = new HashSet<>();
        long now = NOW;
        long cursor;

        Scanned(long seed) {
            PendingWrites pendingWrites = new PendingWrites();
            pendingWrites.durable(Long.MAX_VALUE);
            keyspace = new Keyspace(
                    0,
                    seed,
                    new MemoryAccount(12),
                    new Access(new SplittableRandom(seed)),
                    pendingWrites,
                    new OpenValues(),
                    KeyListener.NONE);
        }

        void put(String key, long deadline) {
            byte[] bytes = bytes(key);
            keyspace.put(hash(bytes), bytes, 0, bytes.length, bytes, 0, bytes.length, deadline);
            deadlines.put(key, deadline);
        }

        void remove(String key) {
            byte[] bytes = bytes(key);
            keyspace.remove(hash(bytes), bytes, 0, bytes.length);
            deadlines.remove(key);
            there.remove(key);
        }

        void clear() {
            keyspace.clear();
            deadlines.clear();
            there.clear();
        }

        void pass(long millis) {
            now += millis;
            for (int steps = keyspace.expireSome(now); steps > 1; steps--) {
                keyspace.expireSome(now);
            }
            deadlines.values().removeIf(deadline -> Keyspace.isOver(deadline, now));
            there.retainAll(deadlines.keySet());
        }

        void begin() {
            cursor = 0;
            seen.clear();
            there.clear();
            there.addAll(deadlines.keySet());
        }

        /** One call; whether it was the last. */
        boolean step(int count) {
            int[] answered = {0};
            long before = cursor;
            cursor = keyspace.scan(cursor, count, now, entry -> {
                String key = EntryText.key(entry);
                assertThat(deadlines).as("keys that are there").containsKey(key);
                assertThat(Keyspace.isOver(deadlines.get(key), now)).as(key).isFalse();
                seen.add(key);
                answered[0]++;
            });
            assertThat((long) answered[0]).isLessThanOrEqualTo((long) count + MAX_ABOVE_COUNT);
            assertThat(cursor == 0 || Long.compareUnsigned(cursor, before) > 0)
                    .as("from %d on to %d", before, cursor)
                    .isTrue();
            return cursor == 0;
        }

        private long hash(byte[] key) {
            return keyspace.hash(key, 0, key.length);
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void what_is_there_throughout_is_seen_whatever_happens_to_the_rest(@ForAll long seed) {
        Random random = new Random(seed);
        Scanned scanned = new Scanned(seed);
        int keys = 1 << 1 + random.nextInt(14);
        change(scanned, random, keys, random.nextInt(keys));
        for (int scan = 0; scan < 5; scan++) {
            scanned.begin();
            int changing = random.nextInt(50); // afterwards the scan comes to its end undisturbed
            int steps = 0;
            while (!scanned.step(1 + random.nextInt(200))) {
                if (steps++ < changing) {
                    change(scanned, random, keys, random.nextInt(keys) / 4);
                }
            }
            assertThat(scanned.seen).containsAll(scanned.there);
        }
    }

    /** Things happen to some keys: mostly they come, mostly they go, or all go at once. */
    private static void change(Scanned scanned, Random random, int keys, int times) {
        int growth = random.nextInt(10);
        if (random.nextInt(40) == 0) {
            scanned.clear();
        }
        for (int i = 0; i < times; i++) {
            String key = "k" + random.nextInt(keys);
            if (random.nextInt(10) < growth) {
                scanned.put(key, random.nextInt(8) == 0 ? scanned.now + 1 + random.nextInt(5) : Keyspace.NEVER);
            } else {
                scanned.remove(key);
            }
        }
        if (random.nextInt(4) == 0) {
            scanned.pass(1);
        }
    }

    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void a_table_that_stands_still_is_walked_once(@ForAll long seed) {
        Random random = new Random(seed);
        Scanned scanned = new Scanned(seed);
        int keys = random.nextInt(20_000);
        for (int i = 0; i < keys; i++) {
            scanned.put("k" + i, Keyspace.NEVER);
        }
        for (int i = 0; i < keys; i++) {
            if (random.nextInt(4) == 0) {
                scanned.remove("k" + random.nextInt(keys));
            }
        }
        List<String> seen = new ArrayList<>();
        long cursor = 0;
        do {
            cursor = scanned.keyspace.scan(
                    cursor, 1 + random.nextInt(1000), NOW, entry -> seen.add(EntryText.key(entry)));
        } while (cursor != 0);
        assertThat(seen).doesNotHaveDuplicates();
        assertThat(new HashSet<>(seen)).isEqualTo(scanned.deadlines.keySet());
    }

    @Property(tries = 200, shrinking = ShrinkingMode.OFF)
    void from_any_cursor_a_scan_goes_forward_and_ends(@ForAll long seed, @ForAll long anyCursor) {
        Random random = new Random(seed);
        Scanned scanned = new Scanned(seed);
        int keys = random.nextInt(5) == 0 ? random.nextInt(20_000) : random.nextInt(100);
        for (int i = 0; i < keys; i++) {
            scanned.put("k" + i, Keyspace.NEVER);
        }
        long cursor = anyCursor;
        int steps = 0;
        do {
            long next = scanned.keyspace.scan(cursor, 1, NOW, entry -> {});
            assertThat(next == 0 || next > (cursor & CURSOR_MASK)).isTrue();
            assertThat(++steps).isLessThan(keys + 1000);
            cursor = next;
        } while (cursor != 0);
    }

    @Test
    void a_scan_that_began_small_ends_in_a_table_that_has_grown_a_thousandfold() {
        Scanned scanned = new Scanned(1);
        for (int i = 0; i < 100; i++) {
            scanned.put("old" + i, Keyspace.NEVER);
        }
        scanned.begin();
        assertThat(scanned.step(10)).isFalse();
        for (int i = 0; i < 100_000; i++) {
            scanned.put("new" + i, Keyspace.NEVER);
        }
        while (!scanned.step(1000)) {
            assertThat(scanned.seen.size()).isLessThanOrEqualTo(scanned.deadlines.size());
        }
        assertThat(scanned.seen).containsAll(scanned.there);
    }

    @Test
    void a_count_of_one_looks_at_one_group_and_a_count_above_all_at_everything() {
        Scanned scanned = new Scanned(2);
        for (int i = 0; i < 5000; i++) {
            scanned.put("k" + i, Keyspace.NEVER);
        }
        scanned.begin();
        scanned.step(1);
        assertThat(scanned.seen).hasSizeLessThan(MAX_ABOVE_COUNT);
        scanned.begin();
        assertThat(scanned.step(Integer.MAX_VALUE - MAX_ABOVE_COUNT)).isTrue();
        assertThat(scanned.seen).hasSize(5000);
    }

    @Test
    void what_has_expired_is_not_shown_though_it_is_still_there() {
        Scanned scanned = new Scanned(3);
        for (int i = 0; i < 100; i++) {
            scanned.put("k" + i, i % 2 == 0 ? NOW : NOW + 1);
        }
        scanned.begin();
        assertThat(scanned.step(10_000)).isTrue();
        assertThat(scanned.seen).hasSize(50).allMatch(key -> Integer.parseInt(key.substring(1)) % 2 == 1);
        assertThat(scanned.keyspace.size()).isEqualTo(100);
    }
}
