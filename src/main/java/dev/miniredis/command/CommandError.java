package dev.miniredis.command;

import dev.miniredis.resp.ByteText;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import java.util.Locale;

/**
 * An error of the caller. Code and text are those of Redis, because clients match on them. It has no stack trace, so
 * common errors are constants. Any other exception that a command throws is a bug of the server.
 */
public final class CommandError extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final int SHOWN_BYTES = 128;

    public static final CommandError SYNTAX = new CommandError("ERR syntax error");
    public static final CommandError NOT_AN_INTEGER = new CommandError("ERR value is not an integer or out of range");
    public static final CommandError NOT_A_FLOAT = new CommandError("ERR value is not a valid float");
    public static final CommandError POSITIVE = new CommandError("ERR value is out of range, must be positive");
    public static final CommandError NOT_AN_INT =
            new CommandError("ERR value is out of range, value must between -2147483648 and 2147483647");
    public static final CommandError NO_SUCH_KEY = new CommandError("ERR no such key");
    public static final CommandError SAME_OBJECT = new CommandError("ERR source and destination objects are the same");
    public static final CommandError WRONG_TYPE =
            new CommandError("WRONGTYPE Operation against a key holding the wrong kind of value");
    public static final CommandError DATABASE_OUT_OF_RANGE = new CommandError("ERR DB index is out of range");
    /** The string would be longer than {@code proto-max-bulk-len}. */
    public static final CommandError STRING_TOO_LONG =
            new CommandError("ERR string exceeds maximum allowed size (proto-max-bulk-len)");

    /** The bit offset is not a number, or is beyond {@code proto-max-bulk-len}. */
    public static final CommandError BIT_OFFSET = new CommandError("ERR bit offset is not an integer or out of range");

    public static final CommandError LOADING = new CommandError("LOADING Redis is loading the dataset in memory");
    public static final CommandError NOT_AUTHENTICATED = new CommandError("NOAUTH Authentication required.");
    public static final CommandError WRONG_PASSWORD =
            new CommandError("WRONGPASS invalid username-password pair or user is disabled.");
    public static final CommandError OUT_OF_MEMORY =
            new CommandError("OOM command not allowed when used memory > 'maxmemory'.");
    public static final CommandError READ_ONLY =
            new CommandError("READONLY You can't write against a read only replica.");
    public static final CommandError NOT_IN_TRANSACTION =
            new CommandError("ERR Command not allowed inside a transaction");
    public static final CommandError MONITORS_ONLY_WATCH =
            new CommandError("ERR Replica can't interact with the keyspace");
    static final CommandError CROSS_SLOT = new CommandError("CROSSSLOT Keys in request don't hash to the same slot");
    public static final CommandError TOO_LARGE = new CommandError("ERR the request is too large for the log");
    public static final CommandError INTERNAL = new CommandError("ERR internal error, see the server's log");

    public CommandError(String message) {
        super(message, null, false, false);
    }

    public static CommandError wrongArity(String command) {
        return new CommandError("ERR wrong number of arguments for '" + command + "' command");
    }

    public static CommandError range(long min, long max) {
        return new CommandError("ERR value is out of range, value must between " + min + " and " + max);
    }

    public static CommandError invalidExpireTime(String command) {
        return new CommandError("ERR invalid expire time in '" + command + "' command");
    }

    public static CommandError invalidName(String attribute) {
        return new CommandError("ERR " + attribute + " cannot contain spaces, newlines or special characters.");
    }

    /** For a subscribed RESP2 client, which cannot tell messages from replies. */
    public static CommandError subscribed(String command) {
        return new CommandError("ERR Can't execute '" + command + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING /"
                + " QUIT / RESET are allowed in this context");
    }

    /** For a command that an immutable parameter disables, as in Redis's {@code processCommand}. */
    public static CommandError notEnabled(String command) {
        return new CommandError("ERR " + command + " command not allowed. If the enable-"
                + command.toLowerCase(Locale.ROOT) + "-command option is set to \"local\", you can run it from a local"
                + " connection, otherwise you need to set this option in the configuration file, and then restart the"
                + " server.");
    }

    /** The log does not accept writes: Redis's {@code MISCONF}. */
    public static CommandError logNotWritable(String problem) {
        return new CommandError("MISCONF Errors writing to the AOF file: " + problem);
    }

    /** The reply of an EXEC that this error aborts. */
    public String execAbortMessage() {
        return this == CROSS_SLOT
                ? getMessage()
                : "EXECABORT Transaction discarded because of: " + getMessage().replaceFirst("^ERR ", "");
    }

    public static CommandError unknownCommand(Request request) {
        StringBuilder args = new StringBuilder();
        for (int i = 1; i < request.size() && args.length() < SHOWN_BYTES; i++) {
            String arg = shown(request.arg(i), SHOWN_BYTES - args.length());
            args.append('\'').append(arg).append("' ");
        }
        return new CommandError(
                "ERR unknown command '" + shown(request.arg(0), SHOWN_BYTES) + "', with args beginning with: " + args);
    }

    public static CommandError unknownSubcommand(Slice subcommand, String container) {
        return new CommandError(
                "ERR unknown subcommand '" + shown(subcommand, SHOWN_BYTES) + "'. Try " + container + " HELP.");
    }

    /** For a subcommand that is unknown or has too many words. */
    public static CommandError unknownSubcommandOrArity(Slice subcommand, String container) {
        return new CommandError("ERR unknown subcommand or wrong number of arguments for '"
                + shown(subcommand, SHOWN_BYTES) + "'. Try " + container + " HELP.");
    }

    /** The bytes up to the first NUL, like {@code %s} in C's {@code printf}. */
    public static String shown(Slice slice, int limit) {
        int length = 0;
        while (length < Math.min(slice.length(), limit) && slice.byteAt(length) != 0) {
            length++;
        }
        return ByteText.of(slice.bytes(), slice.offset(), length);
    }
}
