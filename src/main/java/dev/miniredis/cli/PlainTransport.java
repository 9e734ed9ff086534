package dev.miniredis.cli;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;

/** TCP without encryption. */
final class PlainTransport implements Transport {
    /** Written in pieces, because the JDK copies each piece to a direct buffer of its size. */
    private static final int WRITE_BYTES = 64 * 1024;

    private final SocketChannel channel;

    PlainTransport(SocketChannel channel) {
        this.channel = channel;
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
        int written = 0;
        while (written < length) {
            int piece = Math.min(WRITE_BYTES, length - written);
            written += channel.write(ByteBuffer.wrap(bytes, offset + written, piece));
        }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        return channel.read(ByteBuffer.wrap(target, offset, length));
    }

    @Override
    public int readNow(byte[] target) throws IOException {
        channel.configureBlocking(false);
        try {
            return channel.read(ByteBuffer.wrap(target));
        } finally {
            channel.configureBlocking(true);
        }
    }
}
