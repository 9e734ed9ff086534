package dev.miniredis.it;

import dev.miniredis.resp.ProtocolException;
import dev.miniredis.resp.ReplyReader;
import dev.miniredis.resp.ReplyValue;
import dev.miniredis.resp.ReplyValue.Text;
import dev.miniredis.resp.ReplyValue.TextKind;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/**
 * A connection without a client library: what is sent is what goes over the wire. Replies are shown as text: {@code
 * OK}, {@code -ERR …}, {@code :42}, {@code (nil)}, {@code [a, b]}; a bulk string as it is.
 */
public final class RespSocket implements AutoCloseable {
    private static final int TIMEOUT_MILLIS = 30_000;

    private final Socket socket;
    private final ReplyReader replies;

    public RespSocket(int port) throws IOException {
        this(port, 0);
    }

    /** @param receiveBytes how much the operating system takes in before the test reads it; 0 for its own choice */
    public RespSocket(int port, int receiveBytes) throws IOException {
        socket = new Socket();
        if (receiveBytes > 0) {
            socket.setReceiveBufferSize(receiveBytes);
        }
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
        replies = new ReplyReader(socket.getInputStream());
    }

    /** Sends a command and takes its reply. */
    public String ask(String... words) throws IOException {
        send(words);
        return read();
    }

    public void send(String... words) throws IOException {
        send(request(words));
    }

    public void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
    }

    public String read() throws IOException {
        return show(readValue());
    }

    public ReplyValue readValue() throws IOException {
        try {
            return replies.read();
        } catch (ProtocolException e) {
            throw new IOException(e);
        }
    }

    /** The bytes themselves, for who reads no replies from here on. */
    public InputStream in() throws IOException {
        return socket.getInputStream();
    }

    public void timeout(int millis) throws IOException {
        socket.setSoTimeout(millis);
    }

    /** Ends the connection without a farewell: the server gets a reset. */
    public void reset() throws IOException {
        socket.setSoLinger(true, 0);
        socket.close();
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** A command as it goes over the wire. */
    public static byte[] request(String... words) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        append(bytes, words);
        return bytes.toByteArray();
    }

    /** Adds a command to others. */
    public static void append(ByteArrayOutputStream target, String... words) {
        target.writeBytes(("*" + words.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
        for (String word : words) {
            byte[] bytes = word.getBytes(StandardCharsets.UTF_8);
            target.writeBytes(("$" + bytes.length + "\r\n").getBytes(StandardCharsets.US_ASCII));
            target.writeBytes(bytes);
            target.write('\r');
            target.write('\n');
        }
    }

    private static String show(ReplyValue value) {
        return switch (value) {
            case Text text -> (text.kind() == TextKind.ERROR ? "-" : "") + text;
            case ReplyValue.Int number -> ":" + number.value();
            case ReplyValue.Bool bool -> "#" + bool.value();
            case ReplyValue.Nil nil -> "(nil)";
            case ReplyValue.Items items ->
                items.values().stream().map(RespSocket::show).collect(Collectors.joining(", ", "[", "]"));
        };
    }
}
