package dev.miniredis.net;

import dev.miniredis.engine.Engine;
import dev.miniredis.engine.Gate;
import dev.miniredis.notice.Notice;
import dev.miniredis.notice.OutOfMemory;
import dev.miniredis.resp.Lookahead;
import dev.miniredis.resp.ProtocolException;
import dev.miniredis.resp.Reply;
import dev.miniredis.resp.RequestReader;
import dev.miniredis.session.ClientMemory;
import dev.miniredis.session.Outlet;
import dev.miniredis.session.Session;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;

/**
 * A client's socket: bytes in, requests to the engine, replies out as soon as the disk has what they show.
 *
 * <p>Everything that one read brings is executed at once; its replies are one output, which leaves when the log has
 * come to the largest lsn that any of them needs. Outputs leave in order.
 *
 * <p>A client may end its direction and still wait for replies ({@code printf 'PING\r\n' | nc -N}). So the end of its
 * input is one more thing that comes after its requests: they are run and answered, then the connection is closed.
 */
final class Connection extends ChannelInboundHandlerAdapter implements Gate.Waiter, Outlet {
    private static final System.Logger LOGGER = System.getLogger(Connection.class.getName());
    /** Replies of one turn are handed on in pieces of about this size. */
    private static final int OUTPUT_BYTES = 1024 * 1024;

    private final EngineLoop loop;
    private final Engine engine;
    private final ClientLimits limits;
    private final RequestReader reader;

    private ChannelHandlerContext context;
    private ClientOutput output;
    private Session session;
    private long requiredLsn; // of the newest output
    private ProtocolException problem; // what follows the requests read cannot be read
    private int ahead; // requests read and not run
    private int index; // in the list of all
    private boolean inTurn;
    private boolean postponed; // what is left of its requests comes next turn
    private boolean paused;
    private boolean inputEnded; // the client sends no more
    private boolean stopping;
    private boolean refused; // what follows the requests run cannot be read
    private boolean saysGoodbye;

    Connection(EngineLoop loop, Engine engine) {
        this.loop = loop;
        this.engine = engine;
        this.limits = loop.limits();
        this.reader = new RequestReader(loop.turn().buffer(), limits.requests());
    }

    @Override
    public void handlerAdded(ChannelHandlerContext newContext) {
        context = newContext;
        output = new ClientOutput(newContext);
        engine.tick();
        session = new Session(
                engine.clients().nextId(),
                AddressText.of(newContext.channel().remoteAddress()),
                AddressText.of(newContext.channel().localAddress()),
                engine.time().monotonicMillis(),
                this);
        engine.security().admit(session);
        engine.clients().connected(session);
        limits.connections().add(this);
    }

    @Override
    public Session.Traffic traffic() {
        long bytes = output.bytes();
        long limited = ClientOutput.limited(bytes);
        return new Session.Traffic(
                reader.pendingBytes(),
                reader.freeBytes(),
                argumentBytes(),
                output.pieces(),
                (int) (bytes - limited),
                limited);
    }

    private long argumentBytes() {
        return (long) reader.unfinishedArgs() * ClientMemory.ARGUMENT_BYTES;
    }

    /** Counts what the buffers take now. */
    void countBuffers() {
        session.buffers(
                reader.ownBytes() + argumentBytes() + (long) output.pieces() * ClientMemory.OUTPUT_BYTES,
                output.bytes());
    }

    /** Its place among all. */
    int index() {
        return index;
    }

    void index(int newIndex) {
        index = newIndex;
    }

    ClientOutput output() {
        return output;
    }

    /** What is kept of requests. */
    int inputBytes() {
        return reader.pendingBytes() + reader.freeBytes();
    }

    /**
     * Whether the client waits for the server: for the disk, or for room in the log. After the end of its input, a
     * command that blocks (WAIT) does not count as that.
     */
    boolean isHeldUp() {
        boolean blocksAfterEnd = inputEnded && session.blocked() != null;
        return output.isWaiting() || paused && !blocksAfterEnd || postponed;
    }

    @Override
    public void channelRead(ChannelHandlerContext unused, Object message) {
        ByteBuf in = (ByteBuf) message;
        try {
            if (!session.isClosing()) {
                session.traffic(engine.time().monotonicMillis());
                receive(in);
            } else {
                loop.network().read(in.readableBytes()); // and thrown away
            }
        } catch (ProtocolException e) {
            limits.tooLongRequest(this);
        } finally {
            in.release();
        }
        if (paused) {
            reader.endTurn();
            countBuffers();
        } else {
            joinTurn();
        }
    }

