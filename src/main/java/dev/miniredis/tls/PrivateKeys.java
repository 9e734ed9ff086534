package dev.miniredis.tls;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.List;
import javax.crypto.Cipher;
import javax.crypto.EncryptedPrivateKeyInfo;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/**
 * Reads private keys. OpenSSL writes them in four forms, of which the JDK reads the first:
 *
 * <pre>
 * PRIVATE KEY            PKCS#8: version, algorithm, key
 * ENCRYPTED PRIVATE KEY  PKCS#8, encrypted with a password
 * RSA PRIVATE KEY        PKCS#1: the key alone; it is wrapped into PKCS#8
 * EC PRIVATE KEY         SEC 1: likewise; it names its curve, as [0]
 * </pre>
 */
final class PrivateKeys {
    private static final List<String> ALGORITHMS = List.of("RSA", "EC", "EdDSA", "RSASSA-PSS");

    private static final int INTEGER = 0x02;
    private static final int OCTETS = 0x04;
    private static final int SEQUENCE = 0x30;
    private static final int TAGGED_0 = 0xa0;
    private static final byte[] VERSION_0 = {INTEGER, 1, 0};
    /** {@code rsaEncryption} 1.2.840.113549.1.1.1, with NULL as parameters. */
    private static final byte[] RSA = {6, 9, 0x2a, (byte) 0x86, 0x48, (byte) 0x86, (byte) 0xf7, 0x0d, 1, 1, 1, 5, 0};
    /** {@code ecPublicKey} 1.2.840.10045.2.1, followed by the curve. */
    private static final byte[] EC = {6, 7, 0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 2, 1};

    private PrivateKeys() {}

    /** @param password null if there is none */
    static PrivateKey read(Path path, String password) throws TlsException {
        PemFile file = PemFile.read("key", path);
        for (String label : List.of("RSA PRIVATE KEY", "EC PRIVATE KEY")) {
            if (file.hasHeader(label)) {
                throw new TlsException("The key file " + path + " is encrypted in OpenSSL's own old way; 'openssl pkcs8"
                        + " -topk8 -in " + path + "' makes one of it that can be read");
            }
        }
        try {
            byte[] pkcs8 = pkcs8(file, path, password);
            for (String algorithm : ALGORITHMS) {
                try {
                    return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
                } catch (InvalidKeySpecException otherAlgorithm) {
                    // try the next algorithm
                }
            }
        } catch (GeneralSecurityException | IOException | IndexOutOfBoundsException e) {
            throw new TlsException("The key file " + path + " cannot be read: " + e.getMessage(), e);
        }
        throw new TlsException("The key file " + path + " holds a key of none of the kinds RSA, EC, EdDSA");
    }

    private static byte[] pkcs8(PemFile file, Path path, String password)
            throws TlsException, GeneralSecurityException, IOException {
        for (byte[] key : file.contents("PRIVATE KEY")) {
            return key;
        }
        for (byte[] key : file.contents("ENCRYPTED PRIVATE KEY")) {
            return decrypt(key, path, password);
        }
        for (byte[] key : file.contents("RSA PRIVATE KEY")) {
            return wrap(RSA, key);
        }
        for (byte[] key : file.contents("EC PRIVATE KEY")) {
            return wrap(concat(EC, curve(key)), key);
        }
        throw new TlsException("The key file " + path + " holds no private key in PEM format");
    }

    private static byte[] decrypt(byte[] key, Path path, String password)
            throws TlsException, GeneralSecurityException, IOException {
        if (password == null) {
            throw new TlsException("The key file " + path + " is encrypted, and there is no password for it");
        }
        EncryptedPrivateKeyInfo info = new EncryptedPrivateKeyInfo(key);
        // with PBES2 the parameters name the algorithm
        String algorithm = info.getAlgParameters() != null
                        && info.getAlgParameters().toString().startsWith("PBE")
                ? info.getAlgParameters().toString()
                : info.getAlgName();
        Cipher cipher = Cipher.getInstance(algorithm);
        var secret = SecretKeyFactory.getInstance(algorithm).generateSecret(new PBEKeySpec(password.toCharArray()));
        cipher.init(Cipher.DECRYPT_MODE, secret, info.getAlgParameters());
        try {
            return info.getKeySpec(cipher).getEncoded();
        } catch (InvalidKeySpecException e) {
            throw new TlsException("The password does not open the key file " + path, e);
        }
    }

    private static byte[] wrap(byte[] algorithm, byte[] key) {
        return element(SEQUENCE, concat(VERSION_0, element(SEQUENCE, algorithm), element(OCTETS, key)));
    }

    /** The encoded curve of a SEC 1 key, {@code SEQUENCE { INTEGER, OCTETS, [0] curve, … }}. */
    private static byte[] curve(byte[] key) throws TlsException {
        int at = content(key, 0);
        at = end(key, at); // the version
        at = end(key, at); // the key
        if (at >= key.length || (key[at] & 0xff) != TAGGED_0) {
            throw new TlsException("the key does not name its curve");
        }
        return Arrays.copyOfRange(key, content(key, at), end(key, at));
    }

    /** The index of the content of the DER element at {@code at}, after its tag and length. */
    private static int content(byte[] der, int at) {
        int first = der[at + 1] & 0xff;
        return at + 2 + (first < 0x80 ? 0 : first - 0x80);
    }

    private static int end(byte[] der, int at) {
        int content = content(der, at);
        int length = der[at + 1] & 0x7f;
        if (content > at + 2) {
            length = 0;
            for (int i = at + 2; i < content; i++) {
                length = length << 8 | der[i] & 0xff;
            }
        }
        return content + length;
    }

    private static byte[] element(int tag, byte[] content) {
        ByteArrayOutputStream der = new ByteArrayOutputStream();
        der.write(tag);
        if (content.length < 0x80) {
            der.write(content.length);
        } else {
            der.write(0x82);
            der.write(content.length >> 8);
            der.write(content.length);
        }
        der.writeBytes(content);
        return der.toByteArray();
    }

    private static byte[] concat(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
