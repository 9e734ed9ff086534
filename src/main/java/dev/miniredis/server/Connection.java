package dev.miniredis.server;

import dev.miniredis.engine.Engine;
import dev.miniredis.engine.Gate;
import dev.miniredis.resp.Lookahead;
import dev.miniredis.resp.ProtocolException;
import dev.miniredis.resp.Reply;
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
    private final ArrayDeque<Output> waiting = new ArrayDeque<>(0);

    private ChannelHandlerContext context;
    private Session session;
    private long sessionId;
    private long needs; // of the newest output
    private long waitingBytes;
    private ProtocolException problem; // what follows the requests read cannot be read
    private int ahead; // requests read and not run
    private boolean inTurn;
    private boolean paused;
    private boolean stopping;

    Connection(EngineLoop loop, Engine engine) {
        this.loop = loop;
        this.engine = engine;
        this.reader = new RequestReader(loop.turn().buffer());
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
                receive(in);
            }
        } catch (ProtocolException e) {
            problem = e;
        } finally {
            in.release();
        }
        if (paused) {
            reader.endTurn();
        } else {
            joinTurn();
        }
    }

    private void receive(ByteBuf in) throws ProtocolException {
        int length = in.readableBytes();
        if (!loop.turn().buffer().hasRoom(length)) {
            loop.turn().run();
        }
        reader.reserve(length);
        in.readBytes(reader.buffer(), reader.limit(), length);
        reader.arrived(length);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext unused) {
        // what there is to send is sent at the end of the turn
    }

    private void joinTurn() {
        if (!inTurn) {
            inTurn = true;
            loop.atEndOfTurn(this);
        }
    }

    Session session() {
        return session;
    }

    /**
     * Reads requests, as many as the lookahead still takes.
     *
     * @return whether that was all that can be read and run now
     */
    boolean readAhead(Lookahead lookahead) {
        try {
            while (!lookahead.isFull() && problem == null && !session.isClosing() && !paused) {
                if (!lookahead.read(reader)) {
                    return true;
                }
                ahead++;
            }
        } catch (ProtocolException e) {
            problem = e;
        } catch (RuntimeException | Error e) {
            fail(e);
        }
        return !lookahead.isFull();
    }

    /** How many requests were read since this was last asked. */
    int takeAhead() {
        int count = ahead;
        ahead = 0;
        return count;
    }

    /**
     * Runs requests that {@link #readAhead} has read.
     *
     * @param last whether they are the last ones of the turn
     */
    void execute(Lookahead lookahead, int from, int count, boolean last) {
        try {
            for (int i = from; i < from + count && !session.isClosing(); i++) {
                if (!engine.execute(session, lookahead.request(i))) {
                    reader.unread(lookahead.request(i));
                    problem = null; // it will be met again
                    pause();
                    break;
                }
                needs = Math.max(needs, engine.needs());
                if (engine.reply().size() > OUTPUT_BYTES) {
                    send();
                }
            }
            if (last) {
                executedAll();
            }
        } catch (RuntimeException | Error e) {
            engine.reply().clear();
            fail(e);
        }
    }

    /** Our bug, or no memory: this connection ends, the others go on. */
    private void fail(Throwable cause) {
        session.abort();
        exceptionCaught(context, cause);
    }

    private void executedAll() {
        if (problem != null && !session.isClosing() && !paused) {
            refuse(problem);
        }
        reader.endTurn();
        send();
    }

    /** Sends what may leave. */
    void endTurn() {
        inTurn = false;
        context.flush();
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
        joinTurn();
        if (!stopping) {
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
        if (inTurn) { // what a client has sent is run, though it does not wait for the answer
            loop.turn().run();
        }
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
