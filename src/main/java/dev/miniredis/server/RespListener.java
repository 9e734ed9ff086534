package dev.miniredis.server;

import dev.miniredis.engine.Engine;
import dev.miniredis.notice.Notice;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelOption;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.net.NetServer;
import io.vertx.core.net.NetServerOptions;
import io.vertx.core.net.NetSocket;
import io.vertx.core.net.impl.NetSocketInternal;
import jakarta.inject.Singleton;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The TCP listener that speaks RESP. Its connections are all served by the {@link EngineLoop}'s thread. */
@Singleton
final class RespListener {
    private static final System.Logger LOGGER = System.getLogger(RespListener.class.getName());
    static final int BACKLOG = 511; // Redis's tcp-backlog
    private static final byte[] TOO_MANY = "-ERR max number of clients reached\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_HANDSHAKES = 1024;
    private static final String VERTX = "handler"; // the name of Vert.x's handler in the pipeline
    private static final long BIND_SECONDS = 10;
    private static final long CLOSE_SECONDS = 1;

    private final EngineLoop loop;
    private final Engine engine;
    private final Vertx vertx;
    private final ClientLimits limits;
    private final Tls tls;
    private final ProtectedMode protectedMode;
    private final RefusalLog refusals = new RefusalLog();
    private final SharedReadBuffer readBuffer = new SharedReadBuffer();
    private final List<NetServer> servers = new ArrayList<>();
    private int port; // 0 for none
    private int tlsPort; // 0 for none
    private int handshakes; // of TLS, that are not over
    private boolean stopping;

    RespListener(EngineLoop loop, Engine engine, Vertx vertx, Tls tls) {
        this.loop = loop;
        this.engine = engine;
        this.vertx = vertx;
        this.tls = tls;
        this.limits = loop.limits();
        this.protectedMode = new ProtectedMode(engine.tuning().protectedMode, engine.security()::isWithoutPassword);
    }

    /**
     * Begins to listen.
     *
     * @throws StartupFailure an address cannot be had, or a certificate not be used
     */
    void listen(Settings settings) throws InterruptedException {
        if (settings.port() == Settings.NO_PORT && settings.tlsPort() == 0) {
            throw new StartupFailure("There is no port to listen on: --port no needs a --tls-port.", null);
        }
        if (settings.tlsPort() != 0) {
            tls.start();
            tlsPort = listen(settings.host(), settings.tlsPort(), "--tls-port", this::connectedWithTls);
        }
        if (settings.port() != Settings.NO_PORT) {
            port = listen(settings.host(), settings.port(), "--port", this::connected);
        }
    }

    /** @return the port that is listened on */
    private int listen(String host, int wanted, String option, Handler<NetSocket> handler) throws InterruptedException {
        NetServer server = vertx.createNetServer(
                        new NetServerOptions().setHost(host).setPort(wanted).setAcceptBacklog(BACKLOG))
                .connectHandler(handler)
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
            servers.add(bound.get(BIND_SECONDS, TimeUnit.SECONDS));
            return server.actualPort();
        } catch (ExecutionException | TimeoutException e) {
            Throwable cause = e instanceof ExecutionException ? e.getCause() : e;
            throw new StartupFailure(
                    "Cannot listen on " + host + ":" + wanted + ": " + reason(cause) + ". Choose another " + option
                            + " or --host, or end the server that has it.",
                    cause);
        }
    }

    /** The words of the operating system; epoll's error puts the name and number of the call before them. */
    private static String reason(Throwable cause) {
        return String.valueOf(cause.getMessage()).replaceFirst("^.* failed with error\\(-\\d+\\): ", "");
    }

    /** The port that is listened on without TLS; 0 for none. */
    int port() {
        return port;
    }

    /** The port that is listened on with TLS; 0 for none. */
    int tlsPort() {
        return tlsPort;
    }

    private void connected(NetSocket socket) {
        if (stopping) {
            socket.close();
            return;
        }
        socket.exceptionHandler(unused -> {});
        ChannelHandlerContext context = ((NetSocketInternal) socket).channelHandlerContext();
        context.channel().config().setRecvByteBufAllocator(readBuffer);
        if (limits.rejects(handshakes)) {
            context.writeAndFlush(Unpooled.wrappedBuffer(TOO_MANY)).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        context.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        context.pipeline().addBefore(VERTX, "start", new PlainStart(refusals));
        accept(context);
    }

    /**
     * A handshake counts as a client, as in Redis. It costs a small buffer and, on a worker's thread, a signature; it gets
     * no {@link SharedReadBuffer}, of which an incomplete record would keep 64 KiB.
     */
    private void connectedWithTls(NetSocket socket) {
        if (stopping || limits.rejects(handshakes)) {
            socket.close(); // there is no TLS yet to say anything in
            return;
        }
        socket.exceptionHandler(unused -> {});
        ChannelHandlerContext context = ((NetSocketInternal) socket).channelHandlerContext();
        if (handshakes >= MAX_HANDSHAKES) {
            limits.countRejection();
            refusals.tell(context.channel().remoteAddress(), handshakes + " others are at their TLS handshake");
            socket.close();
            return;
        }
        handshakes++;
        context.channel().config().setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator().maxMessagesPerRead(1));
        context.channel().config().setOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        TlsStart start = new TlsStart(refusals, unused -> accept(context), () -> handshakes--);
        context.pipeline()
                .addBefore(VERTX, "start", start)
                .addFirst("tls", tls.handler())
                .addFirst("input", start.input());
    }

    /** @param context of Vert.x's handler, which the connection comes before */
    private void accept(ChannelHandlerContext context) {
        if (stopping) {
            context.close();
            return;
        }
        if (protectedMode.refuses(context.channel().remoteAddress())) {
            limits.countRejection();
            context.writeAndFlush(ProtectedMode.denied()).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        KeepAlive.set(context.channel(), limits.keepAliveSeconds());
        context.pipeline().addBefore(VERTX, "resp", new Connection(loop, engine));
    }

    /** On the loop's thread: accepts and reads no more; connections close when what was read is answered. */
    void stop() {
        stopping = true;
        loop.turn().run();
        limits.connections().copy().forEach(Connection::stop);
    }

    /** Closes what is still open, and listens no more. */
    void close() throws InterruptedException {
        tls.stop();
        for (NetServer server : servers) {
            try {
                server.close().toCompletionStage().toCompletableFuture().get(CLOSE_SECONDS, TimeUnit.SECONDS);
            } catch (ExecutionException | TimeoutException e) {
                Notice.SERVER_NOT_CLOSED.tell(LOGGER, e);
            }
        }
    }
}
