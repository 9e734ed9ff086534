package dev.miniredis.keyspace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.management.HotSpotDiagnosticMXBean;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.ShrinkingMode;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is said to be taken is what the objects take. */
class MemoryAccountTest {
    private static final int HEADER_BYTES = 12;
    private static final long NOW = 1_763_834_101_000L;

    /** Some databases with one account. */
    private static final class Data {
        final MemoryAccount account;
        final Access access = new Access(new SplittableRandom(1));
        final List<Keyspace> databases = new ArrayList<>();

        Data(int count, int headerBytes) {
            account = new MemoryAccount(headerBytes);
            PendingWrites pendingWrites = new PendingWrites();
            OpenValues openValues = new OpenValues();
            pendingWrites.durable(Long.MAX_VALUE);
            for (int i = 0; i < count; i++) {
                databases.add(new Keyspace(i, i, account, access, pendingWrites, openValues, KeyListener.NONE));
            }
            account.started();
        }

        void put(int database, String key, int valueLength, long deadline) {
            byte[] bytes = bytes(key);
            Keyspace keyspace = databases.get(database);
            keyspace.put(
                    keyspace.hash(bytes, 0, bytes.length),
                    bytes,
                    0,
                    bytes.length,
                    new byte[valueLength],
                    0,
                    valueLength,
                    deadline);
        }

        void remove(int database, String key) {
            byte[] bytes = bytes(key);
            Keyspace keyspace = databases.get(database);
            keyspace.remove(keyspace.hash(bytes, 0, bytes.length), bytes, 0, bytes.length);
        }

        void find(int database, String key, long now) {
            byte[] bytes = bytes(key);
            Keyspace keyspace = databases.get(database);
            keyspace.find(keyspace.hash(bytes, 0, bytes.length), bytes, 0, bytes.length, now, new Entry());
        }

