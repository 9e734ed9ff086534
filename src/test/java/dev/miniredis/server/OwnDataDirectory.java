package dev.miniredis.server;

import io.quarkus.test.common.QuarkusTestResourceLifecycleManager;
import io.quarkus.test.junit.QuarkusTestProfile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A data directory for one start of the server in this JVM, which goes when the server has ended; and a port that is
 * the same for every start, so that one that is not given back keeps the next from starting.
 */
public class OwnDataDirectory implements QuarkusTestProfile {
    /** A system property, since Quarkus loads the classes of tests once for every start. */
    static final String PORT = "test.resp-port";

    @Override
    public Map<String, String> getConfigOverrides() {
        System.getProperties().computeIfAbsent(PORT, unset -> Integer.toString(freePort()));
        return Map.of("mini-redis.port", System.getProperty(PORT));
    }

    private static int freePort() {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<TestResourceEntry> testResources() {
        return List.of(new TestResourceEntry(Directory.class));
    }

    /** Makes and removes it. */
    public static final class Directory implements QuarkusTestResourceLifecycleManager {
        private Path path;

        @Override
        public Map<String, String> start() {
            try {
                path = Files.createTempDirectory("mini-redis-");
                return Map.of("mini-redis.data-dir", path.toString());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void stop() {
            try (Stream<Path> files = Files.walk(path)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
