package dev.miniredis.server;

import io.netty.channel.ChannelHandler;

/** What the connections of the TLS port are encrypted with. */
interface TlsProvider {
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
