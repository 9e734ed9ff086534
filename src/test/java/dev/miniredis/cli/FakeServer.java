package dev.miniredis.cli;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A server that answers what the test tells it to, whether or not it is an answer. Bytes are shown as ISO 8859-1 text,
 * a character a byte.
 */
final class FakeServer implements AutoCloseable {
    /** Says what goes over the wire for a command; null ends the connection. */
    interface Answers {
        String answer(List<String> words);
    }

    private final Answers answers;
    private final ServerSocket listener;
    private final Thread acceptor;
    private final List<Socket> sockets = new CopyOnWriteArrayList<>();
    private final List<List<String>> requests = new CopyOnWriteArrayList<>();

    FakeServer(Answers answers) throws IOException {
        this(0, answers);
    }

    FakeServer(int port, Answers answers) throws IOException {
        this.answers = answers;
        listener = new ServerSocket();
        listener.setReuseAddress(true);
        listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        acceptor = Thread.ofPlatform().daemon().start(this::accept);
    }

    int port() {
        return listener.getLocalPort();
    }

    ServerAddress address() {
        return new ServerAddress("127.0.0.1", port());
    }

    /** All commands that have come so far. */
    List<List<String>> requests() {
        return requests;
    }

    /** Ends the connections that there are; new ones are welcome. */
    void dropConnections() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }

    @Override
    public void close() throws IOException {
        listener.close();
        dropConnections();
        try {
            acceptor.join();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket socket = listener.accept();
                sockets.add(socket);
                Thread.ofPlatform().daemon().start(() -> serve(socket));
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            while (true) {
                List<String> words = readRequest(in);
                if (words == null) {
                    return;
                }
                requests.add(words);
                String answer = answers.answer(words);
                if (answer == null) {
                    return;
                }
                socket.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
            }
        } catch (IOException closed) {
            // The client has gone.
        }
    }

    private static List<String> readRequest(InputStream in) throws IOException {
        String header = readLine(in);
        if (header.isEmpty()) {
            return null;
        }
        List<String> words = new ArrayList<>();
        int count = Integer.parseInt(header.substring(1));
        for (int i = 0; i < count; i++) {
            int length = Integer.parseInt(readLine(in).substring(1));
            words.add(new String(in.readNBytes(length), StandardCharsets.ISO_8859_1));
            in.skipNBytes(2);
        }
        return words;
    }

    private static String readLine(InputStream in) throws IOException {
        StringBuilder line = new StringBuilder();
        int next = in.read();
        while (next >= 0 && next != '\n') {
            line.append((char) next);
            next = in.read();
        }
        return line.toString().strip();
    }
}
