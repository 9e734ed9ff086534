package dev.miniredis.net;

import io.netty.util.NetUtil;
import java.net.InetSocketAddress;
import java.net.SocketAddress;

/**
 * The address of a socket as Redis prints it: {@code 127.0.0.1:6379}, {@code [::1]:6379}, as {@code inet_ntop} shortens
 * it.
 */
final class AddressText {
    private AddressText() {}

    static String of(SocketAddress address) {
        if (!(address instanceof InetSocketAddress inet)) {
            return String.valueOf(address);
        }
        String host = NetUtil.toAddressString(inet.getAddress());
        return (host.indexOf(':') < 0 ? host : "[" + host + "]") + ":" + inet.getPort();
    }
}
