package dev.miniredis.net;

import dev.miniredis.command.Peers;
import dev.miniredis.engine.Durability;
import dev.miniredis.resp.ByteText;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.RequestWriter;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Connections to other servers, each for one exchange; the thread that asks waits for it, as long as it says. */
public final class PeerConnections implements Peers {
    private static final int READ_BYTES = 16 * 1024;
    /** The longest answer; all are errors or {@code OK}. */
    private static final int MAX_LINE_BYTES = 64 * 1024;

    private static final int PORTS = 1 << 16;

    private final Durability durability;

    public PeerConnections(Durability durability) {
        this.durability = durability;
    }

    @Override
    public Answers ask(String host, int port, List<Request> requests, long timeoutMillis, long shownLsn) {
        durability.await(shownLsn);
        List<String> lines = new ArrayList<>();
        Step step = Step.CONNECTING;
        try (SocketChannel channel = SocketChannel.open();
                Selector selector = Selector.open()) {
            channel.configureBlocking(false);
            SelectionKey key = channel.register(selector, 0);
            InetSocketAddress address = new InetSocketAddress(host, Math.floorMod(port, PORTS));
            if (address.isUnresolved() || !connect(channel, address, key, timeoutMillis)) {
                return new Answers(lines, step);
            }
            step = Step.WRITING;
            channel.finishConnect(); // a refused connection shows here, and Redis finds it out when it writes
            for (Request request : requests) {
                write(channel, key, ByteBuffer.wrap(RequestWriter.bytes(request)), timeoutMillis);
            }
            step = Step.READING;
            read(channel, key, timeoutMillis, requests.size(), lines);
            return new Answers(lines, null);
        } catch (IOException e) {
            return new Answers(lines, step);
        }
    }

    /** @return false when the time is over */
    private static boolean connect(
            SocketChannel channel, InetSocketAddress address, SelectionKey key, long timeoutMillis) throws IOException {
        try {
            return channel.connect(address) || isReady(key, SelectionKey.OP_CONNECT, timeoutMillis);
        } catch (ConnectException refusedAtOnce) {
            return true;
        }
    }

    private static void write(SocketChannel channel, SelectionKey key, ByteBuffer bytes, long timeoutMillis)
            throws IOException {
        while (bytes.hasRemaining()) {
            if (channel.write(bytes) == 0 && !isReady(key, SelectionKey.OP_WRITE, timeoutMillis)) {
                throw new IOException("timeout");
            }
        }
    }

    private static void read(
            SocketChannel channel, SelectionKey key, long timeoutMillis, int wanted, List<String> lines)
            throws IOException {
        ByteBuffer buffer = ByteBuffer.allocate(READ_BYTES);
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        while (lines.size() < wanted) {
            int read = channel.read(buffer.clear());
            if (read < 0) {
                throw new EOFException();
            }
            if (read == 0 && !isReady(key, SelectionKey.OP_READ, timeoutMillis)) {
                throw new IOException("timeout");
            }
            for (int i = 0; i < read && lines.size() < wanted; i++) {
                byte next = buffer.get(i);
                if (next == '\n') {
                    lines.add(ByteText.of(line.toByteArray()));
                    line.reset();
                } else if (next != '\r') {
                    line.write(next);
                }
            }
            if (line.size() > MAX_LINE_BYTES) {
                throw new IOException("no answer is so long");
            }
        }
    }

    private static boolean isReady(SelectionKey key, int operation, long timeoutMillis) throws IOException {
        key.interestOps(operation);
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(Math.min(timeoutMillis, Integer.MAX_VALUE));
        while (true) {
            long left = TimeUnit.NANOSECONDS.toMillis(deadline - System.nanoTime());
            if (key.selector().select(Math.max(1, left)) > 0) {
                key.selector().selectedKeys().clear();
                return true;
            }
            if (left <= 0) {
                return false;
            }
        }
    }
}
