package dev.miniredis.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyStoresTest {
    @TempDir
    private static Path folder;

    @BeforeAll
    static void sign() throws IOException {
        Certificates.in(folder).sign("server").sign("other");
    }

    private static Path path(String name) {
        return folder.resolve(name);
    }

    private static void identity(String certificate, String key, String password) throws TlsException {
        assertThat(KeyStores.identity(path(certificate), path(key), password)).isNotNull();
    }

    private static void openssl(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(Arrays.asList(arguments));
        Process process;
        try {
            process = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(path("openssl.txt").toFile())
                    .start();
        } catch (IOException missing) {
            assumeTrue(false, "openssl is not installed");
            return;
        }
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue())
                .as(Files.readString(path("openssl.txt")))
                .isZero();
    }

    @Test
    void a_certificate_and_its_key_are_an_identity() throws Exception {
        var store = KeyStores.identity(path("server.crt"), path("server.key"), null);
        String alias = store.aliases().nextElement();

        assertThat(store.getKey(alias, KeyStores.password())).isNotNull();
        assertThat(store.getCertificateChain(alias)).hasSize(1);
        assertThat(KeyStores.trusted(path("ca.crt")).size()).isEqualTo(1);
    }

    @Test
    void those_who_signed_a_certificate_follow_it_in_its_file() throws Exception {
        Files.writeString(path("chain.crt"), Files.readString(path("server.crt")) + Files.readString(path("ca.crt")));
        var store = KeyStores.identity(path("chain.crt"), path("server.key"), null);

        assertThat(store.getCertificateChain(store.aliases().nextElement())).hasSize(2);
        assertThat(KeyStores.trusted(path("chain.crt")).size()).isEqualTo(2);
    }

    @ParameterizedTest
    @CsvSource({
        "'genrsa -traditional -out k 2048', RSA",
        "'genpkey -algorithm rsa -out k', RSA",
        "'ecparam -name prime256v1 -genkey -out k', EC",
        "'ecparam -name secp384r1 -genkey -noout -out k', EC",
        "'genpkey -algorithm ed25519 -out k', EdDSA"
    })
    void every_shape_of_key_that_openssl_writes_is_read(String make, String algorithm) throws Exception {
        openssl(make.split(" "));
        openssl("req", "-x509", "-new", "-key", "k", "-out", "c", "-days", "2", "-subj", "/CN=me");

        identity("c", "k", null);
        assertThat(PrivateKeys.read(path("k"), null).getAlgorithm()).isEqualTo(algorithm);

        openssl("pkcs8", "-topk8", "-in", "k", "-out", "encrypted", "-passout", "pass:secret");
        identity("c", "encrypted", "secret");
        assertThatThrownBy(() -> identity("c", "encrypted", "wrong"))
                .hasMessage("The password does not open the key file " + path("encrypted"));
        assertThatThrownBy(() -> identity("c", "encrypted", null))
                .hasMessage("The key file " + path("encrypted") + " is encrypted, and there is no password for it");
    }

    @Test
    void the_encryption_that_only_openssl_has_is_told() throws Exception {
        openssl("genrsa", "-traditional", "-aes128", "-passout", "pass:secret", "-out", "old", "2048");

        assertThatThrownBy(() -> identity("server.crt", "old", "secret")).hasMessageContaining("openssl pkcs8 -topk8");
    }

    @Test
    void the_key_of_another_certificate_is_refused() {
        assertThatThrownBy(() -> identity("server.crt", "other.key", null))
                .isInstanceOf(TlsException.class)
                .hasMessageStartingWith("The key in " + path("other.key") + " is not that of the certificate in ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "not PEM",
                "-----BEGIN CERTIFICATE-----\n%%%\n-----END CERTIFICATE-----\n",
                "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n",
                "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n",
                "-----BEGIN EC PRIVATE KEY-----\nMA==\n-----END EC PRIVATE KEY-----\n",
                "-----BEGIN EC PRIVATE KEY-----\nMIQBAgME/////w==\n-----END EC PRIVATE KEY-----\n",
                "-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n",
                "-----BEGIN ENCRYPTED PRIVATE KEY-----\nAAAA\n-----END ENCRYPTED PRIVATE KEY-----\n"
            })
    void a_file_that_is_none_is_named(String content) throws IOException {
        Files.writeString(path("bad"), content);

        assertThatThrownBy(() -> identity("bad", "server.key", null))
                .isInstanceOf(TlsException.class)
                .hasMessageContaining(path("bad").toString());
        assertThatThrownBy(() -> identity("server.crt", "bad", "secret"))
                .isInstanceOf(TlsException.class)
                .hasMessageContaining(path("bad").toString());
        assertThatThrownBy(() -> KeyStores.trusted(path("bad"))).isInstanceOf(TlsException.class);
    }

    @Test
    void a_file_that_cannot_be_read_is_named() {
        assertThatThrownBy(() -> identity("nowhere", "server.key", null))
                .hasMessage("Cannot read the certificate file " + path("nowhere") + ": No such file or directory");
        assertThatThrownBy(() -> KeyStores.trusted(folder))
                .hasMessage("Cannot read the CA certificate file " + folder + ": Is a directory");
    }

    @Test
    void a_password_is_the_first_line_of_its_file() throws Exception {
        Files.writeString(path("password"), "secret\n");

        assertThat(KeyStores.password(path("password"))).isEqualTo("secret");
    }
}
