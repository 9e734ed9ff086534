package dev.miniredis.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.command.ProcessMemory;
import dev.miniredis.engine.EngineHarness;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** MEMORY and OBJECT, where a transcript does not know the sizes and the time. */
class MemoryCommandsTest {
    private static final long MB = 1024 * 1024;
    private static final int ENTRY_BYTES = 24; // a header of 16, flags and key length, a key and a value of 3
    private static final int SLOT_BYTES = 5;

    private final EngineHarness harness = new EngineHarness();

    private static String integer(String stats, String field) {
        return stats.replaceFirst("(?s).*\\$\\d+\r\n" + field + "\r\n:(-?\\d+)\r\n.*", "$1");
    }

    private static String real(String stats, String field) {
        return stats.replaceFirst("(?s).*\\$\\d+\r\n" + field + "\r\n,([-0-9.e]+)\r\n.*", "$1");
    }

    private static ProcessMemory process(AtomicInteger collections) {
        return new ProcessMemory() {
            @Override
            public long residentBytes() {
                return 300 * MB;
            }

            @Override
            public long heapUsedBytes() {
                return 100 * MB;
            }

            @Override
            public long heapCommittedBytes() {
                return 200 * MB;
            }

            @Override
            public long heapLimitBytes() {
                return 1024 * MB;
            }

            @Override
            public void collectGarbage() {
                collections.incrementAndGet();
            }
        };
    }

    @Test
    void usage_is_what_the_entry_takes_with_its_slot() {
        harness.run("SET key val");
        assertThat(harness.run("MEMORY USAGE key")).isEqualTo(":" + (ENTRY_BYTES + SLOT_BYTES) + "\r\n");
        harness.run("SET key val EX 100");
        assertThat(harness.run("MEMORY USAGE key")).isEqualTo(":" + (ENTRY_BYTES + 8 + SLOT_BYTES) + "\r\n");
    }

    @Test
    void stats_add_up() {
        harness.engine().environment().processMemory(process(new AtomicInteger()));
        harness.run("HELLO 3");
        for (int i = 0; i < 1000; i++) {
            harness.run("SET key" + i + " value");
        }
        harness.run("SELECT 2");
        harness.run("SET key value");
        String stats = harness.run("MEMORY STATS");
        long total = Long.parseLong(integer(stats, "total.allocated"));
        long overhead = Long.parseLong(integer(stats, "overhead.total"));
        long dataset = Long.parseLong(integer(stats, "dataset.bytes"));
        long startup = Long.parseLong(integer(stats, "startup.allocated"));
        long clients = Long.parseLong(integer(stats, "clients.normal"));
        assertThat(clients).isPositive();
        assertThat(total).isEqualTo(harness.engine().memory().bytes() + clients).isEqualTo(overhead + dataset);
        assertThat(dataset).isEqualTo(1000 * 32 + 32);
        assertThat(integer(stats, "keys.count")).isEqualTo("1001");
        assertThat(integer(stats, "keys.bytes-per-key")).isEqualTo(Long.toString((total - startup) / 1001));
        assertThat(Double.parseDouble(real(stats, "dataset.percentage")))
                .isEqualTo(dataset * 100.0 / (total - startup));
        assertThat(Double.parseDouble(real(stats, "fragmentation"))).isEqualTo(300 * MB / (double) total);
        assertThat(integer(stats, "fragmentation.bytes")).isEqualTo(Long.toString(300 * MB - total));
        assertThat(real(stats, "allocator-fragmentation.ratio")).isEqualTo("2");
        assertThat(real(stats, "rss-overhead.ratio")).isEqualTo("1.5");
        assertThat(stats)
                .contains("$4\r\ndb.0\r\n%3\r\n", "$4\r\ndb.2\r\n%3\r\n")
                .doesNotContain("db.1\r\n");

        harness.run("FLUSHALL");
        stats = harness.run("MEMORY STATS");
        assertThat(integer(stats, "total.allocated")).isEqualTo(Long.toString(startup + clients));
        assertThat(integer(stats, "peak.allocated")).isNotEqualTo(Long.toString(startup));
        assertThat(integer(stats, "keys.bytes-per-key")).isEqualTo("0");
        assertThat(integer(stats, "dataset.bytes")).isEqualTo("0");
        assertThat(real(stats, "dataset.percentage")).isEqualTo("0");
        assertThat(stats).doesNotContain("db.0");
    }

    @Test
    void info_memory_divides_it_in_the_same_way() {
        harness.run("SET key val");
        long data = harness.engine().memory().bytes();
        long clients = harness.engine().clients().memory().clientBytes();
        long total = data + clients;
        assertThat(harness.run("INFO memory"))
                .contains(
                        "used_memory:" + total + "\r\n",
                        "used_memory_overhead:" + (total - ENTRY_BYTES) + "\r\n",
                        "used_memory_startup:" + (data - ENTRY_BYTES) + "\r\n",
                        "mem_clients_normal:" + clients + "\r\n",
                        "used_memory_dataset:" + ENTRY_BYTES + "\r\n",
                        "used_memory_peak_perc:100.00%\r\n");
    }

