package dev.miniredis.server;

import dev.miniredis.config.Tuning;
import dev.miniredis.tls.KeyStores;
import dev.miniredis.tls.TlsException;
import io.quarkus.tls.BaseTlsConfiguration;
import io.vertx.core.net.KeyCertOptions;
import io.vertx.core.net.SSLOptions;
import io.vertx.core.net.TrustOptions;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.KeyStoreException;
import java.security.cert.Certificate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/**
 * The contents of the files of {@code tls-cert-file} and the other {@code tls-} parameters when they were read, in the
 * form of Quarkus's registry. Renewed files make a new object, so a half-written file changes nothing.
 */
final class FileTls extends BaseTlsConfiguration {
    private final Source source;
    private final KeyStore identity;
    private final KeyStore trusted; // null without authorities
    private final KeyManagerFactory keyManagers;
    private final TrustManagerFactory trustManagers; // null without authorities

    /** The names of the files, as the parameters give them; empty for none. */
    record Source(String certificate, String key, String password, String passwordFile, String authorities) {
        static Source of(Tuning tuning) {
            return new Source(
                    tuning.tlsCertFile.value(),
                    tuning.tlsKeyFile.value(),
                    tuning.tlsKeyFilePass.value(),
                    tuning.tlsKeyFilePassFile.value(),
                    tuning.tlsCaCertFile.value());
        }
    }

    private FileTls(Source source, KeyStore identity, KeyStore trusted) throws GeneralSecurityException {
        this.source = source;
        this.identity = identity;
        this.trusted = trusted;
        keyManagers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keyManagers.init(identity, KeyStores.password());
        trustManagers =
                trusted == null ? null : TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        if (trusted != null) {
            trustManagers.init(trusted);
        }
    }

    /** Reads the files. */
    static FileTls read(Source source) throws TlsException {
        if (source.certificate.isEmpty()) {
            throw new TlsException("There is no certificate: give --tls-cert-file and --tls-key-file");
        }
        if (source.key.isEmpty()) {
            throw new TlsException(
                    "There is no key to the certificate " + source.certificate + ": give --tls-key-file");
        }
        try {
            String password = source.password.isEmpty() ? null : source.password;
            if (!source.passwordFile.isEmpty()) {
                password = KeyStores.password(Path.of(source.passwordFile));
            }
            return new FileTls(
                    source,
                    KeyStores.identity(Path.of(source.certificate), Path.of(source.key), password),
                    source.authorities.isEmpty() ? null : KeyStores.trusted(Path.of(source.authorities)));
        } catch (GeneralSecurityException | InvalidPathException e) {
            throw new TlsException(e.getMessage(), e);
        }
    }

    Source source() {
        return source;
    }

    /** Whether the other one has the same certificates, and so the same key. */
    boolean isSameAs(FileTls other) {
        return certificates().equals(other.certificates());
    }

    private List<Certificate> certificates() {
        try {
            List<Certificate> certificates = new ArrayList<>();
            for (String alias : Collections.list(identity.aliases())) {
                certificates.addAll(List.of(identity.getCertificateChain(alias)));
            }
            if (trusted != null) {
                for (String alias : Collections.list(trusted.aliases())) {
                    certificates.add(trusted.getCertificate(alias));
                }
            }
            return certificates;
        } catch (KeyStoreException e) {
            throw new IllegalStateException(e); // both were loaded
        }
    }

    @Override
    public String getName() {
        return Tls.NAME;
    }

    @Override
    public KeyStore getKeyStore() {
        return identity;
    }

    @Override
    public KeyCertOptions getKeyStoreOptions() {
        return KeyCertOptions.wrap(keyManagers);
    }

    @Override
    public KeyStore getTrustStore() {
        return trusted;
    }

    @Override
    public TrustOptions getTrustStoreOptions() {
        return trusted == null ? null : TrustOptions.wrap(trustManagers);
    }

    @Override
    public SSLOptions getSSLOptions() {
        return new SSLOptions().setKeyCertOptions(getKeyStoreOptions()).setTrustOptions(getTrustStoreOptions());
    }

    @Override
    public SSLContext createSSLContext() throws GeneralSecurityException {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keyManagers.getKeyManagers(), trusted == null ? null : trustManagers.getTrustManagers(), null);
        return context;
    }
}
