package dev.miniredis.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.engine.EngineHarness.Datum;
import dev.miniredis.engine.MemoryLog.Kept;
import dev.miniredis.keyspace.EvictionPolicy;
import dev.miniredis.keyspace.Keyspace;
import dev.miniredis.log.WriteLog.Room;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes when memory is short, and what is left. The engine's chance has a fixed seed. */
class EvictionTest {
    private static final String OK = "+OK\r\n";
    private static final String OOM = "-OOM command not allowed when used memory > 'maxmemory'.\r\n";
    private static final String VALUE = "v".repeat(100);
    /** So many are compared that the choice is exact. */
    private static final int ALL_SAMPLES = 1_000_000;

    private EngineHarness harness = new EngineHarness();

    private void set(String key) {
        assertThat(harness.run("SET " + key + " " + VALUE)).isEqualTo(OK);
    }

    private void setVolatile(String key, long seconds) {
        assertThat(harness.run("SET " + key + " " + VALUE + " EX " + seconds)).isEqualTo(OK);
    }

    private void config(String pairs) {
        assertThat(harness.run("CONFIG SET " + pairs)).isEqualTo(OK);
    }

    private long used() {
        return harness.engine().memory().bytes();
    }

    /** Sets the limit to a part of what is used now, and evicts until there is nothing more to do. */
    private void limitTo(double part) {
        config("maxmemory " + (long) (used() * part));
        evictAll();
    }

    private void evictAll() {
        int steps = 0;
        while (harness.engine().evictSome()) {
            assertThat(++steps).isLessThan(1000);
        }
    }

    private boolean has(String key) {
        return harness.state().stream().anyMatch(datum -> datum.key().equals(key));
    }

    private long left(String prefix) {
        return harness.state().stream()
                .filter(datum -> datum.key().startsWith(prefix))
                .count();
    }

    // Which

    @ParameterizedTest
    @EnumSource(mode = Mode.MATCH_ALL, names = "VOLATILE_.*")
    void volatile_policies_never_touch_a_key_without_a_deadline(EvictionPolicy policy) {
        config("maxmemory-policy " + policy);
        for (int i = 0; i < 500; i++) {
            set("plain" + i);
            setVolatile("volatile" + i, 1000 + i);
        }
        limitTo(0.75);
        assertThat(left("plain")).isEqualTo(500);
        assertThat(left("volatile")).isBetween(150L, 400L);
        assertThat(harness.run("SET another " + VALUE))
                .as("there are more to go")
                .isEqualTo(OK);

        config("maxmemory 1");
        evictAll();
        assertThat(left("plain")).isEqualTo(500);
        assertThat(left("volatile")).isZero();
        assertThat(harness.engine().eviction().evictedKeys()).isEqualTo(500);
        for (String line : List.of("SET k v", "SET plain1 v", "SET k v EX 10", "SET k v XX", "SET k v FOO")) {
            assertThat(harness.run(line)).as(line).isEqualTo(OOM);
        }
        assertThat(harness.run("GET plain1")).contains(VALUE);
        assertThat(harness.run("DEL plain1")).isEqualTo(":1\r\n");
        assertThat(harness.run("PING")).isEqualTo("+PONG\r\n");
        assertThat(harness.engine().eviction().evictedKeys()).isEqualTo(500);
    }

    @ParameterizedTest
    @EnumSource(mode = Mode.MATCH_ALL, names = "ALLKEYS_.*")
    void allkeys_policies_make_room_with_any_key(EvictionPolicy policy) {
        config("maxmemory-policy " + policy);
        for (int i = 0; i < 500; i++) {
            set("plain" + i);
            setVolatile("volatile" + i, 1000 + i);
        }
        limitTo(0.5);
        assertThat(used())
                .isLessThanOrEqualTo(harness.engine().tuning().maxMemory.value());
        assertThat(harness.state()).hasSizeBetween(300, 500);
        assertThat(left("plain")).isLessThan(500);
        for (int i = 0; i < 1000; i++) {
            set("more" + i);
        }
        assertThat(harness.state()).hasSizeBetween(300, 600);

        config("maxmemory 1");
        evictAll();
        assertThat(harness.state()).isEmpty();
        assertThat(harness.run("SET k v")).isEqualTo(OOM);
    }

