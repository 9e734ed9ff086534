package dev.miniredis.resp;

/** The peer does not speak the protocol; the connection is of no further use. The message is Redis's text. */
public final class ProtocolException extends Exception {
    private static final long serialVersionUID = 1L;

    public ProtocolException(String message) {
        super(message, null, false, false);
    }
}