        /** The same from the objects that are there now. */
        long recomputed() {
            long[] bytes = {0};
            for (Keyspace keyspace : databases) {
                bytes[0] += keyspace.overheadBytes();
                keyspace.forEach(Long.MIN_VALUE, entry -> bytes[0] += account.entryBytes(entry.packed()));
            }
            return bytes[0];
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Test
    void what_is_larger_than_half_a_region_takes_whole_ones() {
        MemoryAccount account = new MemoryAccount(HEADER_BYTES);
        int region = 1 << 20;
        account.regions(region);
        assertThat(account.arrayBytes(region / 2 - HEADER_BYTES)).isEqualTo(region / 2);
        assertThat(account.arrayBytes(region / 2 - HEADER_BYTES + 1)).isEqualTo(region);
        assertThat(account.arrayBytes(region)).isEqualTo(2L * region);
    }

    @Property(tries = 40, shrinking = ShrinkingMode.OFF)
    void it_is_the_sum_of_all_objects_whatever_has_happened(@ForAll long seed) {
        Random random = new Random(seed);
        Data data = new Data(2, HEADER_BYTES);
        assertThat(data.recomputed()).isEqualTo(data.account.startupBytes());
        int keys = 1 << 1 + random.nextInt(13);
        long peak = data.account.bytes();
        for (int i = 0; i < 20_000; i++) {
            int database = random.nextInt(2);
            String key = "k".repeat(1 + random.nextInt(3)) + random.nextInt(keys);
            long now = NOW + i / 100;
            switch (random.nextInt(random.nextInt(200) == 0 ? 10 : 7)) {
                case 0, 1 -> data.put(database, key, random.nextInt(300), Keyspace.NEVER);
                case 2 -> data.put(database, key, random.nextInt(300), now + random.nextInt(50));
                case 3, 4 -> data.remove(database, key);
                case 5, 6 -> data.find(database, key, now);
                case 7 -> data.databases.get(database).expireSome(now);
                case 8 -> data.access.keep(Access.Policy.values()[random.nextInt(3)]);
                default -> {
                    if (random.nextInt(5) == 0) {
                        data.databases.get(database).clear();
                    }
                }
            }
            peak = Math.max(peak, data.account.bytes());
            if (i % 1000 == 0) {
                assertThat(data.account.bytes()).isEqualTo(data.recomputed());
            }
        }
        assertThat(data.account.bytes()).isEqualTo(data.recomputed());
        assertThat(data.account.peakBytes()).isGreaterThanOrEqualTo(peak);
        data.databases.forEach(Keyspace::clear);
        assertThat(data.account.bytes()).isEqualTo(data.account.startupBytes());
    }

    @Test
    void access_bits_are_paid_for_only_while_the_policy_asks_for_them() {
        Data data = new Data(1, HEADER_BYTES);
        data.put(0, "key", 3, Keyspace.NEVER); // 12 + 2 + 3 + 3 = 20, in 24
        long without = data.account.bytes();
        data.find(0, "key", NOW);
        assertThat(data.account.bytes()).isEqualTo(without);
        data.put(0, "key", 7, Keyspace.NEVER); // just 24
        assertThat(data.account.bytes()).isEqualTo(without);
        data.access.keep(Access.Policy.LRU);
        data.find(0, "key", NOW);
        assertThat(data.account.bytes()).as("the first use since").isEqualTo(without + 8);
        data.find(0, "key", NOW);
        assertThat(data.account.bytes()).isEqualTo(without + 8);
        data.access.keep(Access.Policy.NONE);
        data.put(0, "key", 7, Keyspace.NEVER);
        assertThat(data.account.bytes()).isEqualTo(without);
        assertThat(data.account.peakBytes()).isGreaterThanOrEqualTo(without + 8);
    }

    /** Segments are as many and as large as they will fill: none grows or splits; and more or fewer keys do no harm. */
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 20, 800, 801, 5_000, 100_000})
    void a_table_that_was_prepared_takes_its_keys_as_it_is(int count) {
        Data data = new Data(1, HEADER_BYTES);
        Keyspace keyspace = data.databases.getFirst();
        keyspace.prepare(77, count);
        assertThat(data.account.bytes()).isEqualTo(data.recomputed());
        long prepared = keyspace.overheadBytes();
        for (int i = 0; i < count; i++) {
            data.put(0, "key:" + i, 10, Keyspace.NEVER);
        }
        assertThat(keyspace.overheadBytes()).isBetween(prepared, prepared + prepared / 50 + (count < 30 ? 200 : 0));
        for (int i = count; i < 3 * count + 100; i++) {
            data.put(0, "key:" + i, 10, Keyspace.NEVER);
        }
        assertThat(keyspace.size()).isEqualTo(3 * count + 100);
        assertThat(data.account.bytes()).isEqualTo(data.recomputed());
        keyspace.clear();
        assertThat(data.account.bytes()).isEqualTo(data.account.startupBytes());
    }

    @Test
    void the_heap_agrees() {
        var jvm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
        assumeTrue(isOn(jvm, "UseCompressedOops") && !isOn(jvm, "UseZGC"), "references of four bytes");
        int header = isOn(jvm, "UseCompactObjectHeaders") ? 12 : 16;
        long before = usedHeapBytes();
        Data data = new Data(1, header);
        for (int i = 0; i < 400_000; i++) {
            data.put(0, "user:" + i, i % 64, i % 3 == 0 ? NOW : Keyspace.NEVER);
        }
        long grown = usedHeapBytes() - before;
        assertThat((double) data.account.bytes()).isBetween(grown * 0.95, grown * 1.05);
        assertThat(data.databases.getFirst().size()).isEqualTo(400_000);
    }

    private static boolean isOn(HotSpotDiagnosticMXBean jvm, String option) {
        return Boolean.parseBoolean(jvm.getVMOption(option).getValue());
    }

    private static long usedHeapBytes() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 4; i++) {
            System.gc();
            least = Math.min(
                    least,
                    ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least;
    }
}
