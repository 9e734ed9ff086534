package dev.miniredis.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.ChannelConfig;
import io.netty.channel.RecvByteBufAllocator;
import io.netty.util.UncheckedBooleanSupplier;

/**
 * Lets the connections of one event loop read into one buffer, one after the other: {@link Connection} copies what has
 * arrived before it returns. One read a turn of the loop, however much is there, so that a client with a long pipeline
 * leaves the others their turn; Netty comes back for the rest.
 */
final class SharedReadBuffer implements RecvByteBufAllocator {
    private static final int BYTES = 64 * 1024;

    private ByteBuf buffer;

    private ByteBuf take(ByteBufAllocator allocator) {
        if (buffer == null) {
            buffer = allocator.directBuffer(BYTES, BYTES);
        }
        if (buffer.refCnt() > 1) { // the bytes read last are still in use
            return allocator.directBuffer(BYTES, BYTES);
        }
        return buffer.clear().retain();
    }

    @Override
    @SuppressWarnings("deprecation") // Netty's interface names its deprecated form
    public ExtendedHandle newHandle() {
        return new Handle();
    }

    /** What one read of one connection brought. */
    private final class Handle implements ExtendedHandle {
        private int attempted;
        private int last;

        @Override
        public ByteBuf allocate(ByteBufAllocator allocator) {
            return take(allocator);
        }

        @Override
        public int guess() {
            return BYTES;
        }

        @Override
        public void reset(ChannelConfig config) {
            attempted = 0;
            last = 0;
        }

        @Override
        public void incMessagesRead(int messages) {
            // one a turn, see continueReading
        }

        @Override
        public void lastBytesRead(int bytes) {
            last = bytes;
        }

        @Override
        public int lastBytesRead() {
            return last;
        }

        @Override
        public void attemptedBytesRead(int bytes) {
            attempted = bytes;
        }

        @Override
        public int attemptedBytesRead() {
            return attempted;
        }

        @Override
        public boolean continueReading() {
            return false;
        }

        @Override
        public boolean continueReading(UncheckedBooleanSupplier maybeMoreData) {
            return false;
        }

        @Override
        public void readComplete() {
            // nothing to learn from it
        }
    }
}
