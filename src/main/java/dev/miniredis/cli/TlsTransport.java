package dev.miniredis.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.SocketTimeoutException;
import javax.net.ssl.SSLSocket;

/** TLS of the JDK. */
final class TlsTransport implements Transport {
    /** The JDK's TLS cannot read without blocking. */
    private static final int SHORTEST_WAIT_MILLIS = 1;

    private final SSLSocket socket;
    private final InputStream in;
    private final OutputStream out;

    /** @param socket after the handshake */
    TlsTransport(SSLSocket socket) throws IOException {
        this.socket = socket;
        this.in = socket.getInputStream();
        this.out = socket.getOutputStream();
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        out.write(bytes, offset, length);
        out.flush();
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        return in.read(target, offset, length);
    }

    @Override
    public int readNow(byte[] target) throws IOException {
        socket.setSoTimeout(SHORTEST_WAIT_MILLIS);
        try {
            return in.read(target);
        } catch (SocketTimeoutException nothingYet) {
            return 0;
        } finally {
            if (!socket.isClosed()) {
                socket.setSoTimeout(0);
            }
        }
    }
}
