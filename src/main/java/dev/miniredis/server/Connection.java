package dev.miniredis.server;

import dev.miniredis.engine.Engine;
import dev.miniredis.engine.Gate;
import dev.miniredis.resp.ProtocolException;
import dev.miniredis.resp.ReadBuffers;
import dev.miniredis.resp.Reply;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.RequestReader;
import dev.miniredis.session.Session;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import org.jboss.logging.Logger;

/**
 * A client's socket: bytes in, requests to the engine, replies out as soon as the disk has what they show.
 *
 * <p>Everything that one read brings is executed at once; its replies are one output, which leaves when the log has come
 * to the largest lsn that any of them needs. Outputs leave in order.
 */
final class Connection extends ChannelInboundHandlerAdapter implements Gate.Waiter {
    private static final Logger LOGGER = Logger.getLogger(Connection.class);
    /** Replies of one turn are handed on in pieces of about this size. */
    private static final int OUTPUT_BYTES = 1024 * 1024;

    private record Output(ByteBuf bytes, long needs) {}

    private final EngineLoop loop;
    private final Engine engine;
    private final RequestReader reader;
    private final Request request;
    private final ArrayDeque<Output> waiting = new ArrayDeque<>(0);

    private ChannelHandlerContext context;
    private Session session;
    private long sessionId;
    private long needs; // of the newest output
    private long waitingBytes;
    private boolean paused;
    private boolean stopping;

    /**
     * @param buffers the loop's read buffers
     * @param request the loop's request; only used while one is executed
     */
    Connection(EngineLoop loop, Engine engine, ReadBuffers buffers, Request request) {
        this.loop = loop;
        this.engine = engine;
        this.reader = new RequestReader(buffers);
        this.request = request;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext newContext) {
        context = newContext;
        engine.tick(System.currentTimeMillis());
        sessionId = engine.nextSessionId();
        session = new Session(
                sessionId,
                describe(newContext.channel().remoteAddress()),
                describe(newContext.channel().localAddress()),
                engine.now(),
                this::traffic);
        engine.connected(sessionId, session);
    }

    private static String describe(SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet)) {
            return String.valueOf(address);
        }
        String host = inet.getAddress().getHostAddress();
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + inet.getPort();
    }

    private Session.Traffic traffic() {
        return new Session.Traffic(reader.pendingBytes(), reader.freeBytes(), waiting.size(), waitingBytes);
    }

    @Override
    public void channelRead(ChannelHandlerContext unused, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            if (!session.isClosing()) {
                int length = in.readableBytes();
                reader.reserve(length);
                in.readBytes(reader.buffer(), reader.limit(), length);
                reader.arrived(length);
            }
        } catch (ProtocolException e) {
            refuse(e);
        } finally {
            in.release();
        }
        if (paused) {
            reader.endTurn();
        } else {
            process();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext unused) {
        context.flush();
    }

    private void process() {
        engine.tick(System.currentTimeMillis());
        engine.reply().clear(); // an Error may have left something of another connection's
        try {
            while (!session.isClosing() && reader.next(request)) {
                if (!engine.execute(session, request)) {
                    reader.unread();
                    pause();
                    break;
                }
                needs = Math.max(needs, engine.needs());
                if (engine.reply().size() > OUTPUT_BYTES) {
                    send();
                }
            }
        } catch (ProtocolException e) {
            refuse(e);
        }
        reader.endTurn();
        send();
        loop.submitAtEndOfTurn();
        if (session.isClosing()) {
            closeWhenSent();
        }
    }

    private void refuse(ProtocolException e) {
        engine.refuse(e.getMessage());
        session.close();
    }

    /** Hands on what was replied: to the socket, or to wait for the disk. */
    private void send() {
        Reply reply = engine.reply();
        if (reply.size() == 0 || session.isAborted()) {
            reply.clear();
            return;
        }
        ByteBuf bytes = context.alloc().directBuffer(reply.size()).writeBytes(reply.bytes(), 0, reply.size());
        reply.clear();
        if (waiting.isEmpty() && needs <= loop.durableLsn()) {
            context.write(bytes, context.voidPromise());
            return;
        }
        if (waiting.isEmpty()) {
            engine.gate().await(this);
        }
        waiting.add(new Output(bytes, needs));
        waitingBytes += bytes.readableBytes();
    }

    @Override
    public boolean release(long durableLsn) {
        boolean released = false;
        while (!waiting.isEmpty() && waiting.peek().needs() <= durableLsn) {
            ByteBuf bytes = waiting.remove().bytes();
            waitingBytes -= bytes.readableBytes();
            context.write(bytes, context.voidPromise());
            released = true;
        }
        if (released) {
            context.flush();
        }
        if (waiting.isEmpty() && session.isClosing()) {
            closeWhenSent();
        }
        return !waiting.isEmpty();
    }

    /** Reads no more until the log has room for the request that is next. */
    private void pause() {
        paused = true;
        context.channel().config().setAutoRead(false);
        loop.awaitRoom(this);
    }

    /** The log may have room now. */
    void resume() {
        paused = false;
        if (!context.channel().isActive()) {
            return;
        }
        try {
            process();
        } catch (RuntimeException | Error e) {
            exceptionCaught(context, e); // as Netty does with what a read throws
            return;
        }
        context.flush();
        if (!paused && !stopping) {
            context.channel().config().setAutoRead(true);
        }
    }

    /** The server ends: reads no more, and closes when what was executed is answered. */
    void stop() {
        stopping = true;
        context.channel().config().setAutoRead(false);
        session.close();
        closeWhenSent();
    }

    private void closeWhenSent() {
        if (session.isAborted()) {
            context.close();
        } else if (waiting.isEmpty()) {
            context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext unused) {
        engine.disconnected(sessionId);
        session.abort();
        waiting.forEach(output -> output.bytes().release());
        waiting.clear();
        waitingBytes = 0;
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext unused, Throwable cause) {
        if (!(cause instanceof IOException)) { // a client that goes away is nothing to report
            LOGGER.errorf(cause, "The connection of %s failed.", session.describe(engine.now()));
        }
        context.close();
    }
}
