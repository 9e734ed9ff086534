package dev.miniredis.tls;

import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * An authority of our own and certificates signed by it, made by the JDK's keytool in files that OpenSSL could have
 * made.
 */
public final class Certificates {
    /** Of the stores. */
    public static final String PASSWORD = "changeit";

    private static final long KEYTOOL_SECONDS = 60;
    private static final List<String> ELLIPTIC = List.of("-keyalg", "EC", "-groupname", "secp256r1");

    private final Path folder;
    private final Path store;

    private Certificates(Path folder) {
        this.folder = folder;
        this.store = folder.resolve("store.p12");
    }

    /** An authority in a folder, which is made. */
    public static Certificates in(Path folder) throws IOException {
        Certificates certificates = new Certificates(Files.createDirectories(folder));
        certificates.generate("ca", ELLIPTIC, List.of("-ext", "bc:c"));
        return certificates;
    }

    /** Signs a certificate for somebody, who is this machine too. */
    public Certificates sign(String name) throws IOException {
        return sign(name, ELLIPTIC);
    }

    /** As {@link #sign(String)}, a certificate with an RSA key. */
    public Certificates signRsa(String name) throws IOException {
        return sign(name, List.of("-keyalg", "RSA", "-keysize", "2048"));
    }

    private Certificates sign(String name, List<String> algorithm) throws IOException {
        generate(name, algorithm, List.of("-signer", "ca", "-ext", "san=ip:127.0.0.1,dns:localhost"));
        return this;
    }

    /** The file of somebody's certificate. */
    public String certificate(String name) {
        return folder.resolve(name + ".crt").toString();
    }

    /** The file of somebody's key. */
    public String key(String name) {
        return folder.resolve(name + ".key").toString();
    }

    /** The file of the authority's certificate. */
    public String authority() {
        return certificate("ca");
    }

    /** A store for Java clients with somebody's key and the authority. */
    public KeyStore store() throws IOException {
        try (InputStream in = Files.newInputStream(store)) {
            KeyStore loaded = KeyStore.getInstance("PKCS12");
            loaded.load(in, PASSWORD.toCharArray());
            return loaded;
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        }
    }

    /** The file of that store. */
    public File storeFile() {
        return store.toFile();
    }

    private void generate(String name, List<String> algorithm, List<String> more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-genkeypair", "-alias", name));
        command.addAll(algorithm);
        command.addAll(List.of("-dname", "CN=" + name, "-validity", "2"));
        command.addAll(List.of("-storetype", "PKCS12", "-keystore", store.toString(), "-storepass", PASSWORD));
        command.addAll(more);
        Path output = folder.resolve("keytool.txt");
        Process keytool = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            if (!keytool.waitFor(KEYTOOL_SECONDS, TimeUnit.SECONDS) || keytool.exitValue() != 0) {
                throw new IOException("keytool failed: " + Files.readString(output));
            }
            KeyStore made = store();
            write(
                    Path.of(certificate(name)),
                    "CERTIFICATE",
                    made.getCertificate(name).getEncoded());
            write(
                    Path.of(key(name)),
                    "PRIVATE KEY",
                    made.getKey(name, PASSWORD.toCharArray()).getEncoded());
        } catch (GeneralSecurityException e) {
            throw new IOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            keytool.destroyForcibly();
        }
    }

    /** Writes a PEM file. */
    static void write(Path file, String label, byte[] content) throws IOException {
        String base64 = Base64.getMimeEncoder(64, "\n".getBytes(StandardCharsets.US_ASCII))
                .encodeToString(content);
        Files.writeString(file, "-----BEGIN " + label + "-----\n" + base64 + "\n-----END " + label + "-----\n");
    }
}
