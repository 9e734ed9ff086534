package dev.miniredis.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.netty.bootstrap.Bootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.epoll.EpollEventLoopGroup;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.nio.NioEventLoopGroup;
import io.netty.channel.socket.nio.NioChannelOption;
import io.netty.channel.socket.nio.NioSocketChannel;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.function.Consumer;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;

/** What the operating system is told, on both transports. */
class KeepAliveTest {
    @Test
    void epoll_gets_the_time_and_a_third_of_it() throws Exception {
        assumeTrue(Epoll.isAvailable(), "no epoll");
        withChannel(new EpollEventLoopGroup(1), EpollSocketChannel.class, channel -> {
            KeepAlive.set(channel, 300);
            assertThat(channel.config().getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
            assertThat(channel.config().getOption(EpollChannelOption.TCP_KEEPIDLE))
                    .isEqualTo(300);
            assertThat(channel.config().getOption(EpollChannelOption.TCP_KEEPINTVL))
                    .isEqualTo(100);
            assertThat(channel.config().getOption(EpollChannelOption.TCP_KEEPCNT))
                    .isEqualTo(3);
        });
    }

    @Test
    void nio_gets_the_same_and_no_interval_is_shorter_than_a_second() throws Exception {
        withChannel(new NioEventLoopGroup(1), NioSocketChannel.class, channel -> {
            KeepAlive.set(channel, 2);
            assertThat(channel.config().getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
            assertThat(channel.config().getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE)))
                    .isEqualTo(2);
            assertThat(channel.config().getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL)))
                    .isEqualTo(1);
            assertThat(channel.config().getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT)))
                    .isEqualTo(3);
        });
    }

    @Test
    void zero_switches_it_off() throws Exception {
        withChannel(new NioEventLoopGroup(1), NioSocketChannel.class, channel -> {
            KeepAlive.set(channel, 10);
            KeepAlive.set(channel, 0);
            assertThat(channel.config().getOption(ChannelOption.SO_KEEPALIVE)).isFalse();
        });
    }

    private static void withChannel(EventLoopGroup group, Class<? extends Channel> type, Consumer<Channel> test)
            throws IOException, InterruptedException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Channel channel = new Bootstrap()
                    .group(group)
                    .channel(type)
                    .handler(new ChannelInboundHandlerAdapter())
                    .connect(server.getLocalSocketAddress())
                    .sync()
                    .channel();
            test.accept(channel);
            channel.close().sync();
        } finally {
            group.shutdownGracefully(0, 1, java.util.concurrent.TimeUnit.SECONDS)
                    .sync();
        }
    }
}
