package dev.miniredis.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.miniredis.log.FsyncPolicy;
import dev.miniredis.log.LocalDisk;
import dev.miniredis.log.LocalLog;
import dev.miniredis.log.OnDamage;
import dev.miniredis.log.ServerLog;
import dev.miniredis.net.ClientLimits;
import dev.miniredis.net.EngineLoop;
import dev.miniredis.net.TestLog;
import dev.miniredis.resp.Request;
import dev.miniredis.session.Outlet;
import dev.miniredis.session.Session;
import io.netty.channel.DefaultEventLoop;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** When a base is made without being asked for, what is said when that fails, and the base that a lost log needs. */
@Timeout(60)
class CompactionTest {
    private static final Logger LOGGER = Logger.getLogger(Compaction.class.getName());

    private final DefaultEventLoop thread = new DefaultEventLoop();
    private final AtomicLong nanos = new AtomicLong();
    private final List<String> told = new CopyOnWriteArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord logged) {
            if (logged.getLevel().intValue() >= java.util.logging.Level.SEVERE.intValue()) {
                told.add(new java.util.logging.SimpleFormatter().formatMessage(logged));
            }
        }

        @Override
        public void flush() {
            // nothing is kept back
        }

        @Override
        public void close() {
            // nothing is open
        }
    };

    @TempDir
    private Path directory;

    private Path data() {
        return directory.resolve("data");
    }

    @BeforeEach
    void listen() {
        LOGGER.addHandler(handler);
    }

    @AfterEach
    void end() throws InterruptedException {
        LOGGER.removeHandler(handler);
        thread.shutdownGracefully(0, 1, TimeUnit.SECONDS).await();
    }

    /** An engine with a log and what makes bases of it; all but the log's opening on the thread of the loop. */
    private final class Server {
        final Engine engine;
        final EngineLoop loop;
        final Compaction compaction;

        Server(ServerLog log) {
            engine = new Engine(1, 0x5eed, 16, Long.MAX_VALUE, log, Clocks.MACHINE, () -> {});
            loop = new EngineLoop(engine, log, new ClientLimits(engine), thread, _ -> {});
            compaction = new Compaction(engine, log, loop, nanos::get);
            engine.loaded();
        }

        void set(String key) {
            Session session = new Session(1, "c:1", "s:1", 0, Outlet.NONE);
            engine.security().admit(session);
            await().until(() -> loop.ask(() -> {
                        boolean run = engine.execute(session, Request.of(bytes("SET"), bytes(key), bytes("v")));
                        engine.reply().rewind(0);
                        engine.submit();
                        return run;
                    })
                    .join());
        }

        void look() {
            loop.ask(() -> {
                        compaction.startIfNeeded();
                        return null;
                    })
                    .join();
        }

        boolean isRunning() {
            return loop.ask(compaction::isRunning).join();
        }

        /** Looks, and waits until what that has begun is over. */
        void lookAndWait() {
            look();
            await().until(() -> !isRunning());
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private void pass(int seconds) {
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
    }

    private void deleteData() throws IOException {
        while (Files.exists(data())) { // the log may make files meanwhile
            try (Stream<Path> files = Files.walk(data())) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            } catch (DirectoryNotEmptyException again) {
                // one more round
            }
        }
    }

    private static LocalLog open(LocalDisk disk) throws Exception {
        LocalLog log = new LocalLog(disk, FsyncPolicy.ALWAYS, OnDamage.REFUSE, System::nanoTime);
        log.recover(batch -> batch.release(), 1000);
        return log;
    }

    @Test
    void what_fails_by_itself_is_tried_again_ever_later_and_told_once() {
        TestLog log = new TestLog();
        Server server = new Server(log);
        log.grow();
        for (int pause : new int[] {5, 10, 20, 40, 80, 160, 300, 300}) {
            server.lookAndWait();
            int attempts = log.attempts();
            pass(pause - 1);
            server.lookAndWait();
            assertThat(log.attempts()).as("before %s s", pause).isEqualTo(attempts);
            pass(1);
        }
        assertThat(server.loop.ask(server.compaction::lastFailed).join()).isTrue();
        assertThat(told).singleElement().asString().contains("No base of the log was made: the test has no disk.");
    }

    @Test
    void on_a_full_disk_it_begins_when_what_is_left_has_room_and_has_changed() {
        TestLog log = new TestLog();
        Server server = new Server(log);
        log.durable(Long.MAX_VALUE);
        server.set("a");
        pass(5);
        server.lookAndWait();
        assertThat(log.attempts()).as("there is room for entries").isZero();
        log.full(1);
        server.lookAndWait();
        assertThat(log.attempts()).as("what is left is larger").isZero();
        log.full(1024 * 1024);
        server.lookAndWait();
        assertThat(log.attempts()).isEqualTo(1);
        pass(5);
        server.lookAndWait();
        assertThat(log.attempts()).as("nothing has changed since").isEqualTo(1);
        server.set("b");
        server.lookAndWait();
        assertThat(log.attempts()).as("however often it has failed").isEqualTo(2);
        server.set("c");
        pass(4);
        server.lookAndWait();
        assertThat(log.attempts()).as("not too often").isEqualTo(2);
    }

    @Test
    void what_somebody_has_asked_for_is_told_each_time() {
        Server server = new Server(new TestLog());
        for (int i = 1; i <= 2; i++) {
            server.loop.execute(server.compaction::start);
            await().until(() -> !server.isRunning());
            assertThat(told).hasSize(i);
        }
    }

    @Test
    void a_lost_log_gets_its_base_without_being_asked_and_goes_on() throws Exception {
        try (LocalDisk disk = LocalDisk.open(data())) {
            LocalLog log = open(disk);
            Server server = new Server(log);
            log.start(server.loop);
            server.set("a");
            server.set("b");
            deleteData();
            log.look();
            assertThat(log.problem()).isEqualTo(data() + " was deleted");
            server.lookAndWait();
            assertThat(log.problem()).isNull();
            server.set("c");
            server.compaction.stop();
            log.close();
        }
        assertThat(told).isEmpty();
        assertThat(data().resolve("mini-redis.base.2.log")).content().contains("\"a\"", "\"b\"");
        assertThat(data().resolve("mini-redis.log"))
                .content()
                .contains("\"first\":3")
                .contains("\"c\"");
    }

    @Test
    void a_log_that_was_lost_a_moment_ago_gets_its_base_at_the_stop() throws Exception {
        try (LocalDisk disk = LocalDisk.open(data())) {
            LocalLog log = open(disk);
            Server server = new Server(log);
            log.start(server.loop);
            server.set("a");
            deleteData();
            server.compaction.stop();
            log.close();
        }
        assertThat(data().resolve("mini-redis.base.1.log")).content().contains("\"a\"");
    }
}