    private void receive(ByteBuf in) throws ProtocolException {
        int length = in.readableBytes();
        if (!loop.turn().buffer().hasRoom(length)) {
            loop.turn().run();
        }
        if (!limits.mayGrow(this, reader.growth(length))) {
            return;
        }
        reader.reserve(length);
        in.readBytes(reader.buffer(), reader.limit(), length);
        reader.arrived(length);
        loop.network().read(length);
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
                boolean stranger = engine.security().needsLogin(session);
                reader.untrusted(stranger);
                if (!lookahead.read(reader)) {
                    return true;
                }
                ahead++;
                if (stranger) { // the client may be logged in for the next request
                    return false;
                }
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
                    pause();
                    break;
                }
                requiredLsn = Math.max(requiredLsn, engine.requiredLsn());
                limits.checkMemory();
                if (session.blocked() != null || session.isClosing()) {
                    if (i + 1 < from + count) {
                        reader.unread(lookahead.request(i + 1));
                    }
                    if (session.blocked() != null) {
                        stopReading();
                    }
                    break;
                }
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
        OutOfMemory.endUnlessRoom(cause);
        session.abort();
        exceptionCaught(context, cause);
    }

    private void executedAll() {
        if (problem != null && !session.isClosing() && !paused) {
            refuse(problem);
        }
        reader.endTurn();
        send();
        if (reader.pendingBytes() > limits.requests().requestBytes() && !session.isClosing() && !paused) {
            limits.tooLongRequest(this);
        }
        if (postponed) {
            postponed = false;
            autoRead();
        }
    }

    /** The turn takes too long: sends what was replied, and keeps the other requests for the next one. */
    void postpone() {
        postponed = true;
        context.channel().config().setAutoRead(false);
        reader.endTurn();
        send();
        context.flush();
        countBuffers();
    }

    private void autoRead() {
        Channel channel = context.channel();
        if (!paused && !stopping && channel.isActive()) {
            channel.config().setAutoRead(true);
        }
    }

    /** Sends what may leave. */
    void endTurn() {
        inTurn = false;
        context.flush();
        countBuffers();
        closeAtEndOfInput();
        if (session.isClosing()) {
            closeWhenSent();
        }
    }

    /** The turn has failed: ends the connection, and drops what was not sent. */
    void abandon() {
        inTurn = false;
        cutOff();
    }

    private void refuse(ProtocolException e) {
        refused = true;
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
        if (!limits.mayKeep(this, reply.size())) {
            reply.clear();
            return;
        }
        loop.network().wrote(reply.size());
        ByteBuf bytes = context.alloc().directBuffer(reply.size()).writeBytes(reply.bytes(), 0, reply.size());
        reply.clear();
        keep(bytes);
    }

    private void keep(ByteBuf bytes) {
        if (!output.isWaiting()) {
            if (requiredLsn <= loop.durableLsn()) {
                context.write(bytes, context.voidPromise());
                return;
            }
            engine.gate().await(this);
        }
        output.await(bytes, requiredLsn);
    }

    @Override
    public boolean release(long durableLsn) {
        output.release(durableLsn);
        if (output.isWaiting()) {
            return true;
        }
        if (session.isClosing()) {
            closeWhenSent();
        }
        return false;
    }

    /** Reads no more until the request that is next may be tried again. */
    private void pause() {
        stopReading();
        loop.awaitTurn(this);
    }

    private void stopReading() {
        problem = null; // it will be met again
        paused = true;
        context.channel().config().setAutoRead(false);
    }

    @Override
    public void resume() {
        if (!context.channel().isActive()) {
            return;
        }
        paused &= session.blocked() != null;
        joinTurn();
        autoRead();
    }

    @Override
    public void push(byte[] bytes, long pushLsn) {
        if (session.isAborted() || !limits.mayKeep(this, bytes.length)) {
            return;
        }
        requiredLsn = Math.max(requiredLsn, pushLsn);
        keep(context.alloc().directBuffer(bytes.length).writeBytes(bytes));
        joinTurn(); // at whose end it is sent
    }

    /** Ends the connection, and drops what was not sent. */
    void cutOff() {
        session.abort();
        if (!inTurn) { // else at the end of the turn
            context.close();
        }
    }

    /** The server ends: runs no more, and closes when what was executed is answered. */
    void stop() {
        stopping = true;
        session.close();
        closeWhenSent();
    }

    private void closeWhenSent() {
        if (session.isAborted()) {
            context.close();
        } else if (!output.isWaiting() && !saysGoodbye) {
            saysGoodbye = true;
            limits.ending(this);
            boolean hasMoreInput = stopping || refused || reader.pendingBytes() > 0;
            context.writeAndFlush(Unpooled.EMPTY_BUFFER)
                    .addListener(hasMoreInput ? new Goodbye(this::forget) : ChannelFutureListener.CLOSE);
        }
    }

    private void forget() {
        engine.clients().disconnected(session);
    }

    /** Whether no more of the client's requests are read: it only gets what it is owed. */
    boolean isEnding() {
        return inputEnded || saysGoodbye;
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext unused, Object event) {
        if (!(event instanceof ChannelInputShutdownEvent)) {
            context.fireUserEventTriggered(event);
            return;
        }
        inputEnded = true;
        limits.ending(this);
        closeAtEndOfInput();
        if (Goodbye.isSaid(context.channel())) {
            context.close();
        }
    }

    /** Closes when the client sends no more and all that it has sent is run. */
    private void closeAtEndOfInput() {
        if (inputEnded && !inTurn && !paused && !session.isClosing()) {
            session.close();
            closeWhenSent();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext unused) {
        while (inTurn && loop.turn().run()) {
            // what a client has sent is run, though it does not wait for the answer
        }
        limits.ended(this);
        forget();
        session.abort();
        output.drop();
        context.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext unused, Throwable cause) {
        OutOfMemory.endUnlessRoom(cause);
        if (cause instanceof OutOfMemoryError) {
            Notice.MEMORY_EXHAUSTED.tell(LOGGER, "the requests of " + session.address(), cause.getMessage());
        } else if (!(cause instanceof IOException)) { // a client that goes away is nothing to report
            Notice.CLIENT_FAILED.tell(
                    LOGGER, cause, session.describe(engine.time().monotonicMillis()));
        }
        context.close();
    }
}
