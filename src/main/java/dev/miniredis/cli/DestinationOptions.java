package dev.miniredis.cli;

import dev.miniredis.log.LogException;
import dev.miniredis.resp.ByteText;
import dev.miniredis.tls.TlsException;
import java.io.ByteArrayOutputStream;
import java.io.Console;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The options for the destination and the user, with the names of {@code redis-cli}. */
final class DestinationOptions {
    private static final String PASSWORD_VARIABLE = "REDISCLI_AUTH";
    private static final String PASSWORD_FILE_VARIABLE = "REDISCLI_AUTH_FILE";
    private static final String WARNING =
            "Warning: Using a password with '-a' or '-u' option on the command line interface" + " may not be safe.";

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = "--server",
            paramLabel = "<host:port>",
            converter = AddressConverter.class,
            description = "The server, 127.0.0.1:6379 by default.")
    private ServerAddress server;

    @Option(names = "-h", paramLabel = "<host>", description = "The server's host.")
    private String host;

    @Option(names = "-p", paramLabel = "<port>", converter = PortConverter.class, description = "The server's port.")
    private Integer port;

    @Option(
            names = "-u",
            paramLabel = "<uri>",
            converter = UriConverter.class,
            description = "All of it in one: redis://user:password@host:port/database, or rediss:// with TLS.")
    private ServerUri uri;

    @Option(names = "-n", paramLabel = "<database>", description = "The number of the database, 0 by default.")
    private Integer database;

    @Option(names = "--user", paramLabel = "<name>", description = "The user to log in as, together with a password.")
    private String user;

    @Option(
            names = {"-a", "--pass"},
            paramLabel = "<password>",
            description = "The password, which others may see in the list of processes: " + PASSWORD_VARIABLE
                    + " in the environment, --pass-file or --askpass is better.")
    private String password;

    @Option(
            names = "--pass-file",
            paramLabel = "<file>",
            description = "File whose first line is the password; " + PASSWORD_FILE_VARIABLE
                    + " in the environment names one too.")
    private Path passwordFile;

    @Option(names = "--askpass", description = "Ask for the password.")
    private boolean asking;

    @Option(names = "--no-auth-warning", description = "Do not warn of a password on the command line.")
    private boolean withoutWarning;

    @Option(names = "--tls", description = "Speak TLS.")
    private boolean tls;

    @Option(names = "--cacert", paramLabel = "<file>", description = "PEM file of those whom to trust.")
    private Path authorities;

    @Option(names = "--cert", paramLabel = "<file>", description = "PEM file of the client's certificate.")
    private Path certificate;

    @Option(names = "--key", paramLabel = "<file>", description = "PEM file of the key of that certificate.")
    private Path key;

    @Option(
            names = "--sni",
            paramLabel = "<name>",
            description = "The name that the server's certificate has, where it is not the host's.")
    private String serverName;

    @Option(names = "--insecure", description = "Trust any certificate.")
    private boolean insecure;

    /**
     * The destination that the options give.
     *
     * @param in its first line is the password if there is no terminal
     * @throws IOException with a text for the user: the password or a certificate cannot be read
     */
    Destination destination(InputStream in, boolean atTerminal, PrintStream err) throws IOException {
        Login login = login(in, atTerminal);
        boolean onCommandLine = !asking && (password != null || uriLogin() != null);
        if (onCommandLine && !withoutWarning) {
            err.println(WARNING);
        }
        int number = database != null ? database : uri != null ? uri.database() : 0;
        return new Destination(address(), encryption(), login, number);
    }

    private ServerAddress address() {
        ServerAddress base = uri != null ? uri.address() : server != null ? server : ServerAddress.DEFAULT;
        return new ServerAddress(host != null ? host : base.host(), port != null ? port : base.port());
    }

    private Login uriLogin() {
        return uri == null ? null : uri.login();
    }

    private Login login(InputStream in, boolean atTerminal) throws IOException {
        byte[] name = user == null ? null : bytes(user);
        if (asking) {
            return new Login(name, ask(in, atTerminal));
        } else if (password != null) {
            return new Login(name, bytes(password));
        } else if (passwordFile != null) {
            return new Login(name, firstLine(passwordFile));
        } else if (uriLogin() != null) {
            return name == null ? uriLogin() : new Login(name, uriLogin().password());
        }
        return fromEnvironment(name, ProcessText.environment());
    }

    /** The values of the environment, for options that are not given. */
    static Login fromEnvironment(byte[] name, Map<String, String> environment) throws IOException {
        String kept = environment.getOrDefault(PASSWORD_VARIABLE, "");
        String file = environment.getOrDefault(PASSWORD_FILE_VARIABLE, "");
        if (!kept.isEmpty()) {
            return new Login(name, bytes(kept));
        }
        return file.isEmpty() ? null : new Login(name, firstLine(Path.of(file)));
    }

    /** The password that a file holds: its first line, whose end is not part of it. */
    private static byte[] firstLine(Path file) throws IOException {
        try {
            String line = ByteText.firstLine(Files.readAllBytes(file));
            if (line.isEmpty()) {
                throw new IOException("The first line of " + file + ", where the password should be, is empty");
            }
            return ByteText.bytes(line);
        } catch (FileSystemException e) {
            throw new IOException("Cannot read the password: " + LogException.reason(e), e);
        }
    }

    /** At the terminal, without showing it; without one, the first line of the input. */
    private static byte[] ask(InputStream in, boolean atTerminal) throws IOException {
        Console console = atTerminal ? System.console() : null;
        if (console != null && console.isTerminal()) {
            char[] typed = console.readPassword("Please input password: ");
            return typed == null ? new byte[0] : bytes(new String(typed));
        }
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = in.read(); next >= 0 && next != '\n'; next = in.read()) {
            line.write(next);
        }
        return line.toByteArray();
    }

    private ClientTls encryption() throws IOException {
        if ((certificate == null) != (key == null)) {
            throw new ParameterException(spec.commandLine(), "--cert and --key need each other");
        }
        if (!tls && (uri == null || !uri.tls())) {
            return null;
        }
        try {
            return ClientTls.of(authorities, certificate, key, serverName, insecure);
        } catch (TlsException unusable) {
            throw new IOException(unusable.getMessage(), unusable);
        }
    }

    private static byte[] bytes(String text) {
        return ByteText.bytes(text);
    }

    private static final class AddressConverter implements ITypeConverter<ServerAddress> {
        @Override
        public ServerAddress convert(String text) {
            try {
                return ServerAddress.parse(text);
            } catch (IllegalArgumentException invalid) {
                throw new TypeConversionException(invalid.getMessage());
            }
        }
    }

    private static final class PortConverter implements ITypeConverter<Integer> {
        @Override
        public Integer convert(String text) {
            int port = ServerAddress.port(text);
            if (port < 0) {
                throw new TypeConversionException("'" + text + "' is not a port");
            }
            return port;
        }
    }

    private static final class UriConverter implements ITypeConverter<ServerUri> {
        @Override
        public ServerUri convert(String text) {
            try {
                return ServerUri.parse(text);
            } catch (IllegalArgumentException invalid) {
                throw new TypeConversionException(invalid.getMessage());
            }
        }
    }
}
