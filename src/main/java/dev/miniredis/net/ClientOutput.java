package dev.miniredis.net;

import dev.miniredis.config.OutputLimits.Limit;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOutboundBuffer;
import java.util.ArrayDeque;

/**
 * The output of a client that has not left: first what waits for the disk, in order, then what its socket has not
 * taken. Both are memory, so both count for its limit: a slow disk under a fast client may reach it too.
 */
final class ClientOutput {
    /**
     * The part of a client's output that its limits do not count: in Redis, what fits into the client's fixed buffer.
     */
    static final int FREE_BYTES = 16 * 1024;

    private record Piece(ByteBuf bytes, long requiredLsn) {}

    private final ChannelHandlerContext context;
    private ArrayDeque<Piece> waiting; // null until something had to wait
    private long waitingBytes;
    private int wantedBytes;
    private long softSinceSeconds; // when the soft limit was passed; 0 while it is not
    private long seenUnsent;

    ClientOutput(ChannelHandlerContext context) {
        this.context = context;
    }

    /** Whether anything waits for the disk. */
    boolean isWaiting() {
        return waiting != null && !waiting.isEmpty();
    }

    /** Keeps output until the log has come to {@code needs}. */
    void await(ByteBuf bytes, long requiredLsn) {
        if (waiting == null) {
            waiting = new ArrayDeque<>(2);
        }
        waiting.add(new Piece(bytes, requiredLsn));
        waitingBytes += bytes.readableBytes();
    }

    /** Gives to the socket what needs no more than {@code durableLsn}. */
    void release(long durableLsn) {
        boolean released = false;
        while (isWaiting() && waiting.peek().requiredLsn() <= durableLsn) {
            ByteBuf bytes = waiting.remove().bytes();
            waitingBytes -= bytes.readableBytes();
            context.write(bytes, context.voidPromise());
            released = true;
        }
        if (released) {
            context.flush();
        }
    }

    /** The client is gone. */
    void drop() {
        if (waiting != null) {
            waiting.forEach(piece -> piece.bytes().release());
            waiting = null;
            waitingBytes = 0;
        }
    }

    /** Says what the client is about to get; it counts until something else is said. */
    void want(int bytes) {
        wantedBytes = bytes;
    }

    /** Bytes that are held for this client. */
    long bytes() {
        ChannelOutboundBuffer unsent = unsent();
        return wantedBytes + waitingBytes + (unsent == null ? 0 : unsent.totalPendingWriteBytes());
    }

    /** Those of so many bytes that count for the limit. */
    static long limited(long bytes) {
        return Math.max(0, bytes - FREE_BYTES);
    }

    /** How many pieces {@link #bytes} is in. */
    int pieces() {
        ChannelOutboundBuffer unsent = unsent();
        return (waiting == null ? 0 : waiting.size()) + (unsent == null ? 0 : unsent.size());
    }

    /** What the socket has not taken; null when it is closed. */
    private ChannelOutboundBuffer unsent() {
        return context.channel().unsafe().outboundBuffer();
    }

    /** How much of what was given to the socket it has not taken. */
    long untaken() {
        ChannelOutboundBuffer unsent = unsent();
        return unsent == null ? 0 : unsent.totalPendingWriteBytes() - unsent.currentProgress();
    }

    /** Whether the client has taken some, or got more, since this was asked last. */
    boolean hasMoved() {
        long now = untaken();
        boolean moved = now != seenUnsent;
        seenUnsent = now;
        return moved;
    }

    /**
     * Whether this is more than the client may have: over the hard limit, or over the soft one for longer than it
     * allows. As Redis's {@code checkClientOutputBufferLimits}.
     */
    boolean isTooMuch(Limit limit, long nowSeconds) {
        if (limit.isNone()) {
            softSinceSeconds = 0;
            return false;
        }
        long limited = limited(bytes());
        boolean hard = limit.hardBytes() > 0 && limited >= limit.hardBytes();
        boolean soft = limit.softBytes() > 0 && limited >= limit.softBytes();
        if (!soft) {
            softSinceSeconds = 0;
            return hard;
        }
        if (softSinceSeconds == 0) {
            softSinceSeconds = nowSeconds;
        }
        return hard || nowSeconds - softSinceSeconds > limit.softSeconds();
    }
}
