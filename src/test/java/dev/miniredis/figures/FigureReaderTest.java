package dev.miniredis.figures;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.embedded.MiniRedis;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The metrics as another thread reads them, while the engine's thread answers and while it does not. */
@Timeout(60)
class FigureReaderTest {
    @TempDir
    Path dataDir;

    private MiniRedis server;

    @BeforeEach
    void start() throws InterruptedException {
        server = MiniRedis.builder().dataDir(dataDir).start();
    }

    @AfterEach
    void stop() throws Exception {
        server.close();
    }

    private double value(String metric) {
        return server.figures().read().entrySet().stream()
                .filter(entry -> entry.getKey().metric().equals(metric))
                .mapToDouble(entry -> entry.getValue().getFirst().value())
                .findFirst()
                .orElseThrow();
    }

    @Test
    void all_metrics_are_read_in_the_order_of_the_table() {
        assertThat(server.figures().read().keySet())
                .containsExactlyElementsOf(server.figures().metrics())
                .hasSizeGreaterThan(50);
    }

    @Test
    void a_figure_of_the_engine_is_as_new_as_the_question() {
        server.loop().execute(() -> server.engine().tuning().maxMemory.set("64mb"));
        assertThat(value("mini_redis_memory_max_bytes")).isEqualTo(64 * 1024 * 1024);
    }

    @Test
    void while_the_engine_is_busy_the_last_snapshot_is_told_and_how_long_it_has_been_busy() {
        assertThat(value("mini_redis_max_clients")).isEqualTo(10_000);
        CountDownLatch busy = new CountDownLatch(1);
        CountDownLatch begun = new CountDownLatch(1);
        server.loop().execute(() -> {
            begun.countDown();
            try {
                busy.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        try {
            begun.await();
            assertThat(value("mini_redis_max_clients")).isEqualTo(10_000);
            assertThat(value("mini_redis_engine_lag_seconds")).isGreaterThan(0.4);
            assertThat(value("mini_redis_log_writable")).isEqualTo(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            busy.countDown();
        }
    }
}
