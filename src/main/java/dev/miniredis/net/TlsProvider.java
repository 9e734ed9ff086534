package dev.miniredis.net;

import dev.miniredis.notice.StartupFailure;
import io.netty.channel.ChannelHandler;

/** What the connections of the TLS port are encrypted with. */
public interface TlsProvider {
    /**
     * Reads certificates and keys.
     *
     * @throws StartupFailure they cannot be used
     */
    void start();

    /** A handler that makes the TLS of one connection. */
    ChannelHandler handler();

    /** Looks at the files no more. */
    void stop();
}
