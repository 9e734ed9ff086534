package dev.miniredis.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.value.StringValue.Form;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PackedEntryTest {
    private static final int ALL_BITS = (1 << 24) - 1;

    record Parts(int keyLength, int valueLength, long deadline, int access) {}

    static Stream<Parts> parts() {
        return IntStream.of(0, 1, 255, 256, 257, 70_000)
                .boxed()
                .flatMap(keyLength -> IntStream.of(0, 1, 1000)
                        .boxed()
                        .flatMap(valueLength -> Stream.of(
                                        Keyspace.NEVER, Keyspace.NEVER - 1, 1_763_834_101_000L, 0L, -1L, Long.MIN_VALUE)
                                .flatMap(deadline -> Stream.of(Access.UNKNOWN, 0, 1, 0x800000, ALL_BITS)
                                        .map(access -> new Parts(keyLength, valueLength, deadline, access)))));
    }

    @ParameterizedTest
    @MethodSource("parts")
    void what_is_packed_is_found_again(Parts parts) {
        byte[] key = new byte[parts.keyLength() + 2];
        byte[] value = new byte[parts.valueLength() + 2];
        Random random = new Random(1);
        random.nextBytes(key);
        random.nextBytes(value);
        byte[] entry = PackedEntry.pack(
                key, 1, parts.keyLength(), value, 1, parts.valueLength(), parts.deadline(), parts.access(), Form.RAW);

        assertThat(PackedEntry.form(entry)).isEqualTo(Form.RAW);
        assertThat(PackedEntry.form(PackedEntry.withDeadline(entry, 5))).isEqualTo(Form.RAW);
        assertHolds(entry, parts, key, value, parts.access());
        int size = 2
                + parts.keyLength()
                + parts.valueLength()
                + (parts.keyLength() > 255 ? 3 : 0)
                + (parts.deadline() == Keyspace.NEVER ? 0 : 8)
                + (parts.access() == Access.UNKNOWN ? 0 : 3);
        assertThat(entry).hasSize(size);

        for (int bits : new int[] {0, 0x123456, ALL_BITS}) {
            byte[] tracked = PackedEntry.withAccess(entry, bits);
            assertHolds(tracked, parts, key, value, bits);
            assertThat(tracked).hasSize(size + (parts.access() == Access.UNKNOWN ? 3 : 0));
            PackedEntry.access(tracked, ALL_BITS - bits);
            assertHolds(tracked, parts, key, value, ALL_BITS - bits);
        }
        assertHolds(entry, parts, key, value, parts.access());
    }

    private static void assertHolds(byte[] entry, Parts parts, byte[] key, byte[] value, int access) {
        int keyOffset = PackedEntry.keyOffset(entry);
        int valueOffset = PackedEntry.valueOffset(entry);
        assertThat(PackedEntry.keyLength(entry)).isEqualTo(parts.keyLength());
        assertThat(Arrays.equals(entry, keyOffset, valueOffset, key, 1, key.length - 1))
                .as("the key")
                .isTrue();
        assertThat(Arrays.equals(entry, valueOffset, entry.length, value, 1, value.length - 1))
                .as("the value")
                .isTrue();
        assertThat(PackedEntry.deadline(entry)).isEqualTo(parts.deadline());
        assertThat(PackedEntry.access(entry)).isEqualTo(access);
        assertThat(PackedEntry.hasKey(entry, key, 1, parts.keyLength())).isTrue();
        assertThat(PackedEntry.hasKey(entry, key, 0, parts.keyLength() + 1)).isFalse();
    }
}
