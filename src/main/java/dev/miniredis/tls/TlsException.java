package dev.miniredis.tls;

/** Certificates, keys or TLS settings cannot be used. The message tells the user what is wrong and where. */
public final class TlsException extends Exception {
    private static final long serialVersionUID = 1;

    public TlsException(String message) {
        super(message);
    }

    public TlsException(String message, Throwable cause) {
        super(message, cause);
    }
}
