package dev.miniredis.keyspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.TreeMap;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A snapshot holds what was there when it began, each key once, whatever happens until it is complete. */
class SnapshotTest {
    private static final long NOW = 1_763_834_101_000L;

    private final Map<String, String> model = new TreeMap<>();
    private final Map<String, String> taken = new TreeMap<>();
    private final Keyspace keyspace;
    private final Keyspace other;

    SnapshotTest() {
        PendingWrites pendingWrites = new PendingWrites();
        OpenValues openValues = new OpenValues();
        pendingWrites.durable(Long.MAX_VALUE);
        MemoryAccount account = new MemoryAccount(12);
        Access access = new Access(new SplittableRandom(1));
        keyspace = new Keyspace(0, 0x5eed, account, access, pendingWrites, openValues, KeyListener.NONE);
        other = new Keyspace(1, 0x5eed, account, access, pendingWrites, openValues, KeyListener.NONE);
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void put(String key, String value, long deadline) {
        byte[] keyBytes = bytes(key);
        byte[] valueBytes = bytes(value);
        keyspace.put(
                keyspace.hash(keyBytes, 0, keyBytes.length),
                keyBytes,
                0,
                keyBytes.length,
                valueBytes,
                0,
                valueBytes.length,
                deadline);
        model.put(key, value);
    }

    private void remove(String key) {
        byte[] keyBytes = bytes(key);
        keyspace.remove(keyspace.hash(keyBytes, 0, keyBytes.length), keyBytes, 0, keyBytes.length);
        model.remove(key);
    }

    private void take(SnapshotPart part) {
        part.forEach(
                0,
                entry -> assertThat(taken.put(EntryText.key(entry), EntryText.value(entry)))
                        .as("taken before")
                        .isNull());
    }

    private void finish() {
        while (keyspace.snapshotStep()) {
            // the rest
        }
    }

    @Test
    void databases_that_are_swapped_meanwhile_are_taken_as_they_were() {
        for (int i = 0; i < 5_000; i++) {
            put("k" + i, "v" + i, Keyspace.NEVER);
        }
        Map<String, String> before = new TreeMap<>(model);
        keyspace.beginSnapshot(this::take);
        other.beginSnapshot(part -> part.forEach(0, entry -> fail("the other database was empty")));
        keyspace.snapshotStep();
        keyspace.swap(other);
        assertThat(other.size()).isEqualTo(before.size());
        put("k7", "new", Keyspace.NEVER); // in what was the empty one
        byte[] key = bytes("k8");
        other.remove(other.hash(key, 0, key.length), key, 0, key.length);
        while (other.snapshotStep() || keyspace.snapshotStep()) {
            // the rest
        }
        assertThat(taken).isEqualTo(before);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 100, 20_000})
    void it_holds_every_key(int keys) {
        for (int i = 0; i < keys; i++) {
            put("k" + i, "v" + i, Keyspace.NEVER);
        }
        keyspace.beginSnapshot(this::take);
        finish();
        assertThat(taken).isEqualTo(model);
    }

    @Test
    void it_holds_what_is_cleared_and_what_expires_meanwhile() {
        for (int i = 0; i < 5000; i++) {
            put("k" + i, "v", i % 2 == 0 ? NOW : Keyspace.NEVER);
        }
        Map<String, String> before = Map.copyOf(model);
        keyspace.beginSnapshot(this::take);
        keyspace.snapshotStep();
        keyspace.expireSome(NOW + 1);
        keyspace.clear();
        put("k1", "later", Keyspace.NEVER);
        finish();
        assertThat(taken).isEqualTo(before);
    }

    @Test
    void one_that_was_ended_leaves_no_trace_in_the_next() {
        for (int i = 0; i < 5000; i++) {
            put("k" + i, "v", Keyspace.NEVER);
        }
        keyspace.beginSnapshot(entries -> {});
        keyspace.snapshotStep();
        keyspace.endSnapshot();
        put("k1", "later", Keyspace.NEVER);
        keyspace.beginSnapshot(this::take);
        finish();
        assertThat(taken).isEqualTo(model);
    }

    @Property(tries = 60, shrinking = ShrinkingMode.OFF)
    void it_holds_what_there_was_whatever_is_written_meanwhile(@ForAll long seed) {
        Random random = new Random(seed);
        int keys = 1 + random.nextInt(20_000);
        for (int i = 0; i < keys; i++) {
            put("k" + random.nextInt(keys), "v" + i, Keyspace.NEVER);
        }
        for (int round = 0; round < 3; round++) {
            taken.clear();
            Map<String, String> before = new TreeMap<>(model);
            keyspace.beginSnapshot(this::take);
            boolean more = true;
            while (more) {
                for (int i = random.nextInt(200); i > 0; i--) {
                    String key = "k" + random.nextInt(2 * keys);
                    if (random.nextInt(3) > 0) {
                        put(key, "r" + round + "-" + i, Keyspace.NEVER);
                    } else {
                        remove(key);
                    }
                }
                if (random.nextInt(400) == 0) {
                    keyspace.clear();
                    model.clear();
                }
                more = keyspace.snapshotStep();
            }
            assertThat(taken).isEqualTo(before);
        }
    }
}
