package dev.miniredis.it.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.miniredis.commands.RealRedis;
import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A client that comes from elsewhere is told what Redis tells it, and how to go on. */
class ProtectedModeIT {
    @TempDir
    private Path folder;

    @Test
    void a_client_from_elsewhere_is_refused_until_it_is_allowed() throws IOException {
        InetAddress elsewhere = ownAddress();
        try (ServerProcess server = ServerProcess.in(folder.resolve("data"))
                        .options("--host", "0.0.0.0")
                        .start();
                RespSocket local = new RespSocket(server.port())) {
            String denied = ask(elsewhere, server.port(), "");
            assertThat(denied)
                    .startsWith("-DENIED Redis is running in protected mode because protected mode is enabled")
                    .endsWith("in order for the server to start accepting connections from the outside.\r\n");
            assertThat(local.ask("INFO", "stats")).contains("rejected_connections:1");
            assertThat(local.ask("CONFIG", "GET", "protected-mode")).isEqualTo("[protected-mode, yes]");
            assertSameAsRedis(denied, elsewhere);

            assertThat(local.ask("CONFIG", "SET", "protected-mode", "no")).isEqualTo("OK");
            assertThat(ask(elsewhere, server.port(), "PING\r\nQUIT\r\n")).isEqualTo("+PONG\r\n+OK\r\n");
        }
    }

    private static void assertSameAsRedis(String denied, InetAddress elsewhere) throws IOException {
        try (RealRedis redis = RealRedis.startIfInstalled()) {
            if (redis == null) {
                return;
            }
            try (RespSocket local = new RespSocket(redis.port())) {
                local.ask("CONFIG", "SET", "bind", "127.0.0.1 " + elsewhere.getHostAddress());
            }
            assertThat(ask(elsewhere, redis.port(), "")).isEqualTo(denied);
        }
    }

    /** All that a server says to a client that sends something, or nothing. */
    private static String ask(InetAddress address, int port, String request) throws IOException {
        try (Socket socket = new Socket(address, port)) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
        }
    }

    private static InetAddress ownAddress() throws IOException {
        InetAddress found = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address.getAddress().length == 4 && !address.isLoopbackAddress())
                .findFirst()
                .orElse(null);
        assumeTrue(found != null, "this machine has no address but the loopback's");
        return found;
    }
}
