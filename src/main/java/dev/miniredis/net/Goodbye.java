package dev.miniredis.net;

import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/**
 * Ends a connection when its last answer has gone to the socket, but only the direction to the client; what still comes
 * from it is read and thrown away until it ends its direction too, or has had its time ({@link ClientLimits}), or the
 * server ends ({@link Drain}).
 *
 * <p>A socket that is closed while something unread lies in it is reset, and then the kernel drops the answers that the
 * client has not got: it would see the half of one, and not know what has become of its requests.
 */
final class Goodbye implements ChannelFutureListener {
    private final Runnable said;

    /** @param said run when all answers are sent: from then on the connection counts as no client */
    Goodbye(Runnable said) {
        this.said = said;
    }

    @Override
    public void operationComplete(ChannelFuture sent) {
        Channel channel = sent.channel();
        if (!sent.isSuccess() || !(channel instanceof DuplexChannel duplex)) {
            channel.close();
            return;
        }
        said.run();
        channel.config().setAutoRead(true);
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            shutdownOutput(duplex);
        } else {
            tls.closeOutbound().addListener(unused -> shutdownOutput(duplex));
        }
    }

    private static void shutdownOutput(DuplexChannel channel) {
        if (channel.isInputShutdown()) {
            channel.close();
        } else {
            channel.shutdownOutput();
        }
    }

    /** Whether the direction to the client has ended. */
    static boolean isSaid(Channel channel) {
        return channel instanceof DuplexChannel duplex && duplex.isOutputShutdown();
    }
}
