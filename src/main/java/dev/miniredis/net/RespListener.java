package dev.miniredis.net;

import dev.miniredis.engine.Engine;
import dev.miniredis.notice.Notice;
import dev.miniredis.notice.StartupFailure;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.PooledByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.channel.AdaptiveRecvByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollServerSocketChannel;
import io.netty.channel.nio.NioEventLoop;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The TCP listener that speaks RESP. It and its connections are all served by the {@link EngineLoop}'s thread. */
public final class RespListener {
    /** Where there is no port to listen on without TLS. */
    public static final int NO_PORT = -1;

    public static final int BACKLOG = 511; // Redis's tcp-backlog
    private static final System.Logger LOGGER = System.getLogger(RespListener.class.getName());
    private static final byte[] TOO_MANY = "-ERR max number of clients reached\r\n".getBytes(StandardCharsets.US_ASCII);
    private static final int MAX_HANDSHAKES = 1024;
    private static final long BIND_SECONDS = 10;
    private static final long CLOSE_SECONDS = 1;

    private final EngineLoop loop;
    private final Engine engine;
    private final ClientLimits limits;
    private final ProtectedMode protectedMode;
    private final RefusalLog refusals = new RefusalLog();
    private final SharedReadBuffer readBuffer = new SharedReadBuffer();
    private TlsProvider tls; // null until a port with TLS is listened on
    private final List<Channel> servers = new ArrayList<>();
    private int port; // 0 for none
    private int tlsPort; // 0 for none
    private int handshakes; // of TLS, that are not over
    private boolean stopping;

    public RespListener(EngineLoop loop, Engine engine) {
        this.loop = loop;
        this.engine = engine;
        this.limits = loop.limits();
        this.protectedMode = new ProtectedMode(engine.tuning().protectedMode, engine.security()::isWithoutPassword);
    }

    /**
     * Begins to listen.
     *
     * @param wantedPort {@link #NO_PORT} for none, 0 for any that is free
     * @param wantedTlsPort 0 for none
     * @param tlsProvider needed only with a port for TLS
     * @throws StartupFailure an address cannot be had, or a certificate not be used
     */
    public void listen(String host, int wantedPort, int wantedTlsPort, TlsProvider tlsProvider)
            throws InterruptedException {
        if (wantedPort == NO_PORT && wantedTlsPort == 0) {
            throw new StartupFailure("There is no port to listen on: --port no needs a --tls-port.", null);
        }
        if (wantedTlsPort != 0) {
            tls = tlsProvider;
            tls.start();
            tlsPort = listen(host, wantedTlsPort, "--tls-port", this::connectedWithTls);
        }
        if (wantedPort != NO_PORT) {
            port = listen(host, wantedPort, "--port", this::connected);
        }
    }

    /** @return the port that is listened on */
    private int listen(String host, int wanted, String option, Consumer<Channel> connected)
            throws InterruptedException {
        ChannelFuture bound = new ServerBootstrap()
                .group(loop.eventLoop())
                .channel(
                        loop.eventLoop() instanceof NioEventLoop
                                ? NioServerSocketChannel.class
                                : EpollServerSocketChannel.class)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .option(ChannelOption.SO_REUSEADDR, true)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.ALLOW_HALF_CLOSURE, true)
                .childOption(ChannelOption.ALLOCATOR, PooledByteBufAllocator.DEFAULT)
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        connected.accept(channel);
                    }
                })
                .bind(host, wanted);
        if (bound.await(BIND_SECONDS, TimeUnit.SECONDS) && bound.isSuccess()) {
            servers.add(bound.channel());
            return ((InetSocketAddress) bound.channel().localAddress()).getPort();
        }
        throw new StartupFailure(
                "Cannot listen on " + host + ":" + wanted + ": " + reason(bound.cause()) + ". Choose another " + option
                        + " or --host, or end the server that has it.",
                bound.cause());
    }

    /** The words of the operating system; epoll's error puts the name and number of the call before them. */
    private static String reason(Throwable cause) {
        return cause == null
                ? "nothing came of it within " + BIND_SECONDS + " seconds"
                : String.valueOf(cause.getMessage()).replaceFirst("^.* failed with error\\(-\\d+\\): ", "");
    }

    /** The port that is listened on without TLS; 0 for none. */
    public int port() {
        return port;
    }

    /** The port that is listened on with TLS; 0 for none. */
    public int tlsPort() {
        return tlsPort;
    }

    /** The port without TLS, or the one with TLS if there is no other. */
    public int anyPort() {
        return port != 0 ? port : tlsPort;
    }

    private void connected(Channel channel) {
        if (stopping) {
            channel.close();
            return;
        }
        channel.config().setRecvByteBufAllocator(readBuffer);
        if (limits.rejects(handshakes)) {
            channel.writeAndFlush(Unpooled.wrappedBuffer(TOO_MANY)).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        channel.pipeline().addLast("start", new PlainStart(refusals));
        accept(channel);
    }

    /**
     * A handshake counts as a client, as in Redis. It costs a small buffer and, on a worker's thread, a signature; it
     * gets no {@link SharedReadBuffer}, of which an incomplete record would keep 64 KiB.
     */
    private void connectedWithTls(Channel channel) {
        if (stopping || limits.rejects(handshakes)) {
            channel.close(); // there is no TLS yet to say anything in
            return;
        }
        if (handshakes >= MAX_HANDSHAKES) {
            limits.countRejection();
            refusals.tell(channel.remoteAddress(), handshakes + " others are at their TLS handshake");
            channel.close();
            return;
        }
        handshakes++;
        channel.config().setRecvByteBufAllocator(new AdaptiveRecvByteBufAllocator().maxMessagesPerRead(1));
        TlsStart start = new TlsStart(refusals, this::accept, () -> handshakes--);
        channel.pipeline()
                .addLast("input", start.input())
                .addLast("tls", tls.handler())
                .addLast("start", start);
    }

    private void accept(Channel channel) {
        if (stopping) {
            channel.close();
            return;
        }
        if (protectedMode.refuses(channel.remoteAddress())) {
            limits.countRejection();
            channel.writeAndFlush(ProtectedMode.denied()).addListener(ChannelFutureListener.CLOSE);
            return;
        }
        KeepAlive.set(channel, limits.keepAliveSeconds());
        channel.pipeline().addLast("resp", new Connection(loop, engine));
    }

    /** On the loop's thread: accepts and reads no more; connections close when what was read is answered. */
    void stop() {
        stopping = true;
        loop.turn().run();
        limits.connections().copy().forEach(Connection::stop);
    }

    /** Closes what is still open, and listens no more. */
    public void close() throws InterruptedException {
        if (tls != null) {
            tls.stop();
        }
        for (Channel server : servers) {
            ChannelFuture closed = server.close();
            if (!closed.await(CLOSE_SECONDS, TimeUnit.SECONDS) || !closed.isSuccess()) {
                Notice.SERVER_NOT_CLOSED.tell(LOGGER, closed.cause());
            }
        }
    }
}
