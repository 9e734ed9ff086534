package dev.miniredis.it.operations;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.miniredis.it.Program;
import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import dev.miniredis.tls.Certificates;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.Pipeline;
import redis.clients.jedis.Response;
import redis.clients.jedis.SslOptions;
import redis.clients.jedis.exceptions.JedisConnectionException;

/** Clients reach the server through TLS, those it knows by their certificates, and nobody else does. */
class TlsIT {
    @TempDir
    private static Path folder;

    private static Certificates ours;
    private static Certificates strangers;
    private static int tlsPort;
    private static ServerProcess server;

    @BeforeAll
    static void start() throws IOException {
        ours = Certificates.in(folder.resolve("ours")).sign("server").sign("client");
        strangers = Certificates.in(folder.resolve("strangers")).sign("server").sign("client");
        tlsPort = ServerProcess.freePort();
        server = launch(folder.resolve("data"), tlsPort).start();
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static ServerProcess.Launch launch(Path data, int port) {
        return ServerProcess.in(data)
                .options("--tls-port", Integer.toString(port))
                .options("--tls-cert-file", ours.certificate("server"), "--tls-key-file", ours.key("server"))
                .environment("MINI_REDIS_TLS_CA_CERT_FILE", ours.authority());
    }

    private static SSLContext context(Certificates certificates, Certificates trusted) throws Exception {
        var keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        if (certificates != null) {
            keys.init(certificates.store(), Certificates.PASSWORD.toCharArray());
        } else {
            keys.init(null, null);
        }
        var trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted.store());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
        return context;
    }

    private static Jedis jedis(int port, Certificates certificates) {
        SslOptions.Builder ssl = SslOptions.builder().truststore(ours.storeFile(), Certificates.PASSWORD.toCharArray());
        if (certificates != null) {
            ssl.keystore(certificates.storeFile(), Certificates.PASSWORD.toCharArray());
        }
        return new Jedis(
                new HostAndPort("localhost", port),
                DefaultJedisClientConfig.builder().sslOptions(ssl.build()).build());
    }

    private static Program redisCli(String... arguments) throws IOException {
        Program.assumeInstalled("redis-cli");
        List<String> command = new ArrayList<>(List.of("redis-cli", "-p", Integer.toString(tlsPort)));
        command.addAll(List.of(arguments));
        return Program.run(command.toArray(String[]::new));
    }

    @Test
    void a_client_with_a_certificate_is_served_as_ever() throws Exception {
        try (Jedis jedis = jedis(tlsPort, ours);
                Pipeline pipeline = jedis.pipelined()) {
            String large = "x".repeat(3_000_000); // many records, in and out
            assertThat(jedis.set("large", large)).isEqualTo("OK");
            assertThat(jedis.get("large")).isEqualTo(large);
            List<Response<String>> answers = new ArrayList<>();
            for (int i = 0; i < 10_000; i++) {
                pipeline.set("k" + i % 100, "v" + i);
                answers.add(pipeline.get("k" + i % 100));
            }
            pipeline.sync();
            assertThat(answers)
                    .extracting(Response::get)
                    .containsExactlyElementsOf(
                            IntStream.range(0, 10_000).mapToObj(i -> "v" + i).toList());
        }
    }

    @Test
    void redis_cli_is_served() throws IOException {
        Program run = redisCli(
                "--tls",
                "--cacert",
                ours.authority(),
                "--cert",
                ours.certificate("client"),
                "--key",
                ours.key("client"),
                "SET",
                "from",
                "redis-cli");
        assertThat(run.out()).as(run.output()).isEqualTo("OK\n");
    }