    @Test
    void with_noeviction_nothing_goes_and_reads_and_deletions_go_on() {
        set("a");
        set("b");
        config("maxmemory 1");
        assertThat(harness.engine().evictSome()).isFalse();
        assertThat(harness.run("SET a w")).isEqualTo(OOM);
        assertThat(harness.run("GET a")).contains(VALUE);
        assertThat(harness.run("KEYS *")).startsWith("*2\r\n");
        assertThat(harness.run("DEL a")).isEqualTo(":1\r\n");
        assertThat(harness.run("INFO stats")).contains("evicted_keys:0\r\n");
        config("maxmemory 0");
        set("a");
        assertThat(harness.state()).hasSize(2);
    }

    @Test
    void the_nearest_deadlines_go_first() {
        config("maxmemory-policy volatile-ttl maxmemory-samples " + ALL_SAMPLES);
        for (int i = 0; i < 300; i++) {
            setVolatile("k" + i * 7 % 300, 1000 + i * 7 % 300);
        }
        limitTo(0.5);
        List<String> keys = harness.state().stream().map(Datum::key).toList();
        assertThat(keys)
                .containsExactlyInAnyOrderElementsOf(IntStream.range(300 - keys.size(), 300)
                        .mapToObj(i -> "k" + i)
                        .toList());
    }

    @Test
    void a_few_samples_nearly_find_the_nearest_deadlines() {
        config("maxmemory-policy volatile-ttl");
        for (int i = 0; i < 2000; i++) {
            setVolatile((i % 4 == 0 ? "near" : "far") + i, i % 4 == 0 ? 1000 + i : 10_000 + i);
        }
        limitTo(0.9);
        assertThat(2000 - harness.state().size()).isBetween(150, 250);
        assertThat(left("far")).isGreaterThan(1500 - 20);
    }

    @ParameterizedTest
    @ValueSource(strings = {"allkeys-lru", "volatile-lru"})
    void the_longest_unused_go_first(String policy) {
        config("maxmemory-policy " + policy);
        for (int i = 0; i < 2000; i++) {
            setVolatile((i % 2 == 0 ? "used" : "idle") + i, 100_000);
        }
        harness.pass(60_000);
        for (int i = 0; i < 2000; i += 2) {
            assertThat(harness.run("GET used" + i)).contains(VALUE);
        }
        harness.pass(60_000);
        limitTo(0.7);
        assertThat(left("idle")).isBetween(300L, 600L);
        assertThat(left("used")).isGreaterThan(1000 - 30);
    }

    @Test
    void with_enough_samples_the_order_of_use_is_exact() {
        config("maxmemory-policy allkeys-lru maxmemory-samples " + ALL_SAMPLES);
        for (int i = 0; i < 200; i++) {
            set("k" + i);
            harness.pass(1000);
        }
        for (int i = 0; i < 20; i++) {
            harness.run("GET k" + i);
        }
        for (String line : List.of("OBJECT IDLETIME k30", "MEMORY USAGE k30", "TYPE k30", "EXISTS k30", "TTL k30")) {
            harness.run(line);
        }
        limitTo(0.5);
        List<String> keys = harness.state().stream().map(Datum::key).toList();
        assertThat(keys).hasSizeBetween(60, 100);
        assertThat(keys)
                .containsAll(IntStream.range(0, 20).mapToObj(i -> "k" + i).toList());
        assertThat(keys).doesNotContain("k20", "k30");
        assertThat(keys).contains("k199", "k" + (200 - keys.size() + 20));
    }

