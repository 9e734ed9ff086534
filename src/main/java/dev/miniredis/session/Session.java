package dev.miniredis.session;

import java.nio.charset.StandardCharsets;
import java.util.function.Supplier;

/** One client: its name, database, protocol version. Used by the engine's thread only. */
public final class Session {
    public static final String DEFAULT_USER = "default";

    /**
     * What waits in the buffers of a client's connection, as {@code CLIENT LIST} shows it.
     *
     * @param outputs how many pieces of output wait
     * @param freeOutputBytes what of them does not count for the limit, see {@link #limitedOutputBytes}
     * @param limitedOutputBytes what of them does
     */
    public record Traffic(
            int queryBytes, int queryFreeBytes, int outputs, int freeOutputBytes, long limitedOutputBytes) {
        public static final Traffic NONE = new Traffic(0, 0, 0, 0, 0);

        /** What all buffers of the connection take. */
        public long allBytes() {
            return queryBytes + queryFreeBytes + freeOutputBytes + limitedOutputBytes;
        }
    }

    private final long id;
    private final String address;
    private final String localAddress;
    private final long createdMillis;
    private final byte[] origin;
    private final Supplier<Traffic> traffic;

    private String name = "";
    private String libraryName = "";
    private String libraryVersion = "";
    private int database;
    private int protocol = 2;
    private long lastTrafficMillis;
    private String lastCommand = "NULL";
    private boolean closing;
    private boolean aborted;

    /**
     * @param address the client's end of the connection, {@code host:port}
     * @param traffic asked when somebody wants to see it
     */
    public Session(long id, String address, String localAddress, long nowMillis, Supplier<Traffic> traffic) {
        this.id = id;
        this.address = address;
        this.localAddress = localAddress;
        this.createdMillis = nowMillis;
        this.lastTrafficMillis = nowMillis;
        this.origin = (DEFAULT_USER + "@" + address).getBytes(StandardCharsets.UTF_8);
        this.traffic = traffic;
    }

    public long id() {
        return id;
    }

    /** The client's end of the connection, {@code host:port}. */
    public String address() {
        return address;
    }

    /** Who sends: {@code user@host:port}, as the log names it. */
    public byte[] origin() {
        return origin;
    }

    public String name() {
        return name;
    }

    public void name(String newName) {
        name = newName;
    }

    public void libraryName(String newName) {
        libraryName = newName;
    }

    public void libraryVersion(String newVersion) {
        libraryVersion = newVersion;
    }

    /** What waits in the buffers of its connection. */
    public Traffic traffic() {
        return traffic.get();
    }

    public int database() {
        return database;
    }

    public void database(int index) {
        database = index;
    }

    /** The version of RESP that replies are written in: 2 or 3. */
    public int protocol() {
        return protocol;
    }

    public void protocol(int version) {
        protocol = version;
    }

    /** Whether the connection closes once its replies have left. */
    public boolean isClosing() {
        return closing;
    }

    public void close() {
        closing = true;
    }

    /** Whether the connection closes at once, and what was not sent is dropped. */
    public boolean isAborted() {
        return aborted;
    }

    public void abort() {
        closing = true;
        aborted = true;
    }

    /** Notes that a command is about to run. */
    public void running(String command, long nowMillis) {
        lastCommand = command;
        lastTrafficMillis = nowMillis;
    }

    /** Notes that bytes came from the client, or that it took some. */
    public void traffic(long nowMillis) {
        lastTrafficMillis = nowMillis;
    }

    /** For how long nothing came from the client, nor was taken by it. */
    public long idleSeconds(long nowMillis) {
        return seconds(nowMillis - lastTrafficMillis);
    }

    /** Back to how a new connection begins, as {@code RESET} does; the library's name stays. */
    public void reset() {
        name = "";
        database = 0;
        protocol = 2;
    }

    /** The line of {@code CLIENT LIST} and {@code CLIENT INFO}, as Redis 7.2 writes it, without line end. */
    public String describe(long nowMillis) {
        Traffic now = traffic.get();
        return "id=" + id + " addr=" + address + " laddr=" + localAddress + " fd=-1 name=" + name
                + " age=" + seconds(nowMillis - createdMillis) + " idle=" + idleSeconds(nowMillis)
                + " flags=" + (closing ? "c" : "N") + " db=" + database
                + " sub=0 psub=0 ssub=0 multi=-1 qbuf=" + now.queryBytes() + " qbuf-free=" + now.queryFreeBytes()
                + " argv-mem=0 multi-mem=0 rbs=0 rbp=0 obl=" + now.freeOutputBytes() + " oll=" + now.outputs()
                + " omem=" + now.limitedOutputBytes() + " tot-mem=" + now.allBytes()
                + " events=r cmd=" + lastCommand + " user=" + DEFAULT_USER + " redir=-1 resp=" + protocol
                + " lib-name=" + libraryName + " lib-ver=" + libraryVersion;
    }

    private static long seconds(long millis) {
        return Math.max(0, millis / 1000);
    }
}
