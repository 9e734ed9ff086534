package dev.miniredis.value;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HyperLogLogTest {
    private static final double STANDARD_ERROR = 1.04 / Math.sqrt(HyperLogLog.REGISTERS);

    private static HyperLogLog sparse() {
        return HyperLogLog.empty();
    }

    private static HyperLogLog dense() {
        HyperLogLog dense = HyperLogLog.empty();
        dense.toDense();
        return dense;
    }

    @ParameterizedTest
    @CsvSource({"'', 0", "a, 1", "hello world, 11", "0123456789abcdef, 16"})
    void the_hash_depends_on_all_bytes(String text, int length) {
        byte[] bytes = ("x" + text + "y").getBytes(StandardCharsets.US_ASCII);
        long hash = MurmurHash64.hash(bytes, 1, length, 1);
        for (int i = 1; i <= length; i++) {
            byte[] other = bytes.clone();
            other[i] ^= 1;
            assertThat(MurmurHash64.hash(other, 1, length, 1)).isNotEqualTo(hash);
        }
        bytes[0]++;
        bytes[length + 1]++;
        assertThat(MurmurHash64.hash(bytes, 1, length, 1)).isEqualTo(hash);
    }

    @Test
    void sparse_and_dense_are_what_an_array_of_registers_is() {
        Random random = new Random(7);
        int[] model = new int[HyperLogLog.REGISTERS];
        HyperLogLog sparse = sparse();
        HyperLogLog dense = dense();
        for (int i = 0; i < 20_000; i++) {
            int register = random.nextInt(random.nextBoolean() ? 100 : HyperLogLog.REGISTERS);
            int value = 1 + random.nextInt(32);
            boolean raises = value > model[register];
            assertThat(sparse.raise(register, value, Long.MAX_VALUE)).isEqualTo(raises);
            assertThat(dense.raise(register, value, 0)).isEqualTo(raises);
            model[register] = Math.max(model[register], value);
        }
        assertThat(sparse.isSparse()).isTrue();
        for (HyperLogLog any : new HyperLogLog[] {sparse, dense}) {
            byte[] registers = new byte[HyperLogLog.REGISTERS];
            any.raiseTo(registers);
            for (int i = 0; i < model.length; i++) {
                assertThat((int) registers[i]).isEqualTo(model[i]);
            }
        }
        assertThat(sparse.toDense()).isTrue();
        assertThat(Arrays.copyOf(sparse.bytes(), sparse.length())).isEqualTo(dense.bytes());
    }

    @Test
    void a_value_too_high_for_a_run_makes_it_dense() {
        HyperLogLog sparse = sparse();
        assertThat(sparse.raise(3, 33, Long.MAX_VALUE)).isTrue();
        assertThat(sparse.isSparse()).isFalse();
        assertThat(sparse.register(3)).isEqualTo(33);
        assertThat(sparse.register(2)).isZero();
        assertThat(sparse.register(4)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"1", "10", "1000", "10000", "100000", "1000000"})
    void the_estimate_is_near(int elements) {
        HyperLogLog counter = sparse();
        for (int i = 0; i < elements; i++) {
            byte[] element = Integer.toString(i).getBytes(StandardCharsets.US_ASCII);
            counter.add(element, 0, element.length, 3000);
            counter.add(element, 0, element.length, 3000);
        }
        assertThat(Math.abs(counter.cardinality() - elements))
                .isLessThanOrEqualTo((long) Math.ceil(elements * STANDARD_ERROR * 4));
    }
}
