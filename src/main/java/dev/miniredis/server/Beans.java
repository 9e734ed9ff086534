package dev.miniredis.server;

import dev.miniredis.engine.Engine;
import dev.miniredis.log.LocalDisk;
import dev.miniredis.log.LocalLog;
import dev.miniredis.log.LogException;
import io.quarkus.runtime.Quarkus;
import jakarta.enterprise.inject.Produces;
import jakarta.inject.Singleton;
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
    LocalLog log(LocalDisk disk, Settings settings) {
        return new LocalLog(disk, settings.fsync(), System::nanoTime);
    }

    @Produces
    @Singleton
    Engine engine(LocalLog log, Settings settings, ProcessFacts process) {
        return new Engine(
                settings.databases(),
                new SecureRandom().nextLong(),
                process.arrayHeaderBytes(),
                log,
                Quarkus::asyncExit);
    }
}
