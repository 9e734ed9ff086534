package dev.miniredis.command;

import dev.miniredis.resp.ByteText;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import java.util.Locale;

/**
 * The caller's error: code and text as Redis words them, since clients match on them. Without stack trace, so the
 * common ones are constants. Anything else that a command throws is our own bug.
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
    /** A string, or the bit in one, would be beyond {@code proto-max-bulk-len}. */
    public static final CommandError STRING_TOO_LONG =
            new CommandError("ERR string exceeds maximum allowed size (proto-max-bulk-len)");

    /** It is no number, or beyond {@code proto-max-bulk-len}. */
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

    /** Of a client that has subscribed and speaks RESP2, where a message could be taken for a reply. */
    public static CommandError subscribed(String command) {
        return new CommandError("ERR Can't execute '" + command + "': only (P|S)SUBSCRIBE / (P|S)UNSUBSCRIBE / PING /"
                + " QUIT / RESET are allowed in this context");
    }

    /**
     * A command that only a parameter allows which is read at the start, as Redis's {@code processCommand} refuses it.
     */
    public static CommandError notEnabled(String command) {
        return new CommandError("ERR " + command + " command not allowed. If the enable-"
                + command.toLowerCase(Locale.ROOT) + "-command option is set to \"local\", you can run it from a local"
                + " connection, otherwise you need to set this option in the configuration file, and then restart the"
                + " server.");
    }

    /** The log refuses writes, Redis's {@code MISCONF}. */
    public static CommandError logNotWritable(String problem) {
        return new CommandError("MISCONF Errors writing to the AOF file: " + problem);
    }

    /** What EXEC answers that may not run for this. */
    public String ofTransaction() {
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

    /** The error of a command that finds its subcommands itself. */
    public static CommandError unknownSubcommandOrArity(Slice subcommand, String container) {
        return new CommandError("ERR unknown subcommand or wrong number of arguments for '"
                + shown(subcommand, SHOWN_BYTES) + "'. Try " + container + " HELP.");
    }

    /** Bytes as they are, up to a NUL, as C's {@code printf} shows them. */
    public static String shown(Slice slice, int limit) {
        int length = 0;
        while (length < Math.min(slice.length(), limit) && slice.byteAt(length) != 0) {
            length++;
        }
        return ByteText.of(slice.bytes(), slice.offset(), length);
    }
}
