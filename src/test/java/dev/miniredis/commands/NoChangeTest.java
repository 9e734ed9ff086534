package dev.miniredis.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.engine.EngineHarness;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A command that turns out to change nothing logs nothing, so that watchers, trackers and listeners of keyspace events
 * are told nothing; as Redis 7.2, asked with WATCH, CLIENT TRACKING and notify-keyspace-events KEA.
 */
class NoChangeTest {
    private final EngineHarness harness = new EngineHarness();

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            SET k "\\x80"       | SETBIT k 0 1
            SET k 10            | SETBIT k 2 1
            SET k "\\x80"       | BITFIELD k SET u8 0 128
            SET k "\\x80"       | BITFIELD k INCRBY u8 0 0
            SET k "\\xff"       | BITFIELD k OVERFLOW FAIL INCRBY u8 0 1
            SET k a             | BITFIELD k GET u8 0
            SET k a             | SETRANGE k 0 ""
            PING                | SETRANGE k 0 ""
            SET k a             | PERSIST k
            SET k a             | EXPIRE k 100 XX
            SET k a EX 100      | EXPIRE k 100 NX
            SET k a EX 100      | EXPIRE k 50 GT
            SET k a EX 100      | EXPIRE k 150 LT
            PING                | EXPIRE k 100
            SET k a             | SET k b NX
            PING                | SET k b XX
            SET k a             | SETNX k b
            SET k a             | MSETNX k b j c
            SET k a             | GETEX k
            SET k a             | GETEX k PERSIST
            PING                | GETDEL k
            PFADD k a           | PFADD k a
            PFADD k a           | PFADD k
            SET k a             | COPY k k
            SET k a             | RENAME k k
            SET k a             | MOVE k 0
            PING                | BITOP AND k a b
            PING                | DEL k
            SET k a             | TOUCH k
            PING                | SORT x STORE k
            SET k a             | SWAPDB 0 0
            PING                | FLUSHDB
            PING                | FLUSHALL
            """)
    void nothing_is_logged_and_no_watcher_is_told(String setup, String command) {
        harness.run(setup);
        harness.run("WATCH k");
        int entries = harness.log().entries().size();

        harness.run(command);

        assertThat(harness.log().entries()).hasSize(entries);
        harness.run("MULTI");
        assertThat(harness.run("EXEC")).as("EXEC after WATCH").isEqualTo("*0\r\n");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            PING                | SETBIT k 0 0
            SET k a             | SETBIT k 100 0
            SET k a             | SETBIT k 7 0
            PING                | BITFIELD k SET u8 0 0
            SET k a             | BITFIELD k SET u8 8 0
            SET k a             | APPEND k ""
            SET k a             | SET k a
            SET k 1             | INCRBY k 0
            SET k a             | FLUSHALL
            """)
    void what_redis_counts_as_a_change_is_one(String setup, String command) {
        harness.run(setup);
        int entries = harness.log().entries().size();

        harness.run(command);

        assertThat(harness.log().entries()).hasSize(entries + 1);
    }

    /** Redis takes a string apart from others before it looks whether a bit of it changes; the data are the same. */
    @ParameterizedTest
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            SET k 10            | SETBIT k 2 1                               | raw
            SET k a             | SETBIT k 7 1                               | raw
            SET k 1             | BITFIELD k SET u8 0 49                     | raw
            SET k a             | BITFIELD k INCRBY u8 0 0                   | raw
            SET k a             | BITFIELD k OVERFLOW FAIL INCRBY u2 0 3     | raw
            SET k 1             | BITFIELD k OVERFLOW FAIL SET u1 1000 5     | raw
            SET k 1             | BITFIELD k GET u8 0                        | int
            SET k a             | BITFIELD k                                 | embstr
            SET k 1             | SETBIT k 2 2                               | int
            SET k 1             | SETRANGE k 0 ""                            | int
            SET k a             | SETRANGE k 0 ""                            | embstr
            SET k 1             | GETEX k PERSIST                            | int
            SET k 1             | SETNX k 2                                  | int
            """)
    void the_encoding_is_as_in_redis(String setup, String command, String encoding) {
        harness.run(setup);
        harness.run(command);
        assertThat(harness.run("OBJECT ENCODING k")).contains("\r\n" + encoding + "\r\n");
    }
}