    @Test
    void to_look_at_how_a_key_is_kept_is_not_to_use_it() {
        harness.run("CONFIG SET maxmemory-policy allkeys-lru");
        harness.run("SET k v");
        harness.pass(7_000);
        harness.run("OBJECT ENCODING k");
        harness.run("OBJECT REFCOUNT k");
        harness.run("MEMORY USAGE k");
        harness.run("OBJECT IDLETIME k");
        harness.run("TYPE k");
        assertThat(harness.run("OBJECT IDLETIME k")).isEqualTo(":7\r\n");
        harness.run("GET k");
        assertThat(harness.run("OBJECT IDLETIME k")).isEqualTo(":0\r\n");
    }

    @Test
    void frequencies_are_shown_with_an_lfu_policy() {
        harness.run("SET old v");
        harness.run("CONFIG SET maxmemory-policy volatile-lfu lfu-log-factor 0");
        assertThat(harness.run("OBJECT FREQ old")).isEqualTo(":5\r\n");
        for (int i = 0; i < 10; i++) {
            harness.run("GET old");
        }
        assertThat(harness.run("OBJECT FREQ old")).isEqualTo(":15\r\n");
        harness.run("SET old w");
        assertThat(harness.run("OBJECT FREQ old")).as("to set it is a use").isEqualTo(":16\r\n");
        harness.pass(3 * 60_000);
        assertThat(harness.run("OBJECT FREQ old")).isEqualTo(":13\r\n");
        harness.run("CONFIG SET lfu-decay-time 0");
        assertThat(harness.run("OBJECT FREQ old")).isEqualTo(":16\r\n");
    }

    @Test
    void idle_time_is_not_known_where_no_policy_asks_for_it() {
        harness.run("SET k v");
        for (String policy : new String[] {"noeviction", "allkeys-random", "volatile-ttl"}) {
            harness.run("CONFIG SET maxmemory-policy " + policy);
            assertThat(harness.run("OBJECT IDLETIME k"))
                    .isEqualTo(
                            "-ERR An LRU maxmemory policy is not selected, idle time not tracked. Please note that when"
                                    + " switching between policies at runtime LRU and LFU data will take some time to adjust.\r\n");
        }
    }

    @Test
    void purge_asks_for_a_collection() {
        AtomicInteger collections = new AtomicInteger();
        harness.engine().environment().processMemory(process(collections));
        assertThat(harness.run("MEMORY PURGE")).isEqualTo("+OK\r\n");
        assertThat(collections).hasValue(1);
        assertThat(harness.run("MEMORY MALLOC-STATS"))
                .isEqualTo("$45\r\nStats not supported for the current allocator\r\n");
    }

    private static String report(long total, long peak, long maxMemory, int clients, long clientBytes) {
        return new MemoryDoctor(new MemoryFigures(total, peak, 1000, 1000), 1024 * MB, maxMemory, clients, clientBytes)
                .report();
    }

    @Test
    void the_doctor_finds_nothing_where_all_is_well() {
        assertThat(report(6 * MB, 9 * MB, 0, 2, 400 * 1024))
                .isEqualTo(
                        "Hi Sam, I can't find any memory issue in your instance. I can only account for what occurs on"
                                + " this base.\n");
        assertThat(report(5 * MB - 1, 900 * MB, 0, 2, 0)).startsWith("Hi Sam, this instance is empty");
    }

    @Test
    void the_doctor_says_what_is_wrong_and_what_to_do() {
        assertThat(report(6 * MB, 9 * MB + 1, 0, 1, 0))
                .startsWith("Sam, I detected a few issues in this Redis instance memory implants:\n\n * Peak memory: ")
                .contains("MEMORY PURGE")
                .endsWith("\n\nI'm here to keep you safe, Sam. I want to help you.\n")
                .containsOnlyOnce(" * ");
        assertThat(report(922 * MB, 922 * MB, 0, 1, 0))
                .contains(" * Heap nearly full: Keys and values take 90% of the 1.00G ")
                .containsOnlyOnce(" * ");
        assertThat(report(6 * MB, 6 * MB, 2048 * MB, 1, 0))
                .contains(" * Limit above the heap: maxmemory is 2.00G, but keys and values may use only 1.00G")
                .containsOnlyOnce(" * ");
        assertThat(report(6 * MB, 6 * MB, 1024 * MB, 1, 0)).startsWith("Hi Sam, I can't find");
        assertThat(report(6 * MB, 6 * MB, 0, 2, 401 * 1024 + 1024))
                .contains(" * Big client buffers: ")
                .containsOnlyOnce(" * ");
        assertThat(report(1023 * MB, 2000 * MB, 2048 * MB, 1, MB)).contains("Peak", "Heap", "Limit", "Big client");
    }
}
