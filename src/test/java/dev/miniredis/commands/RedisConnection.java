package dev.miniredis.commands;

import dev.miniredis.engine.EngineHarness;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A connection to a server, whose answers are left as the bytes they are. */
final class RedisConnection implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 10_000;

    private final Socket socket;
    private final InputStream in;

    RedisConnection(String host, int port) throws IOException {
        socket = new Socket(host, port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        in = new BufferedInputStream(socket.getInputStream());
    }

    void send(List<byte[]> words) throws IOException {
        socket.getOutputStream().write(EngineHarness.encode(words));
    }

    /** The next reply; no bytes when the server has closed the connection. */
    byte[] readReply() throws IOException {
        return RespBytes.readReply(in);
    }

    /** All that comes until the server closes the connection. */
    byte[] readToEnd() throws IOException {
        return in.readAllBytes();
    }

    /** Sends a request, its words quoted as in an inline command, and takes the reply. */
    String ask(String line) throws IOException {
        send(EngineHarness.words(line));
        return new String(readReply(), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
