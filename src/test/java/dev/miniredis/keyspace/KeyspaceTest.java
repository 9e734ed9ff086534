package dev.miniredis.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.EdgeCasesMode;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyspaceTest {
    private static final int HEADER_BYTES = 12;
    private static final long NOW = 1_763_834_101_000L;

    /** A string with its deadline. */
    record Held(String value, long deadline) {}

    /** A keyspace beside a plain map that is told the same; every answer is compared. */
    static final class Twin {
        final Keyspace keyspace;
        final Map<String, Held> model = new HashMap<>();
        long now = NOW;
        long expired;

        Twin(long seed) {
            PendingWrites pendingWrites = new PendingWrites();
            pendingWrites.durable(Long.MAX_VALUE);
            keyspace = new Keyspace(
                    0,
                    seed,
                    new MemoryAccount(HEADER_BYTES),
                    new Access(new SplittableRandom(seed)),
                    pendingWrites,
                    new OpenValues(),
                    KeyListener.NONE);
        }

        void put(String key, String value, long deadline) {
            byte[] k = bytes("<" + key + ">");
            byte[] v = bytes("<" + value + ">");
            keyspace.put(hash(key), k, 1, k.length - 2, v, 1, v.length - 2, deadline);
            model.put(key, new Held(value, deadline));
        }

        void remove(String key) {
            byte[] k = bytes("<" + key + ">");
            assertThat(keyspace.remove(hash(key), k, 1, k.length - 2)).isEqualTo(model.remove(key) != null);
        }

        void find(String key) {
            byte[] k = bytes("<" + key + ">");
            Entry entry = keyspace.find(hash(key), k, 1, k.length - 2, now, new Entry());
            if (isExpired(model.get(key))) {
                model.remove(key);
                expired++;
            }
            Held held = model.get(key);
            if (held == null) {
                assertThat(entry).as(key).isNull();
            } else {
                assertThat(EntryText.key(entry)).isEqualTo(key);
                assertThat(EntryText.value(entry)).isEqualTo(held.value());
                assertThat(entry.deadline()).isEqualTo(held.deadline());
            }
        }

        void clear() {
            keyspace.clear();
            model.clear();
        }

        /** Expiry goes once round; then nothing that has expired is left. */
        void expire() {
            int steps = keyspace.expireSome(now);
            for (int step = 1; step < steps; step++) {
                keyspace.expireSome(now);
            }
            int had = model.size();
            model.values().removeIf(this::isExpired);
            expired += had - model.size();
        }

        private boolean isExpired(Held held) {
            return held != null && Keyspace.isOver(held.deadline(), now);
        }

        private long hash(String key) {
            byte[] bytes = bytes(key);
            return keyspace.hash(bytes, 0, bytes.length);
        }

        void assertSame() {
            assertThat(keyspace.size()).isEqualTo(model.size());
            assertThat(keyspace.expiring()).isEqualTo((int) model.values().stream()
                    .filter(held -> held.deadline() != Keyspace.NEVER)
                    .count());
            assertThat(keyspace.expiredKeys()).isEqualTo(expired);
            Map<String, Held> seen = new HashMap<>();
            keyspace.forEach(now, entry -> {
                Held before = seen.put(EntryText.key(entry), new Held(EntryText.value(entry), entry.deadline()));
                assertThat(before).as("seen twice: " + EntryText.key(entry)).isNull();
            });
            Map<String, Held> alive = new HashMap<>(model);
            alive.values().removeIf(this::isExpired);
            assertThat(seen).isEqualTo(alive);
            assertThat(keyspace.memoryBytes()).isGreaterThanOrEqualTo(entryBytes());
        }

        /** What the entries alone take, as their layout says. */
        long entryBytes() {
            long bytes = 0;
            for (Map.Entry<String, Held> entry : model.entrySet()) {
                int length = entry.getKey().length() + entry.getValue().value().length();
                length += entry.getKey().length() > 255 ? 5 : 2;
                length += entry.getValue().deadline() == Keyspace.NEVER ? 0 : 8;
                bytes += HEADER_BYTES + length + 7 & -8;
            }
            return bytes;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    /** Something done to a keyspace. */
    record Action(int kind, int key, int value, int millis) {
        void run(Twin twin) {
            String name = "k" + key;
            switch (kind) {
                case 0, 1, 2 -> twin.put(name, "v".repeat(value), Keyspace.NEVER);
                case 3 -> twin.put(name, "v" + value, twin.now + millis);
                case 4, 5 -> twin.remove(name);
                case 6 -> twin.find(name);
                case 7 -> twin.now += millis;
                case 8 -> twin.expire();
                default -> {
                    if (value == 0) {
                        twin.clear();
                    }
                }
            }
        }
    }

    @Provide
    Arbitrary<List<Action>> actions() {
        return Combinators.combine(
                        Arbitraries.integers().between(0, 9),
                        Arbitraries.integers().between(0, 40),
                        Arbitraries.integers().between(0, 20),
                        Arbitraries.integers().between(-5, 50))
                .as(Action::new)
                .list()
                .ofMaxSize(300);
    }

    @Property(tries = 300, edgeCases = EdgeCasesMode.NONE)
    void does_what_a_map_does(@ForAll("actions") List<Action> actions, @ForAll long seed) {
        Twin twin = new Twin(seed);
        for (Action action : actions) {
            action.run(twin);
        }
        twin.assertSame();
        for (int key = 0; key <= 40; key++) {
            twin.find("k" + key);
        }
        twin.assertSame();
    }

    @Property(tries = 10, shrinking = ShrinkingMode.OFF)
    void does_what_a_map_does_with_many_keys(@ForAll long seed) {
        Random random = new Random(seed);
        Twin twin = new Twin(seed);
        int keys = 1 << 1 + random.nextInt(13);
        for (int i = 0; i < 30_000; i++) {
            int kind = random.nextInt(1000) == 0 ? 8 : random.nextInt(8);
            new Action(kind, random.nextInt(keys), random.nextInt(20), random.nextInt(keys)).run(twin);
        }
        twin.assertSame();
    }

    @Test
    void two_hundred_thousand_keys_come_and_go() {
        Twin twin = new Twin(1);
        long empty = twin.keyspace.memoryBytes();
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < 200_000; i++) {
            keys.add(String.format("user:%011d", i));
        }
        String value = "v".repeat(32);
        keys.forEach(key -> twin.put(key, value, Keyspace.NEVER));
        twin.assertSame();
        keys.forEach(twin::find);
        long overhead = (twin.keyspace.memoryBytes() - 200_000L * 48) / 200_000;
        assertThat(overhead).as("bytes above the payload of a pair").isLessThanOrEqualTo(24);

        keys.subList(0, 100_000).forEach(twin::remove);
        keys.subList(50_000, 150_000).forEach(key -> twin.put(key, value, NOW + 1));
        twin.assertSame();
        twin.now++;
        twin.expire();
        twin.assertSame();
        keys.forEach(twin::remove);
        twin.assertSame();
        assertThat(twin.keyspace.memoryBytes() - empty)
                .as("an empty table is small")
                .isLessThan(200_000);
        twin.clear();
        assertThat(twin.keyspace.memoryBytes()).isEqualTo(empty);
    }

    @Test
    void a_table_that_grew_on_one_side_splits_on_the_other() {
        Twin twin = new Twin(6);
        List<String> keys = new ArrayList<>();
        for (int i = 0; keys.size() < 10_000; i++) { // all in one sixteenth of the directory, which so gets deep
            if (twin.hash("k" + i) >>> 60 == 5) {
                keys.add("k" + i);
            }
        }
        for (int i = 0; i < 20_000; i++) { // everywhere, where segments are shared by many places of the directory
            keys.add("even" + i);
        }
        keys.forEach(key -> twin.put(key, "v", Keyspace.NEVER));
        twin.assertSame();
        keys.forEach(twin::find);
        keys.forEach(twin::remove);
        twin.assertSame();
    }

    @Property(tries = 50, edgeCases = EdgeCasesMode.NONE)
    void clearing_gives_all_memory_back(@ForAll("actions") List<Action> actions, @ForAll long seed) {
        Twin twin = new Twin(seed);
        long empty = twin.keyspace.memoryBytes();
        actions.forEach(action -> action.run(twin));
        twin.clear();
        assertThat(twin.keyspace.memoryBytes()).isEqualTo(empty);
        twin.assertSame();
    }

    @Test
    void memory_is_what_the_entries_and_the_table_take() {
        Twin twin = new Twin(2);
        long table = twin.keyspace.memoryBytes();
        for (int i = 0; i < 10; i++) { // few enough not to make the table grow
            twin.put("key" + i, "x".repeat(i), i % 2 == 0 ? Keyspace.NEVER : NOW + 1000);
        }
        assertThat(twin.keyspace.memoryBytes()).isEqualTo(table + twin.entryBytes());
        for (int i = 0; i < 10; i++) {
            twin.put("key" + i, "x".repeat(100 * i), i % 2 == 1 ? Keyspace.NEVER : NOW + 1000);
        }
        assertThat(twin.keyspace.memoryBytes()).isEqualTo(table + twin.entryBytes());
        for (int i = 0; i < 10; i++) {
            twin.remove("key" + i);
        }
        assertThat(twin.keyspace.memoryBytes()).isEqualTo(table);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 0",
        "0, 70000",
        "1, 1",
        "2, 0",
        "3, 9",
        "254, 1",
        "255, 0",
        "255, 3",
        "256, 0",
        "256, 3",
        "257, 1",
        "70000, 5"
    })
    void keys_of_any_length_are_kept_with_and_without_deadline(int keyLength, int valueLength) {
        Twin twin = new Twin(3);
        String key = "\u00e9".repeat(keyLength);
        String value = "\u00ff".repeat(valueLength);
        for (long deadline : new long[] {Keyspace.NEVER, NOW + 1, Long.MAX_VALUE - 1, Long.MAX_VALUE, Keyspace.NEVER}) {
            twin.put(key, value, deadline);
            twin.put(key + "x", "other", deadline);
            twin.find(key);
            twin.assertSame();
        }
        for (long deadline : new long[] {NOW, NOW - 1, 1}) {
            twin.put(key, value, deadline);
            twin.find(key);
            twin.assertSame();
        }
    }

    @Test
    void a_key_is_gone_exactly_at_its_deadline() {
        Twin twin = new Twin(4);
        twin.put("k", "v", NOW + 1);
        twin.find("k");
        assertThat(twin.keyspace.size()).isOne();
        twin.now = NOW + 1;
        twin.assertSame();
        assertThat(twin.keyspace.size()).as("until it is met").isOne();
        twin.find("k");
        assertThat(twin.keyspace.size()).isZero();
        assertThat(twin.keyspace.expiredKeys()).isOne();
    }

    @Property(tries = 20, shrinking = ShrinkingMode.OFF)
    void expiry_removes_what_has_expired_and_nothing_else(@ForAll long seed) {
        Random random = new Random(seed);
        Twin twin = new Twin(seed);
        int keys = random.nextInt(5000);
        for (int i = 0; i < keys; i++) {
            twin.put("k" + i, "v", random.nextInt(3) == 0 ? Keyspace.NEVER : NOW + random.nextInt(10));
        }
        for (int round = 0; round < 10; round++) {
            twin.expire();
            twin.assertSame();
            assertThat(twin.model.values()).noneMatch(held -> Keyspace.isOver(held.deadline(), twin.now));
            twin.now++;
        }
        assertThat(twin.keyspace.expiring()).isZero();
        assertThat(twin.keyspace.expireSome(twin.now))
                .as("steps when nothing can expire")
                .isZero();
    }

    @Test
    void removed_places_are_used_again() {
        Twin twin = new Twin(5);
        for (int i = 0; i < 700; i++) {
            twin.put("k" + i, "v", Keyspace.NEVER);
        }
        long full = twin.keyspace.memoryBytes();
        for (int i = 700; i < 100_000; i++) {
            twin.remove("k" + (i - 700));
            twin.put("k" + i, "v", Keyspace.NEVER);
        }
        twin.assertSame();
        assertThat(twin.keyspace.memoryBytes()).isLessThan(2 * full);
    }
}