    private static Program ourClient(String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(ServerProcess.LAUNCHER, "client"));
        command.addAll(List.of(arguments));
        return Program.feed(
                "SET by client\nGET by\n".getBytes(StandardCharsets.US_ASCII), command.toArray(String[]::new));
    }

    @Test
    void our_client_is_served() throws IOException {
        String uri = "rediss://localhost:" + tlsPort + "/3";
        String[] keys = {"--cert", ours.certificate("client"), "--key", ours.key("client")};

        Program run = ourClient("-u", uri, "--cacert", ours.authority(), keys[0], keys[1], keys[2], keys[3]);
        assertThat(run.out()).as(run.output()).isEqualTo("OK\nclient\n");
        run = ourClient("-u", uri, "--insecure", keys[0], keys[1], keys[2], keys[3]);
        assertThat(run.out()).as(run.output()).isEqualTo("OK\nclient\n");
    }

    @Test
    void our_client_tells_what_is_wrong_with_a_certificate() throws IOException {
        String address = "Could not connect to Mini Redis at localhost:" + tlsPort + ": ";
        String[] server = {"-h", "localhost", "-p", Integer.toString(tlsPort), "--tls", "--cacert"};

        assertThat(ourClient(with(server, strangers.authority())).err())
                .startsWith(address
                        + "no trusted authority has signed its certificate; --cacert names a file of trusted ones\n");
        assertThat(ourClient(with(server, ours.authority(), "--sni", "other.example"))
                        .err())
                .startsWith(address + "its certificate is not one of other.example (No subject alternative DNS name"
                        + " matching other.example found.); --sni tells which name to expect\n");
        assertThat(ourClient(with(server, ours.authority())).err())
                .startsWith("Error: ")
                .contains("certificate_required");
    }

    private static String[] with(String[] first, String... more) {
        List<String> all = new ArrayList<>(List.of(first));
        all.addAll(List.of(more));
        return all.toArray(String[]::new);
    }

    @Test
    void a_client_without_a_certificate_or_with_a_strangers_is_refused() throws Exception {
        for (Certificates certificates : Arrays.asList(null, strangers)) {
            assertThatThrownBy(() -> jedis(tlsPort, certificates).ping()).isInstanceOf(JedisConnectionException.class);
        }
        await().untilAsserted(
                        () -> { // of many such lines in a second, one is printed
                            assertThatThrownBy(() -> jedis(tlsPort, null).ping())
                                    .isNotNull();
                            assertThat(server.out()).anyMatch(line -> line.contains(" is cut off: its TLS failed: "));
                        });
        assertThat(server.output()).doesNotContain("\tat ");
    }

    @Test
    void a_client_that_speaks_no_tls_is_cut_off() throws IOException {
        try (RespSocket socket = new RespSocket(tlsPort)) {
            socket.send("PING");
            assertThatThrownBy(socket::read).isInstanceOf(IOException.class);
        }
    }

    @Test
    void a_client_that_speaks_tls_at_the_other_port_is_cut_off() throws Exception {
        await().untilAsserted(
                        () -> { // of many such lines in a second, one is printed
                            assertThatThrownBy(() -> jedis(server.port(), ours).ping())
                                    .isNotNull();
                            assertThat(server.out())
                                    .anyMatch(line -> line.contains("TLS handshake, at the port without TLS"));
                        });
        try (RespSocket socket = new RespSocket(server.port())) {
            assertThat(socket.ask("PING")).isEqualTo("PONG");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
    void a_client_that_ends_its_tls_gets_all_its_answers_and_the_end(String protocol) throws Exception {
        String requests = "INCR " + protocol + "\r\nSET half closed\r\n" + "GET half\r\n".repeat(20_000);
        for (int i = 1; i <= 20; i++) {
            try (SSLSocket socket =
                    (SSLSocket) context(ours, ours).getSocketFactory().createSocket("localhost", tlsPort)) {
                socket.setEnabledProtocols(new String[] {protocol});
                socket.startHandshake();
                Thread sender = Thread.startVirtualThread(() -> {
                    try {
                        socket.getOutputStream().write(requests.getBytes(StandardCharsets.US_ASCII));
                        socket.shutdownOutput(); // a close_notify, and the end
                    } catch (IOException e) {
                        throw new UncheckedIOException(e);
                    }
                });
                assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .isEqualTo(":" + i + "\r\n+OK\r\n" + "$6\r\nclosed\r\n".repeat(20_000));
                sender.join();
            }
        }
    }

    @Test
    void who_ends_the_input_before_the_handshake_is_not_waited_for() throws IOException {
        try (Socket socket = new Socket("localhost", tlsPort)) {
            socket.shutdownOutput();
            socket.setSoTimeout(9_000); // a handshake may take 10 seconds
            assertThat(socket.getInputStream().read()).isNegative();
        }
    }

    @Test
    void a_client_must_not_negotiate_again() throws Exception {
        try (SSLSocket socket =
                (SSLSocket) context(ours, ours).getSocketFactory().createSocket("localhost", tlsPort)) {
            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
            socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(new String(socket.getInputStream().readNBytes(7), StandardCharsets.US_ASCII))
                    .isEqualTo("+PONG\r\n");
            assertThatThrownBy(() -> {
                        socket.startHandshake();
                        socket.getOutputStream().write("PING\r\n".getBytes(StandardCharsets.US_ASCII));
                        socket.getInputStream().read();
                    })
                    .isInstanceOf(IOException.class);
        }
    }

    /** What openssl tells of a connection with TLS 1.2 to a server that asks no certificate. */
    private static String openssl(int port, String... options) throws IOException {
        Program.assumeInstalled("openssl");
        List<String> command = new ArrayList<>(List.of("openssl", "s_client", "-connect", "127.0.0.1:" + port));
        command.addAll(List.of(options));
        return Program.feed("Q\n".getBytes(StandardCharsets.US_ASCII), command.toArray(String[]::new))
                .output();
    }

    @Test
    void old_versions_and_weak_ciphers_are_refused() throws Exception {
        int port = ServerProcess.freePort();
        ours.signRsa("rsa"); // with an elliptic key there would be no weak ciphers to choose
        try (ServerProcess _ = ServerProcess.in(folder.resolve("weak"))
                .options("--tls-port", Integer.toString(port), "--tls-auth-clients", "no")
                .options("--tls-cert-file", ours.certificate("rsa"), "--tls-key-file", ours.key("rsa"))
                .start()) {
            for (String version : List.of("-tls1", "-tls1_1")) {
                assertThat(openssl(port, version, "-cipher", "ALL@SECLEVEL=0"))
                        .as(version)
                        .contains("alert protocol version", "Cipher is (NONE)");
            }
            for (String kind : List.of("kRSA", "aNULL", "eNULL")) {
                assertThat(openssl(port, "-tls1_2", "-cipher", kind + "@SECLEVEL=0"))
                        .as(kind)
                        .contains("Cipher is (NONE)");
            }
            assertThat(openssl(port, "-tls1_2", "-cipher", "DHE"))
                    .containsPattern("Server Temp Key: DH, (2048|3072|4096)");
            assertThat(openssl(port, "-tls1_2", "-cipher", "ECDHE-RSA-AES128-GCM-SHA256:ECDHE-RSA-AES256-GCM-SHA384"))
                    .as("tls-prefer-server-ciphers yes")
                    .contains("Cipher is ECDHE-RSA-AES256-GCM-SHA384");
        }
    }

    @Test
    void a_session_can_be_gone_on_with_for_as_long_as_the_parameter_tells() throws Exception {
        int port = ServerProcess.freePort();
        try (ServerProcess plain = launch(folder.resolve("sessions"), port)
                        .options("--tls-auth-clients", "no")
                        .start();
                RespSocket socket = new RespSocket(plain.port())) {
            String seconds =
                    socket.ask("CONFIG", "GET", "tls-session-cache-timeout").replaceAll("\\D", "");
            assertThat(openssl(port, "-tls1_2")).contains("lifetime hint: " + seconds + " (seconds)");
            Path session = folder.resolve("session");
            openssl(port, "-tls1_2", "-sess_out", session.toString());
            assertThat(openssl(port, "-tls1_2", "-sess_in", session.toString())).contains("Reused, TLSv1.2");
            assertThat(socket.ask("CONFIG", "SET", "tls-auth-clients", "optional"))
                    .isEqualTo("OK");
            assertThat(openssl(port, "-tls1_2", "-sess_in", session.toString()))
                    .as("what a client was asked for before counts no more")
                    .contains("New, TLSv1.2");
        }
    }

    @Test
    void a_handshake_that_never_ends_is_ended() throws IOException {
        try (Socket silent = new Socket("localhost", tlsPort)) {
            silent.setSoTimeout(30_000);
            assertThat(silent.getInputStream().read()).isNegative();
        }
    }

    @Test
    void the_certificate_is_changed_while_the_server_runs() throws Exception {
        int port = ServerProcess.freePort();
        try (ServerProcess other = launch(folder.resolve("renewed"), port)
                        .options("--tls-reload-period", "1", "--tls-auth-clients", "no")
                        .start();
                RespSocket plain = new RespSocket(other.port())) {
            assertThat(serial(port)).isEqualTo(serialIn(ours.certificate("server")));
            Path certificate = folder.resolve("now.crt");
            Path key = folder.resolve("now.key");
            ours.sign("second").sign("third");
            copy(ours.certificate("second"), certificate);
            copy(ours.key("second"), key);

            assertThat(plain.ask("CONFIG", "SET", "tls-cert-file", certificate.toString()))
                    .isEqualTo("-ERR CONFIG SET failed (possibly related to argument 'tls-cert-file') - Unable to"
                            + " update TLS configuration. Check server logs.");
            assertThat(plain.ask("CONFIG", "GET", "tls-cert-file")).contains(ours.certificate("server"));
            assertThat(serial(port)).isEqualTo(serialIn(ours.certificate("server")));

            assertThat(plain.ask(
                            "CONFIG", "SET", "tls-cert-file", certificate.toString(), "tls-key-file", key.toString()))
                    .isEqualTo("OK");
            assertThat(serial(port)).isEqualTo(serialIn(ours.certificate("second")));

            copy(ours.certificate("third"), certificate); // and for a moment the key is another's
            copy(ours.key("third"), key);
            await().untilAsserted(() -> assertThat(serial(port)).isEqualTo(serialIn(ours.certificate("third"))));
        }
    }

    private static void copy(String from, Path to) throws IOException {
        Files.copy(Path.of(from), to, StandardCopyOption.REPLACE_EXISTING);
    }

    /** The serial number of the certificate that a server shows. */
    private static String serial(int port) throws Exception {
        try (SSLSocket socket =
                (SSLSocket) context(null, ours).getSocketFactory().createSocket("localhost", port)) {
            socket.startHandshake();
            return subject(socket.getSession().getPeerCertificates()[0]);
        }
    }

    private static String serialIn(String file) throws Exception {
        try (InputStream in = Files.newInputStream(Path.of(file))) {
            return subject(
                    java.security.cert.CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
    }

    private static String subject(java.security.cert.Certificate certificate) {
        return ((java.security.cert.X509Certificate) certificate)
                .getSerialNumber()
                .toString(16);
    }

    @Test
    void the_port_without_tls_can_be_left_out_and_the_parameters_tell() throws Exception {
        int port = ServerProcess.freePort();
        try (ServerProcess _ = launch(folder.resolve("alone"), port)
                        .noPort()
                        .options("--tls-auth-clients", "optional", "--tls-protocols", "TLSv1.3")
                        .start();
                Jedis jedis = jedis(port, null)) {
            assertThat(jedis.configGet("port")).containsEntry("port", "0");
            assertThat(jedis.configGet("tls-*"))
                    .containsEntry("tls-port", Integer.toString(port))
                    .containsEntry("tls-cert-file", ours.certificate("server"))
                    .containsEntry("tls-ca-cert-file", ours.authority())
                    .containsEntry("tls-auth-clients", "optional")
                    .containsEntry("tls-protocols", "TLSv1.3");
            assertThat(jedis.info("server")).contains("tcp_port:" + port);
            assertThatThrownBy(() -> {
                        try (SSLSocket socket = (SSLSocket)
                                context(null, ours).getSocketFactory().createSocket("localhost", port)) {
                            socket.setEnabledProtocols(new String[] {"TLSv1.2"});
                            socket.startHandshake();
                        }
                    })
                    .isInstanceOf(SSLException.class);
            assertThatThrownBy(() -> {
                        try (Jedis stranger = jedis(port, strangers)) {
                            stranger.ping();
                        }
                    })
                    .isNotNull();
        }
    }

    @Test
    void the_registrys_own_configuration_serves_too() throws Exception {
        int port = ServerProcess.freePort();
        try (ServerProcess _ = ServerProcess.in(folder.resolve("registry"))
                        .options("--tls-port", Integer.toString(port), "--tls-auth-clients", "no")
                        .java("-Xmx512m -XX:TieredStopAtLevel=1 -Dquarkus.tls.mini-redis.key-store.pem.0.cert="
                                + ours.certificate("server") + " -Dquarkus.tls.mini-redis.key-store.pem.0.key="
                                + ours.key("server"))
                        .start();
                Jedis jedis = jedis(port, null)) {
            assertThat(jedis.ping()).isEqualTo("PONG");
        }
    }
}
