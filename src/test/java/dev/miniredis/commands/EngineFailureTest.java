package dev.miniredis.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.command.Command;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.command.Trait;
import dev.miniredis.engine.Engine;
import dev.miniredis.engine.EngineHarness;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Commands that go wrong half way, which none of ours should. */
class EngineFailureTest {
    private static final Logger ENGINE_LOGGER = Logger.getLogger(Engine.class.getName());

    private final EngineHarness harness = new EngineHarness();

    @BeforeEach
    void be_quiet() {
        ENGINE_LOGGER.setLevel(Level.OFF);
    }

    @AfterEach
    void speak_again() {
        ENGINE_LOGGER.setLevel(null);
    }

    private Command add(String usage, Command.Body body) {
        CommandTable table = harness.engine().commands();
        table.row(usage, "1.0.0", "Goes wrong.").write(body, Trait.KeyFlag.RW);
        return table.find(usage.split(" ")[0]);
    }

    @Test
    void an_error_leaves_nothing_of_the_reply_before_it() {
        Command broken = add("BROKEN key", call -> {
            call.reply.array(2);
            call.reply.bulk("x".repeat(100_000));
            throw CommandError.WRONG_TYPE;
        });
        assertThat(harness.run("BROKEN k"))
                .isEqualTo("-WRONGTYPE Operation against a key holding the wrong kind of value\r\n");
        assertThat(harness.log().entries()).isEmpty();
        assertThat(broken.calls()).isOne();
        assertThat(broken.failures()).isOne();
        assertThat(broken.refusals()).isZero();
    }

    @Test
    void a_bug_is_answered_as_one_and_the_server_goes_on() {
        Command broken = add("BROKEN key", call -> {
            call.reply.array(2);
            throw new IllegalStateException("a bug");
        });
        assertThat(harness.run("BROKEN k")).isEqualTo("-ERR internal error, see the server's log\r\n");
        assertThat(broken.failures()).isOne();
        assertThat(harness.run("PING")).isEqualTo("+PONG\r\n");
    }

    @Test
    void a_command_that_finds_no_memory_is_answered_and_the_server_goes_on() {
        Command broken = add("BROKEN key", call -> {
            call.reply.array(2);
            throw new OutOfMemoryError("thrown by a test");
        });
        assertThat(harness.run("BROKEN k")).isEqualTo("-OOM command not allowed when used memory > 'maxmemory'.\r\n");
        assertThat(broken.failures()).isOne();
        assertThat(harness.log().entries()).isEmpty();
        assertThat(harness.run("PING")).isEqualTo("+PONG\r\n");
    }

    @Test
    void what_a_bug_has_changed_is_in_the_log() {
        add("BROKEN key value", call -> {
            call.put(call.arg(2), Long.MAX_VALUE);
            throw new IllegalStateException("a bug");
        });
        assertThat(harness.run("BROKEN k v")).isEqualTo("-ERR internal error, see the server's log\r\n");
        assertThat(harness.log().entries()).hasSize(1);
        assertThat(harness.run("GET k")).isEqualTo("$1\r\nv\r\n");
    }

    @Test
    void a_syntax_error_is_found_before_the_body_runs() {
        Command broken = add("BROKEN key [NX]", call -> {
            throw new IllegalStateException("it ran");
        });
        assertThat(harness.run("BROKEN k FOO")).isEqualTo("-ERR syntax error\r\n");
        assertThat(broken.failures()).isOne();
    }

    @Test
    void who_speaks_http_is_cut_off_without_an_answer() {
        for (String line : new String[] {"POST / HTTP/1.1", "post", "Host: localhost", "HOST:"}) {
            harness.connect();
            assertThat(harness.run(line)).as(line).isEmpty();
            assertThat(harness.session().isAborted()).as(line).isTrue();
            assertThat(harness.session().isClosing()).as(line).isTrue();
        }
        harness.connect();
        assertThat(harness.run("HOST")).startsWith("-ERR unknown command 'HOST'");
        assertThat(harness.session().isAborted()).isFalse();
    }

    @Test
    void a_client_that_quits_is_answered_first() {
        assertThat(harness.run("QUIT")).isEqualTo("+OK\r\n");
        assertThat(harness.session().isClosing()).isTrue();
        assertThat(harness.session().isAborted()).isFalse();
    }
}
