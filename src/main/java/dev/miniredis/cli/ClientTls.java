package dev.miniredis.cli;

import dev.miniredis.tls.KeyStores;
import dev.miniredis.tls.TlsException;
import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateException;
import java.security.cert.PKIXReason;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedTrustManager;

/**
 * The TLS settings of the client: trusted authorities, its own certificate, protocols.
 *
 * <p>Unlike {@code redis-cli}, which accepts any certificate that an authority has signed, it requires that of the
 * host that the user has named.
 */
final class ClientTls {
    private final SSLContext context;
    private final String serverName; // null is the host's
    private final boolean insecure;

    private ClientTls(SSLContext context, String serverName, boolean insecure) {
        this.context = context;
        this.serverName = serverName;
        this.insecure = insecure;
    }

    /**
     * With certificates in PEM files.
     *
     * @param authorities the trusted authorities; null for those of the Java runtime
     * @param certificate the client's, for a server that requires one; null for none
     * @param key of the client's certificate
     * @param serverName the name to ask for and to look for in the server's certificate; null for the host's
     * @param insecure whether any certificate will do
     */
    static ClientTls of(Path authorities, Path certificate, Path key, String serverName, boolean insecure)
            throws TlsException {
        KeyManager[] keys = null;
        TrustManager[] trusted = null;
        try {
            if (certificate != null) {
                KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
                factory.init(KeyStores.identity(certificate, key, null), KeyStores.password());
                keys = factory.getKeyManagers();
            }
            if (insecure) {
                trusted = new TrustManager[] {new TrustAll()};
            } else if (authorities != null) {
                KeyStore store = KeyStores.trusted(authorities);
                TrustManagerFactory factory =
                        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
                factory.init(store);
                trusted = factory.getTrustManagers();
            }
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(keys, trusted, null);
            return new ClientTls(context, serverName, insecure);
        } catch (GeneralSecurityException failed) {
            throw new TlsException("TLS cannot be used: " + failed.getMessage(), failed);
        }
    }

    /**
     * Starts TLS on a connection.
     *
     * @param host the name that the user has given
     * @throws IOException with a text for the user
     */
    Transport over(Socket connected, String host) throws IOException {
        String name = serverName == null ? host : serverName;
        SSLSocket socket =
                (SSLSocket) context.getSocketFactory().createSocket(connected, name, connected.getPort(), true);
        if (!insecure) {
            SSLParameters parameters = socket.getSSLParameters();
            parameters.setEndpointIdentificationAlgorithm("HTTPS");
            socket.setSSLParameters(parameters);
        }
        try {
            socket.startHandshake();
        } catch (SSLException failed) {
            throw new IOException(explain(failed, name), failed);
        }
        return new TlsTransport(socket);
    }

    private static String explain(SSLException failed, String name) {
        for (Throwable cause = failed.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof CertPathBuilderException
                    || cause instanceof CertPathValidatorException invalid
                            && invalid.getReason() == PKIXReason.NO_TRUST_ANCHOR) {
                return "no trusted authority has signed its certificate; --cacert names a file of trusted ones";
            } else if (cause instanceof CertificateException && cause.getCause() == null) {
                return "its certificate is not one of " + name + " (" + cause.getMessage()
                        + "); --sni tells which name to expect";
            }
        }
        return "TLS failed: " + failed.getMessage();
    }

    /** For {@code --insecure}. */
    private static final class TrustAll extends X509ExtendedTrustManager {
        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket) {}

        @Override
        public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine) {}

        @Override
        public X509Certificate[] getAcceptedIssuers() {
            return new X509Certificate[0];
        }
    }
}
