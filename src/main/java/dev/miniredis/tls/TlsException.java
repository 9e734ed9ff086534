package dev.miniredis.tls;

/** What is wrong with the certificates, keys or settings of TLS, in words for whoever has to mend it. */
public final class TlsException extends Exception {
    private static final long serialVersionUID = 1;

    public TlsException(String message) {
        super(message);
    }

    public TlsException(String message, Throwable cause) {
        super(message, cause);
    }
}