    @ParameterizedTest
    @ValueSource(strings = {"allkeys-lfu", "volatile-lfu"})
    void the_least_often_used_go_first(String policy) {
        config("lfu-log-factor 1 maxmemory-policy " + policy);
        for (int i = 0; i < 2000; i++) {
            setVolatile((i % 2 == 0 ? "often" : "rarely") + i, 100_000);
        }
        for (int use = 0; use < 20; use++) {
            for (int i = 0; i < 2000; i += 2) {
                harness.run("GET often" + i);
            }
        }
        limitTo(0.7);
        assertThat(left("rarely")).isBetween(300L, 600L);
        assertThat(left("often")).isGreaterThan(1000 - 30);
    }

    @ParameterizedTest
    @ValueSource(strings = {"allkeys-random", "volatile-random"})
    void random_policies_prefer_nobody(String policy) {
        config("maxmemory-policy " + policy);
        for (int i = 0; i < 2000; i++) {
            setVolatile((i % 2 == 0 ? "even" : "odd") + i, i % 2 == 0 ? 10 : 100_000);
        }
        limitTo(0.6);
        assertThat(left("even")).isBetween(400L, 750L);
        assertThat(left("odd")).isBetween(400L, 750L);
    }

    @ParameterizedTest
    @ValueSource(strings = {"allkeys-lru", "allkeys-lfu"})
    void what_was_there_before_the_policy_counts_as_used_when_it_began(String policy) {
        for (int i = 0; i < 1000; i++) {
            set((i % 2 == 0 ? "used" : "idle") + i);
        }
        harness.pass(60_000);
        config("lfu-log-factor 0 maxmemory-policy " + policy);
        harness.pass(30_000);
        for (int i = 0; i < 1000; i += 2) {
            harness.run("GET used" + i);
        }
        limitTo(0.7);
        assertThat(left("used")).isGreaterThan(500 - 20);
        assertThat(left("idle")).isBetween(100L, 400L);
    }

    @Test
    void every_database_gives_its_share() {
        config("maxmemory-policy allkeys-random");
        for (int database : new int[] {0, 3, 15}) {
            harness.run("SELECT " + database);
            for (int i = 0; i < 300; i++) {
                set("k" + i);
            }
        }
        limitTo(0.5);
        for (int database : new int[] {0, 3, 15}) {
            assertThat(harness.engine().database(database).size()).isBetween(80, 200);
        }
        assertThat(harness.log().entries().stream().filter(kept -> kept.by().equals("eviction")))
                .extracting(Kept::database)
                .contains(0, 3, 15);
    }

    @Test
    void a_flushed_candidate_is_not_taken_for_the_key_of_the_same_name() {
        config("maxmemory-policy volatile-ttl");
        for (int i = 0; i < 50; i++) {
            setVolatile("k" + i, 1000);
        }
        limitTo(0.9); // leaves candidates in the pool
        harness.run("FLUSHALL");
        config("maxmemory 0");
        for (int i = 0; i < 50; i++) {
            set("k" + i);
        }
        config("maxmemory 1");
        evictAll();
        assertThat(left("k")).isEqualTo(50);
        config("maxmemory-policy allkeys-lru");
        evictAll();
        assertThat(left("k")).isZero();
    }

    // How

    @Test
    void evictions_are_logged_as_deletions_and_replay_to_the_same_data() {
        config("maxmemory-policy allkeys-lru");
        for (int i = 0; i < 300; i++) {
            harness.run("SELECT " + i % 3);
            set("k" + i);
        }
        long limit = used();
        config("maxmemory " + limit);
        for (int i = 300; i < 900; i++) {
            harness.run("SELECT " + i % 3);
            harness.pass(100);
            set("k" + i);
        }
        List<Kept> evictions = harness.log().entries().stream()
                .filter(kept -> kept.by().equals("eviction"))
                .toList();
        assertThat(evictions)
                .hasSize((int) harness.engine().eviction().evictedKeys())
                .hasSizeGreaterThan(500);
        assertThat(evictions)
                .allSatisfy(kept ->
                        assertThat(kept.texts()).singleElement().asString().matches("DEL k\\d+"));
        assertThat(harness.log().entries()).extracting(Kept::lsn).isSorted().doesNotHaveDuplicates();
        assertThat(harness.recovered().state()).isEqualTo(harness.state()).isNotEmpty();
    }

