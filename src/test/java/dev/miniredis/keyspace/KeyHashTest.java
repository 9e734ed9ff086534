package dev.miniredis.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class KeyHashTest {
    /** A constant of the hash, which everybody can read in its source. */
    private static final long PUBLIC_CONSTANT = 0xe7037ed1a0b428dbL;

    @Property
    void the_same_key_has_the_same_hash_wherever_it_stands(
            @ForAll @Size(max = 50) byte[] key, @ForAll long seed, @ForAll byte around) {
        byte[] elsewhere = new byte[key.length + 9];
        Arrays.fill(elsewhere, around);
        System.arraycopy(key, 0, elsewhere, 5, key.length);
        KeyHash hashing = new KeyHash(seed);
        assertThat(hashing.hash(elsewhere, 5, key.length)).isEqualTo(hashing.hash(key, 0, key.length));
    }

    @Property
    void a_changed_byte_changes_the_hash(
            @ForAll @Size(min = 1, max = 50) byte[] key, @ForAll long seed, @ForAll byte other) {
        KeyHash hashing = new KeyHash(seed);
        long hash = hashing.hash(key, 0, key.length);
        for (int i = 0; i < key.length; i++) {
            byte[] changed = key.clone();
            changed[i] = other;
            if (other != key[i]) {
                assertThat(hashing.hash(changed, 0, key.length)).isNotEqualTo(hash);
            }
        }
        assertThat(hashing.hash(key, 0, key.length - 1)).as("a shorter key").isNotEqualTo(hash);
    }

    @Property(tries = 20)
    void keys_that_differ_little_spread_over_all_bits(@ForAll long seed) {
        KeyHash hashing = new KeyHash(seed);
        Set<Long> hashes = new HashSet<>();
        int[] ones = new int[64];
        int keys = 10_000;
        for (int i = 0; i < keys; i++) {
            byte[] key = ("user:" + i).getBytes(StandardCharsets.US_ASCII);
            long hash = hashing.hash(key, 0, key.length);
            hashes.add(hash);
            for (int bit = 0; bit < 64; bit++) {
                ones[bit] += (int) (hash >>> bit & 1);
            }
        }
        assertThat(hashes).hasSize(keys);
        for (int count : ones) {
            assertThat(count).isBetween(keys * 45 / 100, keys * 55 / 100);
        }
    }

    /** A product with a known factor of zero would forget the other factor, the seed with it. */
    @ParameterizedTest
    @ValueSource(ints = {16, 24, 32, 40})
    void nobody_can_choose_keys_that_collide_whatever_the_seed(int length) {
        for (long seed : new long[] {0, 1, -1, 0x5eed, Long.MIN_VALUE, 0x9e3779b97f4a7c15L}) {
            KeyHash hashing = new KeyHash(seed);
            for (int place = 0; place + 16 <= length; place += 8) {
                Set<Long> hashes = new HashSet<>();
                for (long i = 0; i < 1000; i++) {
                    ByteBuffer key = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
                    key.putLong(place, PUBLIC_CONSTANT).putLong(place + 8, i * 0x9e3779b97f4a7c15L);
                    hashes.add(hashing.hash(key.array(), 0, length));
                }
                assertThat(hashes).as("seed " + seed + ", place " + place).hasSize(1000);
            }
        }
    }

    @Example
    void seeds_give_different_hashes() {
        Set<Long> hashes = new HashSet<>();
        byte[] key = "user:1".getBytes(StandardCharsets.US_ASCII);
        for (long seed = 0; seed < 1000; seed++) {
            hashes.add(new KeyHash(seed).hash(key, 0, key.length));
            hashes.add(new KeyHash(seed << 32 | 0x5555_0000_0000_0000L).hash(key, 0, key.length));
        }
        assertThat(hashes).hasSize(2000);
    }
}
