package dev.miniredis.server;

import dev.miniredis.config.Tuning;
import dev.miniredis.tls.TlsException;
import io.quarkus.tls.TlsConfiguration;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.ClientAuth;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.net.JdkSSLEngineOptions;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.SSLOptions;
import io.vertx.core.net.TrustOptions;
import io.vertx.core.net.impl.SslChannelProvider;
import io.vertx.core.net.impl.SslContextProvider;
import java.io.ByteArrayInputStream;
import java.security.KeyStoreException;
import java.security.cert.CRL;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import javax.net.ssl.SSLSessionContext;

/**
 * Builds Vert.x's provider of TLS handlers from a TLS configuration. It takes effect at once, unlike {@code
 * NetServer.updateSSLOptions}: after the OK of CONFIG SET, the next connection gets the new certificate.
 */
final class TlsContext {
    private static final Set<String> PROTOCOLS = Set.of("tlsv1.2", "tlsv1.3");

    private TlsContext() {}

    static SslChannelProvider of(TlsConfiguration configuration, Tuning tuning, VertxInternal vertx)
            throws TlsException {
        SSLOptions options = configuration.getSSLOptions();
        KeyCertOptions identity = configuration.getKeyStoreOptions();
        TrustOptions trusted = configuration.getTrustStoreOptions();
        if (identity == null) {
            throw new TlsException("The configuration quarkus.tls." + Tls.NAME + " has no key store");
        }
        ClientAuth clients = clients(tuning.tlsAuthClients.value(), trusted);
        try {
            SslContextProvider context = new SslContextProvider(
                    false,
                    clients,
                    null,
                    null,
                    options.getEnabledCipherSuites(),
                    protocols(tuning.tlsProtocols.value(), options.getEnabledSecureTransportProtocols()),
                    identity.getKeyManagerFactory(vertx),
                    identity.keyManagerFactoryMapper(vertx),
                    trusted == null ? null : trusted.getTrustManagerFactory(vertx),
                    trusted == null ? null : trusted.trustManagerMapper(vertx),
                    revoked(options, vertx),
                    () -> new JdkSSLEngineOptions().sslContextFactory());
            context.createContext(true, false); // a failure must come here, not at the first client
            SslChannelProvider provider = new SslChannelProvider(
                    context,
                    options.getSslHandshakeTimeout(),
                    options.getSslHandshakeTimeoutUnit(),
                    configuration.usesSni(),
                    configuration.isTrustAll(),
                    false,
                    vertx.getInternalWorkerPool().executor(), // signatures take milliseconds
                    true);
            SSLSessionContext sessions = provider.sslServerContext(false).sessionContext();
            sessions.setSessionTimeout(Tuning.TLS_SESSION_SECONDS);
            sessions.setSessionCacheSize(Tuning.TLS_SESSIONS);
            return provider;
        } catch (TlsException e) {
            throw e;
        } catch (Exception e) { // Vert.x declares Exception
            throw new TlsException("TLS cannot be set up: " + e.getMessage(), e);
        }
    }

    private static ClientAuth clients(String authClients, TrustOptions trusted) throws TlsException {
        ClientAuth clients = switch (authClients) {
            case "no" -> ClientAuth.NONE;
            case "optional" -> ClientAuth.REQUEST;
            default -> ClientAuth.REQUIRED;
        };
        if (clients != ClientAuth.NONE && trusted == null) {
            throw new TlsException("The certificates of clients (--tls-auth-clients " + authClients
                    + ") need the certificates that signed them:"
                    + " give --tls-ca-cert-file, or --tls-auth-clients no");
        }
        return clients;
    }

    /** As Redis's {@code parseProtocolsConfig}, without the versions that the JDK no longer supports. */
    private static Set<String> protocols(String wanted, Set<String> byDefault) throws TlsException {
        Set<String> protocols = new LinkedHashSet<>();
        for (String word : wanted.strip().split("\\s+")) {
            if (PROTOCOLS.contains(word.toLowerCase(Locale.ROOT))) {
                protocols.add("TLSv" + word.substring("TLSv".length()));
            } else if (!word.isEmpty()) {
                throw new TlsException(
                        "--tls-protocols: '" + word + "' is not supported; use TLSv1.2, TLSv1.3 or both");
            }
        }
        return protocols.isEmpty() ? byDefault : protocols;
    }

    private static List<CRL> revoked(SSLOptions options, VertxInternal vertx) throws Exception {
        List<Buffer> lists = new ArrayList<>(options.getCrlValues());
        for (String path : options.getCrlPaths()) {
            lists.add(vertx.fileSystem().readFileBlocking(path));
        }
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        List<CRL> revoked = new ArrayList<>();
        for (Buffer list : lists) {
            revoked.addAll(factory.generateCRLs(new ByteArrayInputStream(list.getBytes())));
        }
        return revoked;
    }

    /** The subject of the certificate and its end, for the log. */
    static String describe(TlsConfiguration configuration) {
        try {
            for (String alias : Collections.list(configuration.getKeyStore().aliases())) {
                if (configuration.getKeyStore().getCertificate(alias) instanceof X509Certificate certificate) {
                    return "the certificate of " + certificate.getSubjectX500Principal() + ", valid until "
                            + certificate.getNotAfter().toInstant();
                }
            }
            return "no certificate";
        } catch (KeyStoreException e) {
            return "a certificate that cannot be shown: " + e.getMessage();
        }
    }
}
