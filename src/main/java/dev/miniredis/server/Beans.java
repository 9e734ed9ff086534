package dev.miniredis.server;

import dev.miniredis.engine.Engine;
import dev.miniredis.log.LocalDisk;
import dev.miniredis.log.LocalLog;
import dev.miniredis.log.LogException;
import dev.miniredis.log.NoLog;
import dev.miniredis.log.ServerLog;
import io.quarkus.runtime.Quarkus;
import jakarta.enterprise.inject.Disposes;
import jakarta.enterprise.inject.Instance;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.security.SecureRandom;

/** Makes beans of the plain classes below this package: the store (the engine) and the append-only log. */
final class Beans {
    @Produces
    @Singleton
    LocalDisk disk(Settings settings) {
        try {
            return LocalDisk.open(settings.dataDir());
        } catch (LogException e) {
            throw new StartupFailure(e.getMessage(), e);
        }
    }

    @Produces
    @Singleton
    ServerLog log(Instance<LocalDisk> disk, Settings settings) {
        return settings.appendonly() ? new LocalLog(disk.get(), settings.fsync(), System::nanoTime) : new NoLog();
    }

    /** After the log was closed: lets another server have the directory; in dev mode the process lives on. */
    void close(@Disposes LocalDisk disk) throws IOException {
        disk.close();
    }

    @Produces
    @Singleton
    Engine engine(ServerLog log, Settings settings, ProcessFacts process) {
        return new Engine(
                settings.databases(),
                new SecureRandom().nextLong(),
                process.arrayHeaderBytes(),
                log,
                Quarkus::asyncExit);
    }
}
