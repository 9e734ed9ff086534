package dev.miniredis.it;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server started by the packaged launcher, as its users start it. Its port is any free one, which its start line
 * tells. Whatever becomes of the tests, no server outlives their JVM.
 */
public final class ServerProcess implements AutoCloseable {
    /** The packaged program. */
    public static final String LAUNCHER =
            Path.of("target", "mini-redis").toAbsolutePath().toString();

    private static final Pattern READY = Pattern.compile("is ready on (\\S+):(\\d+) \\(\\w+\\), data in ");
    /** Little heap, and a compiler that is done soon: the server is up in half the time. */
    private static final String QUICK = "-Xmx512m -XX:TieredStopAtLevel=1";

    private static final long START_SECONDS = 60;
    private static final long STOP_SECONDS = 30;
    private static final Set<Process> RUNNING = ConcurrentHashMap.newKeySet();

    static {
        Runtime.getRuntime()
                .addShutdownHook(Thread.ofPlatform().unstarted(() -> RUNNING.forEach(Process::destroyForcibly)));
    }

    private final Process process;
    private final int givenPort;
    private final CompletableFuture<Integer> ready = new CompletableFuture<>();
    private final List<String> out = new ArrayList<>();
    private final List<String> err = new ArrayList<>();
    private final Thread outReader;
    private final Thread errReader;

    private ServerProcess(Process process, int givenPort) {
        this.process = process;
        this.givenPort = givenPort;
        RUNNING.add(process);
        outReader = read(process.getInputStream(), this::tookOut);
        errReader = read(process.getErrorStream(), this::tookErr);
        process.onExit().thenAccept(ended -> {
            RUNNING.remove(ended);
            ready.completeExceptionally(new IllegalStateException("the server ended"));
        });
    }

    /** How a server is to be started: unless told otherwise, with free ports. */
    public static final class Launch {
        private final Path dataDir;
        private final List<String> options = new ArrayList<>();
        private final Map<String, String> environment = new HashMap<>();
        private String javaOptions = QUICK;
        private String port = "0";
        private String httpPort = "0";
        private boolean bare;
        private Path folder = Path.of("");

        private Launch(Path dataDir) {
            this.dataDir = dataDir;
        }

        public Launch port(int wanted) {
            port = Integer.toString(wanted);
            return this;
        }

        /** Only with TLS. */
        public Launch noPort() {
            port = "no";
            return this;
        }

        /** The HTTP port; null leaves it to the server's default. */
        public Launch httpPort(Integer wanted) {
            httpPort = wanted == null ? null : Integer.toString(wanted);
            return this;
        }

        /** Flags of the server's JVM, in place of those that make it start soon. */
        public Launch java(String flags) {
            javaOptions = flags;
            return this;
        }

        /** Starts it in this folder. */
        public Launch folder(Path newFolder) {
            folder = newFolder;
            return this;
        }

        /** Leaves ports and data folder to the options that follow and to the environment. */
        public Launch bare() {
            bare = true;
            return this;
        }

        /** More options, which may contradict the others. */
        public Launch options(String... more) {
            options.addAll(List.of(more));
            return this;
        }

        /** Sets a variable of its environment. */
        public Launch environment(String name, String value) {
            environment.put(name, value);
            return this;
        }

        /** Starts it and waits until it has read its log. */
        public ServerProcess start() throws IOException {
            ServerProcess server = begin();
            server.awaitReady();
            return server;
        }

        /** Starts it; whether it gets ready is another matter. */
        public ServerProcess begin() throws IOException {
            List<String> command = new ArrayList<>(List.of(LAUNCHER, "server"));
            if (!bare) {
                command.addAll(List.of("--port", port, "--data-dir", dataDir.toString()));
                if (httpPort != null) {
                    command.addAll(List.of("--http-port", httpPort));
                }
            }
            command.addAll(options);
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toAbsolutePath().toFile());
            builder.environment().keySet().removeIf(name -> name.startsWith("MINI_REDIS_"));
            builder.environment().put("MINI_REDIS_JAVA_OPTS", javaOptions);
            builder.environment().putAll(environment);
            return new ServerProcess(builder.start(), port.equals("no") ? 0 : Integer.parseInt(port));
        }
    }

    /** A server with its log in this directory. */
    public static Launch in(Path dataDir) {
        return new Launch(dataDir);
    }

    /** A port that was free a moment ago. */
    public static int freePort() throws IOException {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return free.getLocalPort();
        }
    }

    private static Thread read(InputStream stream, Consumer<String> lines) {
        return Thread.ofPlatform().daemon().start(() -> {
            try (BufferedReader reader = new BufferedReader(new InputStreamReader(stream, StandardCharsets.UTF_8))) {
                reader.lines().forEach(lines);
            } catch (IOException | java.io.UncheckedIOException closed) {
                // The process has ended.
            }
        });
    }

    private void tookOut(String line) {
        synchronized (out) {
            out.add(line);
        }
        Matcher found = READY.matcher(line);
        if (found.find()) {
            ready.complete(Integer.parseInt(found.group(2)));
        }
    }

    private void tookErr(String line) {
        synchronized (err) {
            err.add(line);
        }
    }

    /** Waits until the server has read its log. */
    public void awaitReady() {
        try {
            ready.get(START_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            kill();
            throw new AssertionError(
                    "the server did not get ready; exit code " + process.exitValue() + "\n" + output(), e);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    /** The port of the Redis protocol. */
    public int port() {
        return givenPort != 0 ? givenPort : ready.getNow(-1);
    }

    /** The address as the client wants it. */
    public String address() {
        return "127.0.0.1:" + port();
    }

    public long pid() {
        return process.pid();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    /** What it has printed so far on its standard output. */
    public List<String> out() {
        synchronized (out) {
            return List.copyOf(out);
        }
    }

    /** What it has printed so far on its standard error. */
    public List<String> err() {
        synchronized (err) {
            return List.copyOf(err);
        }
    }

    /** Everything it has printed so far, for messages. */
    public String output() {
        return String.join("\n", out()) + "\n" + String.join("\n", err());
    }

    /** Kills it, as {@code kill -9} does. */
    public void kill() {
        process.toHandle().destroyForcibly();
        awaitExit();
    }

    /**
     * Tells it to stop, as {@code kill} does, and goes on. (Not by {@link Process#destroy}, which would stop listening
     * to what it says.)
     */
    public void terminate() {
        process.toHandle().destroy();
    }

    /** Tells it to stop and waits for that; its exit code. */
    public int stop() {
        terminate();
        return awaitExit();
    }

    /** Waits for its end and for the rest of what it prints; its exit code. */
    public int awaitExit() {
        try {
            if (!process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError("the server did not stop\n" + output());
            }
            outReader.join();
            errReader.join();
            return process.exitValue();
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static AssertionError interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new AssertionError("interrupted", e);
    }

    /** Stops it if it runs; that it then says anything but 0 is a failure. */
    @Override
    public void close() {
        if (process.isAlive() && stop() != 0) {
            throw new AssertionError("exit code " + process.exitValue() + "\n" + output());
        }
    }
}
