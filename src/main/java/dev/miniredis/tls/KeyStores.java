package dev.miniredis.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;

/** Builds key stores in memory from PEM files. Their password, {@link #password()}, protects nothing. */
public final class KeyStores {
    private static final String ALIAS = "tls";

    private KeyStores() {}

    /** The password of every key store built here. */
    public static char[] password() {
        return new char[0];
    }

    /**
     * A key store with a key and its certificate chain.
     *
     * @param password of the key; null for none
     */
    public static KeyStore identity(Path certificates, Path key, String password) throws TlsException {
        List<X509Certificate> chain = certificates("certificate", certificates);
        PrivateKey privateKey = PrivateKeys.read(key, password);
        if (!belong(privateKey, chain.getFirst().getPublicKey())) {
            throw new TlsException(
                    "The key in " + key + " is not that of the certificate in " + certificates + ", the first there");
        }
        try {
            KeyStore store = empty();
            store.setKeyEntry(ALIAS, privateKey, password(), chain.toArray(Certificate[]::new));
            return store;
        } catch (GeneralSecurityException e) {
            throw new TlsException("The certificates in " + certificates + " are no chain: " + e.getMessage(), e);
        }
    }

    /** A trust store of the certificates in a file. */
    public static KeyStore trusted(Path authorities) throws TlsException {
        List<X509Certificate> certificates = certificates("CA certificate", authorities);
        try {
            KeyStore store = empty();
            for (int i = 0; i < certificates.size(); i++) {
                store.setCertificateEntry(ALIAS + i, certificates.get(i));
            }
            return store;
        } catch (GeneralSecurityException e) {
            throw new TlsException("The certificates in " + authorities + " cannot be used: " + e.getMessage(), e);
        }
    }

    /** The first line of a file that holds a password, in UTF-8, as password-based ciphers expect it. */
    public static String password(Path file) throws TlsException {
        byte[] bytes = PemFile.text("password", file).getBytes(StandardCharsets.ISO_8859_1);
        return new String(bytes, StandardCharsets.UTF_8).split("\r?\n", 2)[0];
    }

    private static List<X509Certificate> certificates(String what, Path path) throws TlsException {
        List<X509Certificate> certificates = new ArrayList<>();
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            for (byte[] der : PemFile.read(what, path).contents("CERTIFICATE", "X509 CERTIFICATE")) {
                certificates.add((X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der)));
            }
        } catch (GeneralSecurityException e) {
            throw new TlsException("The " + what + " file " + path + " cannot be read: " + e.getMessage(), e);
        }
        if (certificates.isEmpty()) {
            throw new TlsException("The " + what + " file " + path + " holds no certificate in PEM format");
        }
        return certificates;
    }

    private static KeyStore empty() throws GeneralSecurityException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        try {
            store.load(null, password());
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
        return store;
    }

    /** Whether key and certificate match. A JDK key store accepts any two, and every handshake would fail. */
    private static boolean belong(PrivateKey privateKey, PublicKey publicKey) {
        String algorithm = switch (privateKey.getAlgorithm()) {
            case "RSA" -> "SHA256withRSA";
            case "EC" -> "SHA256withECDSA";
            default -> privateKey.getAlgorithm();
        };
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(privateKey);
            signature.update(ALIAS.getBytes(StandardCharsets.US_ASCII));
            byte[] signed = signature.sign();
            signature.initVerify(publicKey);
            signature.update(ALIAS.getBytes(StandardCharsets.US_ASCII));
            return signature.verify(signed);
        } catch (GeneralSecurityException differentKinds) {
            return false;
        }
    }
}
