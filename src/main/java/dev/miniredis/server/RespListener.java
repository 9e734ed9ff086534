package dev.miniredis.server;

import dev.miniredis.engine.Engine;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.NetSocketInternal;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jboss.logging.Logger;

/** The TCP listener that speaks RESP. Its connections are all served by the {@link EngineLoop}'s thread. */
@Singleton
final class RespListener {
    private static final Logger LOGGER = Logger.getLogger(RespListener.class);
    static final int BACKLOG = 511; // Redis's tcp-backlog
    private static final byte[] TOO_MANY = "-ERR max number of clients reached\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final long BIND_SECONDS = 10;
    private static final long CLOSE_SECONDS = 1;

    private final EngineLoop loop;
    private final Engine engine;
    private final Vertx vertx;
    private final ClientLimits limits;
    private final SharedReadBuffer readBuffer = new SharedReadBuffer();
    private NetServer server;
    private boolean stopping;

    RespListener(EngineLoop loop, Engine engine, Vertx vertx) {
        this.loop = loop;
        this.engine = engine;
        this.vertx = vertx;
        this.limits = loop.limits();
    }

    /**
     * Begins to listen.
     *
     * @throws StartupFailure the address cannot be had
     */
    void listen(String host, int port) throws InterruptedException {
        server = vertx.createNetServer(
                        new NetServerOptions().setHost(host).setPort(port).setAcceptBacklog(BACKLOG))
                .connectHandler(this::connected)
                .exceptionHandler(failure -> {});
        CompletableFuture<NetServer> bound = new CompletableFuture<>();
        loop.context()
                .runOnContext(unused -> server.listen().onComplete(result -> {
                    if (result.succeeded()) {
                        bound.complete(result.result());
                    } else {
                        bound.completeExceptionally(result.cause());
                    }
                }));
        try {
            bound.get(BIND_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
            throw new StartupFailure(
                    "Cannot listen on " + host + ":" + port + ": " + reason(cause) + ". Choose another --port or"
                            + " --host, or end the server that has it.",
                    cause);
        }
    }

    /** The words of the operating system; epoll's error puts the name and number of the call before them. */
    private static String reason(Throwable cause) {
        return String.valueOf(cause.getMessage()).replaceFirst("^.* failed with error\\(-\\d+\\): ", "");
    }

    /** The port that is listened on. */
    int port() {
        return server.actualPort();
    }

    private void connected(NetSocket socket) {
        if (stopping) {
            socket.close();
            return;
        }
        socket.exceptionHandler(unused -> {});
        ChannelHandlerContext context = ((NetSocketInternal) socket).channelHandlerContext();
        context.channel().config().setRecvByteBufAllocator(readBuffer);
        if (limits.rejects()) {
            context.writeAndFlush(Unpooled.wrappedBuffer(TOO_MANY)).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        KeepAlive.set(context.channel(), limits.keepAliveSeconds());
        context.pipeline().addBefore("handler", "resp", new Connection(loop, engine));
    }

    /** On the loop's thread: accepts and reads no more; connections close when what was read is answered. */
    void stop() {
        stopping = true;
        loop.turn().run();
        limits.connections().copy().forEach(Connection::stop);
    }

    /** Closes what is still open, and listens no more. */
    void close() throws InterruptedException {
        if (server == null) {
            return;
        }
        try {
            server.close().toCompletionStage().toCompletableFuture().get(CLOSE_SECONDS, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            LOGGER.warn("The listener did not close.", e);
        }
    }
}
