package dev.miniredis.cli;

import dev.miniredis.resp.ByteText;

/**
 * The sender of an entry.
 *
 * @param user empty if the log does not tell
 * @param address {@code host:port}
 */
record Sender(String user, String address) {
    /** From {@code user@host:port}; there is no {@code @} in an address. */
    static Sender of(byte[] by) {
        String text = ByteText.of(by);
        int at = text.lastIndexOf('@');
        return at < 0 ? new Sender(text, "") : new Sender(text.substring(0, at), text.substring(at + 1));
    }

    /** The address without the port, which differs for each connection. */
    String host() {
        int colon = address.lastIndexOf(':');
        return colon < 0 ? address : address.substring(0, colon);
    }
}
