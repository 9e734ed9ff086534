package dev.miniredis.notice;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Ends the process when memory is exhausted: prints what failed and what to do, and exits at once with {@link
 * #EXIT_CODE}. Otherwise a server with a thread ended by an {@link OutOfMemoryError} would look alive and answer no
 * client. The exit is as safe as any crash: acknowledged writes are in the log.
 *
 * <p>Exception: if one large array does not fit into a heap that has room left, only the request that needed it is
 * refused.
 */
public final class OutOfMemory {
    /** The exit code, the same as of the JVM's own {@code -XX:+ExitOnOutOfMemoryError}. */
    public static final int EXIT_CODE = 3;

    /** With less than one part in this many of the heap free, any thread may fail next. */
    private static final int SPARE_PART = 16;

    private static final int MAX_CAUSES = 16;
    private static final String HEAP_ADVICE =
            "Give the server a larger heap, for example MINI_REDIS_JAVA_OPTS=-Xmx4g, or"
                    + " let it keep less: see maxmemory, maxmemory-clients and maxclients.";
    private static final byte[] SHORT_MESSAGE =
            "mini-redis: There is no memory left, and the process ends. Give it more.\n"
                    .getBytes(StandardCharsets.US_ASCII);

    /** Opened in advance: without memory, nothing can be allocated. */
    private static final FileOutputStream ERR = new FileOutputStream(FileDescriptor.err);

    private static final AtomicReference<byte[]> RESERVE = new AtomicReference<>(new byte[256 * 1024]);

    private OutOfMemory() {}

    /** Installs a handler that ends the process when an uncaught OutOfMemoryError ends a thread. */
    public static void watchThreads() {
        Thread.UncaughtExceptionHandler before = Thread.getDefaultUncaughtExceptionHandler();
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            endIfCause(failure);
            if (before != null) {
                before.uncaughtException(thread, failure);
            } else {
                failure.printStackTrace();
            }
        });
    }

    /** Ends the process if this is an OutOfMemoryError, or was caused by one. */
    public static void endIfCause(Throwable failure) {
        if (isCause(failure)) {
            end(failure);
        }
    }

    /** As {@link #endIfCause}, unless a large array did not fit into a heap that has room left. */
    public static void endUnlessRoom(Throwable failure) {
        if (isCause(failure) && !(isOfHeap(failure) && hasRoom())) {
            end(failure);
        }
    }

    /** Ends the process because garbage collection takes nearly all the time, as it does before an OutOfMemoryError. */
    public static void endForCollector(long seconds) {
        end("the garbage collector has had nearly all the time for " + seconds + " s and finds no room", HEAP_ADVICE);
    }

    /** Whether the heap has room, right after a collection. */
    public static boolean hasRoom() {
        Runtime runtime = Runtime.getRuntime();
        long free = runtime.maxMemory() - runtime.totalMemory() + runtime.freeMemory();
        return free > runtime.maxMemory() / SPARE_PART;
    }

    static boolean isCause(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; i < MAX_CAUSES && cause != null; i++, cause = cause.getCause()) {
            if (cause instanceof OutOfMemoryError) {
                return true;
            }
        }
        return false;
    }

    /** Whether the heap is exhausted, not Netty's direct memory or the number of threads. */
    private static boolean isOfHeap(Throwable failure) {
        return failure.getClass() == OutOfMemoryError.class && advice(failure).equals(HEAP_ADVICE);
    }

    /** What the user can do about it. */
    static String advice(Throwable failure) {
        String text = String.valueOf(failure);
        if (text.contains("native thread")) {
            return "Let the process have more threads: see ulimit -u, and pids.max of its container.";
        }
        if (text.contains("irect")) { // Netty's OutOfDirectMemoryError, the JDK's "direct buffer memory"
            return "Give the server more memory outside of its heap, for example"
                    + " MINI_REDIS_JAVA_OPTS=-XX:MaxDirectMemorySize=2g, or let less wait for clients: see"
                    + " client-output-buffer-limit.";
        }
        return HEAP_ADVICE;
    }

    private static void end(Throwable failure) {
        RESERVE.set(null); // makes room for the message
        try {
            end("thread " + Thread.currentThread().getName() + " failed with " + failure, advice(failure));
        } finally { // if there was no memory for the message
            halt(SHORT_MESSAGE);
        }
    }

    private static void end(String what, String advice) {
        halt(message(what, advice).getBytes(StandardCharsets.UTF_8));
    }

    static String message(String what, String advice) {
        return "mini-redis: There is no memory left, and the process ends: " + what + ". The heap has "
                + (Runtime.getRuntime().maxMemory() >> 20) + " MiB. What was acknowledged is in the log. " + advice
                + "\n";
    }

    private static void halt(byte[] message) {
        try {
            ERR.write(message);
        } catch (IOException e) {
            // the exit code must do
        } finally {
            Runtime.getRuntime().halt(EXIT_CODE);
        }
    }
}
