package dev.miniredis.net;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;

/**
 * Looks at the first byte of a connection without TLS, and goes. A client that begins with a TLS handshake would else
 * wait for ever: to the protocol it is an inline command, whose line has not ended.
 */
final class PlainStart extends ChannelInboundHandlerAdapter {
    private static final int HANDSHAKE = 22; // the content type of a TLS record; no command begins with it

    private final RefusalLog log;

    PlainStart(RefusalLog log) {
        this.log = log;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        if (in.isReadable() && in.getByte(in.readerIndex()) == HANDSHAKE) {
            in.release();
            log.tell(context.channel().remoteAddress(), "it begins with a TLS handshake, at the port without TLS");
            context.close();
            return;
        }
        context.pipeline().remove(this);
        context.fireChannelRead(message);
    }
}
