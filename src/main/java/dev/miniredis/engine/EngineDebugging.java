package dev.miniredis.engine;

import dev.miniredis.command.CommandError;
import dev.miniredis.command.Debugging;
import dev.miniredis.config.DebugPermission;
import dev.miniredis.config.Parameter;
import dev.miniredis.notice.Notice;
import dev.miniredis.session.Session;
import java.lang.System.Logger;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.LongConsumer;

/** What DEBUG may do to the engine. */
public final class EngineDebugging implements Debugging {
    private static final Logger LOGGER = System.getLogger(EngineDebugging.class.getName());

    private final Parameter<DebugPermission> permission;
    private final Session log;
    private final long secret;
    private LongConsumer sleeper = nanos -> {};
    private Runnable reloading = () -> {
        throw new CommandError("ERR Nothing is written to the log (appendonly no, or --until)");
    };
    private boolean expiresActively = true;
    private long replicationIds;
    private String replicationId;

    /**
     * @param log the session that replays
     * @param secret whatever is different in every process
     */
    EngineDebugging(Parameter<DebugPermission> permission, Session log, long secret) {
        this.permission = permission;
        this.log = log;
        this.secret = secret;
        changeReplicationId();
    }

    /** Sets how to sleep for some nanoseconds. */
    public void sleeper(LongConsumer newSleeper) {
        sleeper = newSleeper;
    }

    /** Sets how to build the data again, see {@link Engine#beginReload}. */
    public void reloading(Runnable newReloading) {
        reloading = newReloading;
    }

    @Override
    public boolean isAllowed(Session session) {
        return session == log
                || switch (permission.value()) {
                    case NO -> false;
                    case YES -> true;
                    case LOCAL -> isLocal(session.address());
                };
    }

    /** @param address {@code host:port}, the host in digits, in brackets if it is of IPv6 */
    private static boolean isLocal(String address) {
        String host = address.substring(0, Math.max(0, address.lastIndexOf(':')));
        try {
            return InetAddress.ofLiteral(host.replaceAll("[\\[\\]]", "")).isLoopbackAddress();
        } catch (IllegalArgumentException notDigits) {
            return false;
        }
    }

    @Override
    public void sleep(long nanos) {
        sleeper.accept(nanos);
    }

    @Override
    public void reload() {
        reloading.run();
    }

    @Override
    public void activeExpire(boolean on) {
        expiresActively = on;
    }

    boolean expiresActively() {
        return expiresActively;
    }

    @Override
    public void log(String message) {
        Notice.DEBUG_LOG.tell(LOGGER, message);
    }

    /** Derived from the secret seed, which it does not reveal. */
    @Override
    public void changeReplicationId() {
        try {
            byte[] seed = ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(secret)
                    .putLong(replicationIds++)
                    .array();
            replicationId =
                    HexFormat.of().formatHex(MessageDigest.getInstance("SHA-1").digest(seed));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-1", e);
        }
    }

    /** Forty hexadecimal digits. */
    public String replicationId() {
        return replicationId;
    }
}