    @Test
    void a_reply_after_an_eviction_waits_for_it() {
        config("maxmemory-policy volatile-ttl");
        set("plain");
        for (int i = 0; i < 100; i++) {
            setVolatile("k" + i, 1000 + i);
        }
        harness.durable(harness.log().lastLsn());
        harness.run("GET k0");
        assertThat(harness.requiredLsn()).isZero();

        limitTo(0.5);
        long evicted = harness.log().lastLsn();
        assertThat(has("k0")).isFalse();
        assertThat(harness.run("GET k0")).isEqualTo("$-1\r\n");
        assertThat(harness.requiredLsn()).as("a crash would bring it back").isBetween(102L, evicted);
        harness.run("DBSIZE");
        assertThat(harness.requiredLsn()).isEqualTo(evicted);
        harness.run("GET plain");
        assertThat(harness.requiredLsn()).as("it has nothing to do with it").isZero();

        harness.durable(evicted);
        harness.run("GET k0");
        assertThat(harness.requiredLsn()).isZero();

        set("k0");
        assertThat(harness.log().entries().getLast().by()).isNotEqualTo("eviction");
        assertThat(harness.requiredLsn())
                .as("a write waits for itself")
                .isEqualTo(harness.log().lastLsn());
    }

    @Test
    void a_lower_limit_is_reached_in_steps() {
        config("maxmemory-policy allkeys-random");
        for (int i = 0; i < 2000; i++) {
            set("k" + i);
        }
        config("maxmemory 1");
        int submits = harness.log().submits();
        assertThat(harness.engine().evictSome()).isTrue();
        assertThat(harness.engine().eviction().evictedKeys()).isEqualTo(250);
        assertThat(harness.log().submits()).isEqualTo(submits + 1);
        assertThat(harness.engine().evictSome()).isTrue();
        assertThat(harness.engine().eviction().evictedKeys()).isEqualTo(500);
        assertThat(harness.run("SET k v"))
                .as("a write is held up by one step, not refused")
                .isEqualTo(OK);
        assertThat(harness.engine().eviction().evictedKeys()).isEqualTo(750);
        evictAll();
        assertThat(harness.engine().eviction().evictedKeys()).isEqualTo(2001);
        assertThat(harness.engine().evictSome()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 10, 50, 100})
    void tenacity_says_how_many_go_at_a_time_and_some_always_do(int tenacity) {
        config("maxmemory-policy allkeys-lru maxmemory-eviction-tenacity " + tenacity);
        for (int i = 0; i < 1000; i++) {
            set("k" + i);
        }
        config("maxmemory 1");
        boolean behind = harness.engine().evictSome();
        int expected = switch (tenacity) {
            case 0 -> 16;
            case 1 -> 25;
            case 10 -> 250;
            default -> 1000;
        };
        assertThat(harness.engine().eviction().evictedKeys()).isEqualTo(expected);
        assertThat(behind).isEqualTo(expected < 1000);
        evictAll();
        assertThat(harness.state()).isEmpty();
    }

