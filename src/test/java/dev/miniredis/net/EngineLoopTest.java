package dev.miniredis.net;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.notice.Notice;
import java.util.ArrayList;
import java.util.List;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class EngineLoopTest {
    private final EmbeddedServer server = new EmbeddedServer(EmbeddedServer.ENOUGH);
    private final Logger logger = Logger.getLogger(EngineLoop.class.getName());
    private final List<String> told = new ArrayList<>();
    private final Handler handler = new Handler() {
        @Override
        public void publish(LogRecord line) {
            told.add(line.getMessage() + " " + line.getThrown().getMessage());
        }

        @Override
        public void flush() {}

        @Override
        public void close() {}
    };

    @BeforeEach
    void listen() {
        logger.addHandler(handler);
        logger.setUseParentHandlers(false);
    }

    @AfterEach
    void stopListening() {
        logger.removeHandler(handler);
        logger.setUseParentHandlers(true);
    }

    @Test
    void regular_work_that_fails_is_told_and_comes_again() {
        int[] times = {0};
        server.loop.regularly(() -> {
            times[0]++;
            throw new IllegalStateException("for a test");
        });
        server.loop.startCron();
        server.runScheduled(100);
        server.runScheduled(100);
        assertThat(times[0]).isEqualTo(2);
        assertThat(told).hasSize(2).allMatch(line -> line.equals(Notice.BUG_IN_LOOP.text() + " for a test"));
    }
}
