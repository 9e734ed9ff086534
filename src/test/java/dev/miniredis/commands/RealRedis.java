package dev.miniredis.commands;

import static org.awaitility.Awaitility.await;

import java.io.File;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The real {@code redis-server}, where one is installed: on a free port of the loopback address, without a disk. */
public final class RealRedis implements AutoCloseable {
    public static final String MISSING = "no redis-server on the PATH to compare with";
    public static final String HOST = "127.0.0.1";

    private static final int ATTEMPTS = 5;

    private final Process process;
    private final Path directory;
    private final int port;

    private RealRedis(Process process, Path directory, int port) {
        this.process = process;
        this.directory = directory;
        this.port = port;
    }

    /** A server that answers, with options besides the usual ones; null where none is installed. */
    public static RealRedis startIfInstalled(String... options) throws IOException {
        if (!isInstalled()) {
            return null;
        }
        for (int attempt = 1; attempt <= ATTEMPTS; attempt++) {
            RealRedis server = start(freePort(), options);
            await().atMost(Duration.ofSeconds(20))
                    .pollInterval(Duration.ofMillis(20))
                    .until(() -> !server.process.isAlive() || server.answers());
            if (server.process.isAlive()) {
                return server;
            }
            server.close(); // somebody else took the port
        }
        throw new IOException("redis-server does not start");
    }

    private static boolean isInstalled() {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "redis-server")));
    }

    private static RealRedis start(int port, String... options) throws IOException {
        Path directory = Files.createTempDirectory("redis");
        List<String> command = new ArrayList<>(List.of(
                "redis-server",
                "--port",
                Integer.toString(port),
                "--save",
                "",
                "--appendonly",
                "no",
                "--enable-debug-command",
                "local",
                "--bind",
                HOST));
        command.addAll(List.of(options));
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        return new RealRedis(process, directory, port);
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private boolean answers() {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException notYet) {
            return false;
        }
    }

    public int port() {
        return port;
    }

    /** Where it saves when it is told to. */
    public Path directory() {
        return directory;
    }

    @Override
    public void close() throws IOException {
        process.destroy();
        try {
            if (!process.waitFor(10, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) { // what is in a folder before it
                Files.delete(file);
            }
        }
    }
}