    @Test
    void while_the_log_makes_room_what_takes_memory_waits_and_the_rest_goes_on() {
        config("maxmemory-policy allkeys-lru");
        for (int i = 0; i < 100; i++) {
            set("k" + i);
        }
        config("maxmemory " + used());
        harness.run("SET large " + "v".repeat(1000));
        List<Datum> before = harness.state();
        long entries = harness.log().lastLsn();
        harness.log().room(Room.SOON, null);
        assertThat(harness.attempt("SET another v")).isEmpty();
        assertThat(harness.retry()).isEmpty();
        assertThat(harness.engine().evictSome()).isFalse();
        assertThat(harness.state()).isEqualTo(before);
        assertThat(harness.log().lastLsn()).isEqualTo(entries);

        harness.log().room(Room.YES, null);
        assertThat(harness.retry()).contains(OK);
        assertThat(harness.engine().eviction().evictedKeys()).isPositive();
        assertThat(has("another")).isTrue();
    }

    @Test
    void reads_do_not_wait_for_room_that_evictions_need() {
        config("maxmemory-policy allkeys-lru");
        set("k");
        config("maxmemory 1");
        harness.log().room(Room.SOON, null);
        assertThat(harness.attempt("GET k"))
                .hasValueSatisfying(reply -> assertThat(reply).contains(VALUE));
        assertThat(harness.attempt("PING")).contains("+PONG\r\n");
    }

    @Test
    void where_the_log_cannot_be_written_nothing_is_evicted() {
        config("maxmemory-policy allkeys-lru");
        set("k");
        config("maxmemory 1");
        harness.log().room(Room.NO, "No space left on device");
        assertThat(harness.engine().evictSome()).isFalse();
        assertThat(harness.run("SET k w")).isEqualTo(OOM);
        assertThat(harness.run("DEL k")).startsWith("-MISCONF");
        assertThat(harness.run("GET k")).contains(VALUE);
        assertThat(harness.state()).hasSize(1);
        assertThat(harness.engine().eviction().evictedKeys()).isZero();
        harness.log().room(Room.YES, null);
        evictAll();
        assertThat(harness.state()).isEmpty();
    }

    // Limits

    @Test
    void the_heap_is_a_limit_whatever_maxmemory_says() {
        harness = new EngineHarness(new MemoryLog(), 50_000);
        harness.loaded();
        int written = 0;
        while (harness.run("SET k" + written + " " + VALUE).equals(OK)) {
            assertThat(++written).isLessThan(1000);
        }
        assertThat(written).isGreaterThan(100);
        assertThat(harness.run("SET k v")).isEqualTo(OOM);
        config("maxmemory 1gb");
        assertThat(harness.run("SET k v")).isEqualTo(OOM);
        config("maxmemory-policy allkeys-lru");
        assertThat(harness.run("SET k v")).isEqualTo(OK);
        config("maxmemory 0");
        for (int i = 0; i < 1000; i++) {
            set("more" + i);
            assertThat(used()).isLessThan(50_000 + 1000);
        }
    }

    @Test
    void what_is_replayed_is_neither_refused_nor_evicted() {
        for (int i = 0; i < 100; i++) {
            set("k" + i);
        }
        EngineHarness small = new EngineHarness(new MemoryLog(), 10_000);
        small.engine().tuning().maxMemoryPolicy.set("allkeys-lru");
        harness.log().entries().forEach(kept -> small.engine().replay(kept.toEntry()));
        assertThat(small.engine().evictSome()).isFalse();
        assertThat(small.state()).isEqualTo(harness.state());
        small.loaded();
        while (small.engine().evictSome()) {
            assertThat(small.engine().eviction().evictedKeys()).isLessThan(100);
        }
        assertThat(small.engine().memory().bytes()).isLessThanOrEqualTo(10_000);
    }

    @Test
    void what_was_set_before_keeps_its_deadline_when_it_is_tracked() {
        setVolatile("k", 100);
        set("plain");
        config("maxmemory-policy allkeys-lru");
        harness.run("GET k");
        harness.run("GET plain");
        assertThat(harness.state())
                .containsExactly(
                        new Datum(0, "k", VALUE, EngineHarness.START_MILLIS + 100_000),
                        new Datum(0, "plain", VALUE, Keyspace.NEVER));
        assertThat(harness.log().entries()).as("a use is not a change").hasSize(2);
    }
}
