package dev.miniredis.net;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.channel.socket.DuplexChannel;
import io.netty.util.concurrent.PromiseNotifier;
import java.util.concurrent.TimeUnit;

/**
 * Stands before the TLS of a connection, and keeps the end of what the client sends from it as long as something is
 * owed.
 *
 * <p>While the handshake lasts: at the end of the input, TLS would drop what it has not decrypted, which may be all
 * when a worker's thread is at a signature.
 *
 * <p>In TLS 1.2 also after that: there, a close_notify ends both directions (RFC 5246, 7.2.1), and the JDK encrypts
 * nothing more. So the alert is not shown to it; it only is the end of the input. TLS 1.3 ends one direction at a time,
 * and the content type of its alerts cannot be seen here.
 *
 * <p>When the handshake fails, the client shall read why: a socket that is closed while input lies in it is reset, and
 * the alert is lost. So first only the direction to the client ends, and what it still sends is dropped.
 *
 * <pre>
 *   record   | content type (1) | version (2) | length (2) | length bytes |
 * </pre>
 */
final class TlsInput extends ChannelDuplexHandler {
    private static final int ALERT = 21; // a content type
    private static final int HEADER_BYTES = 5;
    /** How long a handshake may last after the end of the input: all that it still needs is our own work. */
    private static final long HANDSHAKE_SECONDS = 1;

    /** How long a client whose handshake has failed has to end its direction. */
    private static final long REFUSED_SECONDS = 1;

    private ChannelHandlerContext context;
    private ChannelPromise closing; // of a handshake that has failed; null before
    private boolean handshakeOver;
    private boolean heldEnd; // of the input, during the handshake
    private boolean ended;
    private int headerBytes; // of the record under way, that have come
    private int bodyBytes; // of it, that have not

    @Override
    public void handlerAdded(ChannelHandlerContext newContext) {
        context = newContext;
    }

    /** The handshake has succeeded. On the loop's thread, maybe from within the TLS handler. */
    void handshakeOver(String protocol) {
        handshakeOver = true;
        if (heldEnd) {
            context.executor().execute(() -> context.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE));
        }
        if (protocol.equals("TLSv1.3")) {
            context.pipeline().remove(this);
        }
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext unused, Object event) {
        if (handshakeOver || !(event instanceof ChannelInputShutdownEvent)) {
            context.fireUserEventTriggered(event);
            return;
        }
        if (closing != null) {
            context.close(closing);
            return;
        }
        heldEnd = true;
        context.executor().schedule(this::giveUp, HANDSHAKE_SECONDS, TimeUnit.SECONDS);
    }

    private void giveUp() {
        if (!handshakeOver) {
            context.close();
        }
    }

    @Override
    public void close(ChannelHandlerContext unused, ChannelPromise promise) {
        if (closing != null) {
            closing.addListener(new PromiseNotifier<>(promise));
        } else if (handshakeOver || heldEnd || !(context.channel() instanceof DuplexChannel channel)) {
            context.close(promise);
        } else {
            closing = promise;
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(_ -> channel.shutdownOutput());
            channel.config().setAutoRead(true);
            context.executor().schedule(() -> context.close(promise), REFUSED_SECONDS, TimeUnit.SECONDS);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext unused, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            while (in.isReadable() && !ended && closing == null) {
                pass(in, bytesToAlert(in));
            }
        } finally {
            in.release();
        }
    }

    /** @param bytes up to an alert, or to the end */
    private void pass(ByteBuf in, int bytes) {
        if (bytes > 0) {
            context.fireChannelRead(in.readRetainedSlice(bytes));
        } else if (handshakeOver) {
            ended = true;
            context.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        } else {
            headerBytes = 1;
            context.fireChannelRead(in.readRetainedSlice(1));
        }
    }

    /** How many bytes there are before the next record that is an alert. */
    private int bytesToAlert(ByteBuf in) {
        int at = in.readerIndex();
        while (at < in.writerIndex()) {
            if (bodyBytes > 0 && headerBytes == 0) {
                int here = Math.min(bodyBytes, in.writerIndex() - at);
                bodyBytes -= here;
                at += here;
                continue;
            }
            int octet = in.getUnsignedByte(at);
            if (headerBytes == 0 && octet == ALERT) {
                break;
            }
            at++;
            headerBytes = (headerBytes + 1) % HEADER_BYTES;
            bodyBytes = headerBytes == 4 ? octet << 8 : headerBytes == 0 ? bodyBytes | octet : 0;
        }
        return at - in.readerIndex();
    }
}
