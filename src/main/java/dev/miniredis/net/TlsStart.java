package dev.miniredis.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslCloseCompletionEvent;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import io.netty.handler.ssl.SslHandshakeTimeoutException;
import java.nio.channels.ClosedChannelException;
import java.util.function.Consumer;
import javax.net.ssl.SSLException;

/**
 * Stands between the TLS of a connection and what it is to become: waits for the handshake, which Netty ends after a
 * time, and later takes the end of the client's TLS for the end of what it sends, as Redis does.
 */
final class TlsStart extends ChannelInboundHandlerAdapter {
    private final RefusalLog log;
    private final Consumer<Channel> accepted;
    private final Runnable ended;
    private final TlsInput input = new TlsInput();
    private boolean over;

    /**
     * @param accepted gets the connection when its handshake has succeeded
     * @param ended told once that the handshake is over, however it ended
     */
    TlsStart(RefusalLog log, Consumer<Channel> accepted, Runnable ended) {
        this.log = log;
        this.accepted = accepted;
        this.ended = ended;
    }

    /** What is to stand before the TLS. */
    TlsInput input() {
        return input;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        switch (event) {
            case SslHandshakeCompletionEvent handshake
            when !over -> {
                end();
                if (handshake.isSuccess()) {
                    accepted.accept(context.channel());
                    input.handshakeOver(context.pipeline()
                            .get(SslHandler.class)
                            .engine()
                            .getSession()
                            .getProtocol());
                } else {
                    refuse(context, handshake.cause());
                }
            }
            case SslCloseCompletionEvent close
            when over && close.isSuccess() -> context.fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
            case SslCloseCompletionEvent _ -> context.close();
            default -> context.fireUserEventTriggered(event);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        end();
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable thrown) {
        Throwable cause = thrown instanceof DecoderException && thrown.getCause() != null ? thrown.getCause() : thrown;
        if (!(cause instanceof SSLException)) {
            context.fireExceptionCaught(thrown);
        } else if (over) {
            refuse(context, cause);
        } else { // before there is TLS, such as a name that is too long: not told elsewhere
            end();
            refuse(context, cause);
        }
    }

    private void end() {
        if (!over) {
            over = true;
            ended.run();
        }
    }

    private void refuse(ChannelHandlerContext context, Throwable cause) {
        if (!(cause instanceof ClosedChannelException) && context.channel().isActive()) {
            log.tell(context.channel().remoteAddress(), reason(cause));
        }
        context.close();
    }

    private static String reason(Throwable cause) {
        return switch (cause) {
            case NotSslRecordException _ -> "it does not speak TLS, at the port with TLS";
            case SslHandshakeTimeoutException _ -> "its TLS handshake took too long";
            default -> "its TLS failed: " + cause.getMessage();
        };
    }
}
