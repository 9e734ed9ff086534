package dev.miniredis.server;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.ClassLoaderMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmHeapPressureMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmInfoMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import jakarta.annotation.PreDestroy;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Micrometer's metrics of the JVM and of the process. Quarkus would add them before the server listens, which makes the
 * start longer; here they are added when it is ready, or when its replay takes long.
 */
@Singleton
final class JvmMetrics {
    private final MeterRegistry registry;
    private final AtomicBoolean asked = new AtomicBoolean();
    private final List<AutoCloseable> listening = new ArrayList<>();
    private boolean closed;

    JvmMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** Adds them once, on a background thread. */
    void addInBackground() {
        if (asked.getAndSet(true)) {
            return;
        }
        Thread.ofPlatform().daemon().name("mini-redis-metrics").start(this::add);
    }

    private synchronized void add() {
        if (closed) {
            return;
        }
        List<MeterBinder> binders = List.of(
                new JvmMemoryMetrics(),
                new JvmGcMetrics(),
                new JvmHeapPressureMetrics(),
                new JvmThreadMetrics(),
                new JvmInfoMetrics(),
                new ClassLoaderMetrics(),
                new UptimeMetrics(),
                new ProcessorMetrics(),
                new FileDescriptorMetrics());
        for (MeterBinder binder : binders) {
            binder.bindTo(registry);
            if (binder instanceof AutoCloseable listener) {
                listening.add(listener);
            }
        }
    }

    /** Dev mode starts the server again in the same JVM; the collector would go on notifying this object. */
    @PreDestroy
    synchronized void close() throws Exception {
        closed = true;
        for (AutoCloseable listener : listening) {
            listener.close();
        }
    }
}
