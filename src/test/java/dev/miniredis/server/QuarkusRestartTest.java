package dev.miniredis.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.miniredis.embedded.MiniRedis;
import dev.miniredis.engine.Engine;
import dev.miniredis.net.RespListener;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import jakarta.inject.Inject;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * Another profile than {@link QuarkusServerTest}'s, so Quarkus ends its application and starts another one in the same
 * JVM, as dev mode does at a reload: on the same port, which the first has to give back.
 */
@QuarkusTest
@TestProfile(QuarkusRestartTest.TwoDatabases.class)
class QuarkusRestartTest {
    @Inject
    RespListener listener;

    @Inject
    Lifecycle lifecycle;

    @Inject
    Engine engine;

    /** A setting that the other one does not have. */
    public static final class TwoDatabases extends OwnDataDirectory {
        @Override
        public Map<String, String> getConfigOverrides() {
            Map<String, String> overrides = new TreeMap<>(super.getConfigOverrides());
            overrides.put("mini-redis.databases", "2");
            return overrides;
        }
    }

    @Test
    void another_start_has_the_same_port_its_own_settings_and_no_data_of_the_other() {
        await().until(() -> lifecycle.state() == MiniRedis.State.READY);
        assertThat(listener.port()).isEqualTo(Integer.getInteger(OwnDataDirectory.PORT));
        assertThat(engine.databases()).isEqualTo(2);
        assertThat(engine.data().keys()).isZero();
    }
}
