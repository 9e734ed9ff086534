package dev.miniredis.resp;

/** The peer violates the protocol; the connection must be closed. The message is Redis's text. */
public final class ProtocolException extends Exception {
    private static final long serialVersionUID = 1L;

    public ProtocolException(String message) {
        super(message, null, false, false);
    }
}
