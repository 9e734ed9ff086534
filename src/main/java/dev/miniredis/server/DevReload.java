package dev.miniredis.server;

import io.quarkus.arc.profile.IfBuildProfile;
import io.quarkus.dev.console.DevConsoleManager;
import io.quarkus.dev.spi.HotReplacementContext;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Singleton;
import java.io.File;
import java.nio.file.Path;
import org.jboss.logging.Logger;

/**
 * Reloads edited sources in {@code quarkus:dev}. Quarkus looks for changes when an HTTP request comes, and the clients
 * of this server send none; so a thread makes it look twice a second. Only dev mode has this bean.
 *
 * <p>A reload runs on that thread, ends this bean in the middle and makes the next one. So the end of the bean neither
 * waits for the thread nor interrupts it.
 */
@Singleton
@IfBuildProfile("dev")
final class DevReload {
    private static final Logger LOGGER = Logger.getLogger(DevReload.class);
    private static final long PAUSE_MILLIS = 500;

    private volatile boolean stopped;

    void start(@Observes StartupEvent event) {
        HotReplacementContext quarkus = DevConsoleManager.getHotReplacementContext();
        if (quarkus != null) {
            Thread.ofPlatform().name("mini-redis-dev-reload").daemon().start(() -> watch(quarkus));
        }
    }

    void stop(@Observes ShutdownEvent event) {
        stopped = true;
    }

    /**
     * Ends with a reload or with the server, but not while the sources do not compile or do not start: nothing else
     * would find their correction. Each scan of such sources reports them again, so the next scan waits until a file
     * changes.
     */
    private void watch(HotReplacementContext quarkus) {
        boolean reloaded = false;
        boolean broken = false;
        long scanned = 0;
        try {
            while (broken || !reloaded && !stopped) {
                Thread.sleep(PAUSE_MILLIS);
                long sources = fingerprint(quarkus);
                if (!broken || sources != scanned) {
                    scanned = sources;
                    reloaded |= quarkus.doScan(false);
                    broken = quarkus.getDeploymentProblem() != null;
                }
            }
        } catch (Exception e) {
            LOGGER.error("Sources are no longer watched for changes.", e);
        }
    }

    private static long fingerprint(HotReplacementContext quarkus) {
        long sum = 0;
        for (Path directory : quarkus.getSourcesDir()) {
            sum += fingerprint(directory.toFile());
        }
        return sum;
    }

    private static long fingerprint(File file) {
        long sum = file.hashCode() * 31L + file.lastModified();
        File[] children = file.listFiles();
        if (children != null) {
            for (File child : children) {
                sum += fingerprint(child);
            }
        }
        return sum;
    }
}
