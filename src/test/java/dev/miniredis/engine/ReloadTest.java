package dev.miniredis.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.miniredis.log.FsyncPolicy;
import dev.miniredis.log.LocalDisk;
import dev.miniredis.log.LocalLog;
import dev.miniredis.log.LogListener;
import dev.miniredis.log.OnDamage;
import dev.miniredis.resp.Request;
import dev.miniredis.session.Outlet;
import dev.miniredis.session.Session;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** DEBUG RELOAD with a log on a disk: what is in memory then is what is there. */
@Timeout(60)
class ReloadTest {
    private static final String OK = "+OK\r\n";

    @TempDir
    private Path directory;

    private LocalDisk disk;
    private LocalLog log;
    private Engine engine;
    private boolean ended;
    private final Session session = new Session(1, "c:1", "s:1", 0, Outlet.NONE);

    @BeforeEach
    void start() throws Exception {
        disk = LocalDisk.open(directory.resolve("data"));
        log = new LocalLog(disk, FsyncPolicy.ALWAYS, OnDamage.REFUSE, System::nanoTime);
        log.recover(batch -> batch.release(), 1000);
        engine = new Engine(2, 0x5eed, 16, Long.MAX_VALUE, log, Clocks.MACHINE, () -> ended = true);
        engine.security().admit(session);
        engine.tuning().enableDebugCommand.set("yes");
        engine.debugging().reloading(new Reload(engine, log, disk));
        log.start(new LogListener() {
            @Override
            public void durable(long lsn) {
                // the test asks
            }

            @Override
            public void roomChanged() {
                // the test tries again
            }

            @Override
            public void synced(long nanos) {
                // nobody counts
            }
        });
        engine.loaded();
    }

    @AfterEach
    void stop() throws Exception {
        log.close();
        disk.close();
    }

    private String run(String line) {
        Request request = Request.of(EngineHarness.words(line).toArray(byte[][]::new));
        await().until(() -> engine.execute(session, request));
        String reply = new String(engine.reply().bytes(), 0, engine.reply().size(), StandardCharsets.ISO_8859_1);
        engine.reply().clear();
        return reply;
    }

    @Test
    void what_was_written_a_moment_ago_is_there() {
        run("SET a 1");
        run("SET b 2 PX 100000");
        run("SELECT 1");
        run("DEBUG POPULATE 1000");
        String digest = run("DEBUG DIGEST");
        long next = log.nextLsn();
        assertThat(run("DEBUG LOADAOF")).isEqualTo(OK);
        assertThat(run("DEBUG DIGEST")).isEqualTo(digest);
        assertThat(engine.requiredLsn()).as("everything is on the disk").isZero();
        assertThat(log.nextLsn()).as("no entry of its own").isEqualTo(next);
        assertThat(run("SET c 3")).isEqualTo(OK);
        assertThat(log.nextLsn()).isEqualTo(next + 1);
        assertThat(run("DEBUG RELOAD NOSAVE")).isEqualTo(OK);
        assertThat(run("GET c")).isEqualTo("$1\r\n3\r\n");
    }

    @Test
    void answers_before_it_in_a_pipeline_stay() {
        run("SET a 1");
        Request get = Request.of(EngineHarness.words("GET a").toArray(byte[][]::new));
        assertThat(engine.execute(session, get)).isTrue();
        assertThat(run("DEBUG LOADAOF")).isEqualTo("$1\r\n1\r\n" + OK);
    }

    @Test
    void an_empty_log_makes_no_data() {
        assertThat(run("DEBUG LOADAOF")).isEqualTo(OK);
        assertThat(run("DBSIZE")).isEqualTo(":0\r\n");
    }

    @Test
    void a_log_that_cannot_be_read_takes_nothing_from_memory() throws Exception {
        run("SET a 1");
        run("SET b 2");
        assertThat(run("DEBUG LOADAOF")).isEqualTo(OK);
        Path file = directory.resolve("data/mini-redis.log");
        byte[] bytes = Files.readAllBytes(file);
        int at = new String(bytes, StandardCharsets.ISO_8859_1).indexOf("\"SET\",\"a\"");
        bytes[at + 1] = 'X';
        Files.write(file, bytes);
        assertThat(run("DEBUG LOADAOF")).startsWith("-ERR The log in ").contains("ends with entry 0, before entry 2");
        assertThat(run("GET a")).isEqualTo("$1\r\n1\r\n");
        assertThat(run("DBSIZE")).isEqualTo(":2\r\n");
        assertThat(ended).isFalse();
    }
}
