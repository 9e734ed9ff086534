package dev.miniredis.cli;

import dev.miniredis.resp.ProtocolException;
import dev.miniredis.resp.ReplyReader;
import dev.miniredis.resp.ReplyValue;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.RequestWriter;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.SocketChannel;
import java.util.List;

/**
 * One connection to a server, used by one thread; only {@link #close} may come from another, and ends whatever this one
 * is waiting for.
 */
final class ClientConnection implements AutoCloseable {
    private final Incoming incoming = new Incoming();
    private final ReplyReader replies = new ReplyReader(incoming);
    private volatile SocketChannel channel;
    private Transport transport;
    private volatile boolean closed;

    /** Connects to the first of the host's addresses that answers. */
    void connect(Destination destination) throws IOException {
        ServerAddress server = destination.address();
        connect(server);
        if (destination.tls() == null) {
            transport = new PlainTransport(channel);
            return;
        }
        try {
            transport = destination.tls().over(channel.socket(), server.host());
        } catch (IOException failed) {
            close();
            throw failed;
        }
    }

    private void connect(ServerAddress server) throws IOException {
        IOException problem = null;
        for (InetAddress address : InetAddress.getAllByName(server.host())) {
            SocketChannel attempt = SocketChannel.open();
            channel = attempt;
            try {
                if (closed) {
                    throw new AsynchronousCloseException();
                }
                attempt.connect(new InetSocketAddress(address, server.port()));
                attempt.setOption(StandardSocketOptions.TCP_NODELAY, true);
                attempt.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
                return;
            } catch (IOException failed) {
                attempt.close();
                problem = problem == null || closed ? failed : problem;
            }
        }
        throw problem == null ? new IOException("no address") : problem;
    }

    /**
     * Whether the server is known to have closed the connection. Bytes that have
     * arrived and were not read yet count as a living connection, since the reason of the end may be in them.
     */
    boolean isClosedByServer() {
        try {
            return incoming.peek() < 0;
        } catch (IOException reset) {
            return true;
        }
    }

    /** Sends one command. After an exception not all of it has left, so that no server can have executed it. */
    void send(List<byte[]> words) throws IOException {
        byte[] request = RequestWriter.bytes(Request.of(words.toArray(byte[][]::new)));
        transport.write(request, 0, request.length);
    }

    ReplyValue receive() throws IOException, ProtocolException {
        return replies.read();
    }

    /** Authenticates. */
    ReplyValue logIn(Login login) throws IOException, ProtocolException {
        send(login.command());
        return receive();
    }

    @Override
    public void close() {
        closed = true;
        SocketChannel open = channel;
        if (open != null) {
            try {
                open.close();
            } catch (IOException ignored) {
                // Nothing is lost.
            }
        }
    }

    /** The bytes from the server, with a lookahead that does not block. */
    private final class Incoming extends InputStream {
        private final byte[] ahead = new byte[1024];
        private int next;
        private int end;

        /** How many bytes are ahead; -1 at the end of the stream. */
        int peek() throws IOException {
            if (next == end) {
                int read = transport.readNow(ahead);
                if (read < 0) {
                    return -1;
                }
                next = 0;
                end = read;
            }
            return end - next;
        }

        @Override
        public int read(byte[] target, int offset, int length) throws IOException {
            if (next == end) {
                return transport.read(target, offset, length);
            }
            int read = Math.min(length, end - next);
            System.arraycopy(ahead, next, target, offset, read);
            next += read;
            return read;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }
    }
}
