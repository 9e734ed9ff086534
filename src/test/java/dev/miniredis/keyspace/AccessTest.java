package dev.miniredis.keyspace;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.SplittableRandom;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The arithmetic of Redis's {@code evict.c}. */
class AccessTest {
    private static final long NOW = 1_763_834_101_000L;
    private static final long MINUTE_MILLIS = 60_000;

    private static Access access(Access.Policy kind, long nowMillis) {
        Access access = new Access(new SplittableRandom(1));
        access.tick(nowMillis);
        access.keep(kind);
        return access;
    }

    @Property
    void idle_time_is_what_has_passed_since_the_last_use(
            @ForAll @LongRange(min = 0, max = 4_000_000_000_000L) long used,
            @ForAll @LongRange(min = 0, max = (1 << 24) - 1) long idle) {
        Access access = access(Access.Policy.LRU, used);
        int bits = access.fresh();
        assertThat(bits).isBetween(0, (1 << 24) - 1).isEqualTo(access.used(Access.UNKNOWN));
        access.tick(used + idle * 1000);
        assertThat(access.idleSeconds(bits)).isEqualTo((int) idle);
        assertThat(access.idleSeconds(access.used(bits))).isZero();
    }

    @Test
    void the_lru_clock_goes_round_after_194_days() {
        long round = (1L << 24) * 1000;
        Access access = access(Access.Policy.LRU, 10 * round - 1000);
        int bits = access.fresh();
        assertThat(bits).isEqualTo((1 << 24) - 1);
        access.tick(10 * round);
        assertThat(access.fresh()).isZero();
        assertThat(access.idleSeconds(bits)).isOne();
        access.tick(11 * round);
        assertThat(access.idleSeconds(bits)).as("a whole round is forgotten").isOne();
    }

    @Test
    void a_new_key_has_a_frequency_of_five() {
        Access access = access(Access.Policy.LFU, NOW);
        assertThat(access.frequency(access.fresh())).isEqualTo(5);
        assertThat(access.fresh() >>> 8).isEqualTo((int) (NOW / MINUTE_MILLIS & 0xffff));
    }

    /** As {@code LFUDecrAndReturn}, but for the 65536th minute, which Redis's clock leaves out. */
    @Property
    void a_frequency_loses_one_for_each_decay_time(
            @ForAll @IntRange(max = 255) int counter,
            @ForAll @IntRange(max = 65_535) int minutes,
            @ForAll @IntRange(max = 300) int decayMinutes,
            @ForAll @IntRange(max = 65_535) int clock) {
        Access access = access(Access.Policy.LFU, NOW);
        access.decayMinutes(decayMinutes);
        access.tick((clock + minutes) * MINUTE_MILLIS);
        int periods = decayMinutes == 0 ? 0 : minutes / decayMinutes;
        assertThat(access.frequency(clock << 8 | counter)).isEqualTo(Math.max(0, counter - periods));
    }

    @Test
    void the_lfu_clock_goes_round_after_45_days() {
        Access access = access(Access.Policy.LFU, 65_535 * MINUTE_MILLIS);
        int bits = access.fresh();
        access.tick(65_538 * MINUTE_MILLIS);
        assertThat(access.frequency(bits)).isEqualTo(5 - 3);
    }

    /** As {@code LFULogIncr}: the chance is 1 / ((counter - 5) * factor + 1). */
    @ParameterizedTest
    @CsvSource({"0, 10", "5, 10", "6, 10", "20, 10", "100, 1", "100, 0", "254, 10"})
    void a_use_counts_the_less_often_the_more_there_have_been(int counter, int factor) {
        Access access = access(Access.Policy.LFU, NOW);
        access.logFactor(factor);
        int bits = access.fresh() & ~0xff | counter;
        int trials = 200_000;
        int counted = 0;
        for (int i = 0; i < trials; i++) {
            int after = access.frequency(access.used(bits));
            assertThat(after).isBetween(counter, counter + 1);
            counted += after - counter;
        }
        double chance = 1.0 / (Math.max(0, counter - 5) * factor + 1);
        double deviation = Math.sqrt(trials * chance * (1 - chance));
        assertThat((double) counted)
                .isBetween(trials * chance - 5 * deviation - 1, trials * chance + 5 * deviation + 1);
    }

    @Test
    void a_frequency_ends_at_255() {
        Access access = access(Access.Policy.LFU, NOW);
        access.logFactor(0);
        int bits = access.fresh();
        for (int i = 0; i < 1000; i++) {
            bits = access.used(bits);
        }
        assertThat(access.frequency(bits)).isEqualTo(255);
    }

    /** The table in Redis's redis.conf: with a factor of 10, 100 uses make about 10, 100000 about 142. */
    @ParameterizedTest
    @CsvSource({"100, 10", "1000, 18", "100000, 142"})
    void frequencies_are_those_that_redis_conf_tells(int uses, int expected) {
        int sum = 0;
        for (int seed = 0; seed < 20; seed++) {
            Access access = new Access(new SplittableRandom(seed));
            access.tick(NOW);
            access.keep(Access.Policy.LFU);
            int bits = access.fresh();
            for (int i = 0; i < uses; i++) {
                bits = access.used(bits);
            }
            sum += access.frequency(bits);
        }
        assertThat(sum / 20.0).isBetween(expected * 0.8, expected * 1.2);
    }

    @Test
    void a_use_also_writes_down_what_has_decayed() {
        Access access = access(Access.Policy.LFU, NOW);
        access.logFactor(Integer.MAX_VALUE);
        int bits = access.fresh() & ~0xff | 100;
        access.tick(NOW + 30 * MINUTE_MILLIS);
        int after = access.used(bits);
        assertThat(access.frequency(after)).isEqualTo(70);
        access.tick(NOW + 40 * MINUTE_MILLIS);
        assertThat(access.frequency(after)).isEqualTo(60);
    }

    @Test
    void what_is_older_than_the_policy_counts_as_used_when_it_began() {
        Access access = access(Access.Policy.NONE, NOW);
        assertThat(access.isKept()).isFalse();
        access.tick(NOW + 50_000);
        access.keep(Access.Policy.LRU);
        assertThat(access.isKept()).isTrue();
        access.tick(NOW + 57_000);
        assertThat(access.idleSeconds(Access.UNKNOWN)).isEqualTo(7);
        access.keep(Access.Policy.LRU);
        assertThat(access.idleSeconds(Access.UNKNOWN)).as("it began once").isEqualTo(7);

        access.keep(Access.Policy.LFU);
        assertThat(access.frequency(Access.UNKNOWN)).isEqualTo(5);
        access.tick(NOW + 57_000 + 2 * MINUTE_MILLIS);
        assertThat(access.frequency(Access.UNKNOWN)).isEqualTo(3);
        access.tick(NOW + 57_000 + 60 * MINUTE_MILLIS);
        assertThat(access.frequency(Access.UNKNOWN)).isZero();
    }

    @Test
    void any_bits_mean_something_to_any_policy() {
        Random random = new Random(1);
        Access lru = access(Access.Policy.LRU, NOW);
        Access lfu = access(Access.Policy.LFU, NOW);
        for (int i = 0; i < 100_000; i++) {
            int bits = random.nextInt(1 << 24);
            assertThat(lru.idleSeconds(bits)).isBetween(0, (1 << 24) - 1);
            assertThat(lfu.frequency(bits)).isBetween(0, 255);
            assertThat(lfu.used(bits)).isBetween(0, (1 << 24) - 1);
        }
    }
}
