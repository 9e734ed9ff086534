package dev.miniredis.migrate;

import dev.miniredis.command.Command;
import dev.miniredis.command.CommandError;
import dev.miniredis.commands.AllCommands;
import dev.miniredis.engine.DryRun;
import dev.miniredis.log.LogEntry;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Makes log entries from what the readers read, and counts what cannot become an entry.
 *
 * <p>The server must be able to replay the whole log. So a command of an AOF is run before it is written, at the time
 * of its entry, and left out if it cannot be run. An RDB file contains keys only, which can always be set.
 *
 * <p>In an AOF of before Redis 7, or rewritten as text, a string with a deadline is two commands, {@code SET} and
 * {@code PEXPIREAT}. If they are adjacent, they become one entry.
 */
final class ImportedEntries implements RdbSink {
    private static final byte[] SET = ascii("SET");
    private static final byte[] PXAT = ascii("PXAT");
    private static final byte[] PEXPIREAT = ascii("PEXPIREAT");
    private static final int MAX_NAME_LENGTH = 64;
    private static final long NONE = -1;

    private final Map<String, Command> known =
            AllCommands.table().commands().stream().collect(Collectors.toMap(Command::name, command -> command));
    private final NewLog log;
    private final ImportReport report;
    private final byte[] by;
    private final long aofMillis;
    private final LogEntry entry = new LogEntry();
    private final List<Queued> queue = new ArrayList<>(); // the open transaction, or else the last SET
    private Path file;
    private Runnable progress = () -> {};
    private DryRun dryRun; // null before an AOF
    private long openTransactionOffset = NONE;
    private int database; // of commands; an RDB key has its own
    private long atMillis;

    /**
     * A command that is not an entry yet.
     *
     * @param offset its place in the file
     */
    private record Queued(int database, long atMillis, Request command, long offset) {
        /** Whether this is a SET without options, and {@code next} a PEXPIREAT of the same key. */
        boolean isCompletedBy(int nextDatabase, Request next) {
            return database == nextDatabase
                    && command.size() == 3
                    && next.size() == 3
                    && command.arg(0).equalsIgnoreCase(SET)
                    && next.arg(0).equalsIgnoreCase(PEXPIREAT)
                    && command.arg(1).contentEquals(next.arg(1).copy())
                    && next.arg(2).isLong()
                    && next.arg(2).toLong() > 0;
        }

        Queued with(Slice deadline) {
            byte[] key = command.arg(1).copy();
            byte[] value = command.arg(2).copy();
            return new Queued(database, atMillis, Request.of(SET, key, value, PXAT, deadline.copy()), offset);
        }
    }

    /**
     * @param by the sender of the entries
     * @param aofMillis the time at the beginning of an AOF
     */
    ImportedEntries(NewLog log, ImportReport report, String by, long nowMillis, long aofMillis) {
        this.log = log;
        this.report = report;
        this.by = by.getBytes(StandardCharsets.UTF_8);
        this.atMillis = nowMillis;
        this.aofMillis = aofMillis;
    }

    /** Begins a file. */
    void reading(Path newFile, Runnable newProgress) {
        file = newFile;
        progress = newProgress;
    }

    /** Sets the time of the next entries, unless it would go back. */
    void time(long millis) {
        atMillis = Math.max(atMillis, millis);
    }

    /** Begins an AOF, before its first command. */
    void beginAof() {
        if (dryRun == null) {
            dryRun = new DryRun();
            atMillis = aofMillis;
        }
    }

    /** Whether an AOF has begun. */
    boolean isAof() {
        return dryRun != null;
    }

    @Override
    public void about(String name, String value) {
        switch (name) {
            case "redis-ver" -> report.madeBy("Redis " + value);
            case "valkey-ver" -> report.madeBy("Valkey " + value);
            case "aof-base", "aof-preamble" -> {
                if (value.equals("1")) {
                    beginAof();
                }
            }
            default -> {}
        }
    }

    @Override
    public void string(RdbKey key, byte[] value) throws ImportException {
        progress.run();
        if (key.isExpired(atMillis)) {
            report.expired();
            return;
        }
        Request command = key.hasDeadline()
                ? Request.of(SET, key.name(), value, PXAT, ascii(Long.toString(key.deadlineMillis())))
                : Request.of(SET, key.name(), value);
        if (canRun(new Queued(key.database(), atMillis, command, NONE), atMillis)) {
            append(key.database(), atMillis, List.of(command));
        }
    }

    @Override
    public void unread(RdbKey key, String type) {
        progress.run();
        if (key.isExpired(atMillis)) {
            report.expired();
        } else {
            report.leftOutValue(type, KeyText.of(key.name()));
        }
    }

    @Override
    public void unread(String what) {
        report.leftOutValue(what, null);
    }

    /**
     * Takes a command of an AOF.
     *
     * @param offset its place in the file
     * @throws CommandError it is not allowed at this place
     */
    void command(Request command, long offset) throws ImportException {
        progress.run();
        switch (name(command)) {
            case "select" -> select(command);
            case "multi" -> {
                if (openTransactionOffset != NONE) {
                    throw new CommandError("ERR MULTI calls can not be nested");
                }
                appendQueue();
                openTransactionOffset = offset;
            }
            case "exec" -> {
                if (openTransactionOffset == NONE) {
                    throw new CommandError("ERR EXEC without MULTI");
                }
                appendQueue();
                openTransactionOffset = NONE;
            }
            default -> write(command, offset);
        }
    }

    /** The offset where the open transaction began; negative if there is none. */
    long openTransactionOffset() {
        return openTransactionOffset;
    }

    /** Ends a file: a transaction does not continue in the next one. */
    void endOfPart() throws ImportException {
        if (openTransactionOffset != NONE) {
            queue.clear();
        }
        appendQueue();
        openTransactionOffset = NONE;
        database = 0;
    }

    private static String name(Request command) {
        return command.arg(0).toString().toLowerCase(Locale.ROOT);
    }

    private void select(Request command) {
        Slice number = command.arg(command.size() - 1);
        if (command.size() != 2 || !number.isLong() || number.toLong() < 0 || number.toLong() >= Integer.MAX_VALUE) {
            throw CommandError.DATABASE_OUT_OF_RANGE;
        }
        database = (int) number.toLong();
    }

    private void write(Request command, long offset) throws ImportException {
        if (!queue.isEmpty() && queue.getLast().isCompletedBy(database, command)) {
            queue.add(queue.removeLast().with(command.arg(2)));
            return;
        }
        String name = name(command);
        Command found = known.get(name);
        if (found == null) {
            leaveOut(command, null, offset);
            return;
        }
        if (!found.isWrite()) {
            return; // nothing to keep, for example of PFCOUNT
        }
        command.arg(0).wrap(found.upperName(), 0, found.upperName().length); // as the server logs it
        if (openTransactionOffset == NONE) {
            appendQueue();
        }
        queue.add(new Queued(database, atMillis, command, offset));
    }

    /** @param reason why it cannot be run; null if there is no such command */
    private void leaveOut(Request command, String reason, long offset) {
        String key = command.size() > 1 ? KeyText.of(command.arg(1).copy()) : null;
        String name = name(command);
        String shown = name.length() > MAX_NAME_LENGTH ? name.substring(0, MAX_NAME_LENGTH) : name;
        report.leftOutCommand(
                KeyText.of(shown.toUpperCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8)),
                reason,
                key,
                offset == NONE ? file.toString() : file + ", byte " + offset);
    }

    /** An entry has one database: one for each run of commands on the same. The import takes effect at once anyway. */
    private void appendQueue() throws ImportException {
        long at = queue.isEmpty() ? 0 : queue.getLast().atMillis();
        List<Request> run = new ArrayList<>();
        for (int i = 0; i < queue.size(); i++) {
            Queued queued = queue.get(i);
            if (canRun(queued, at)) {
                run.add(queued.command());
            }
            boolean ends = i + 1 == queue.size() || queue.get(i + 1).database() != queued.database();
            if (ends && !run.isEmpty()) {
                append(queued.database(), at, run);
                run.clear();
            }
        }
        queue.clear();
    }

    private boolean canRun(Queued queued, long at) {
        if (dryRun == null) {
            return true;
        }
        try {
            dryRun.run(queued.database(), queued.command(), at);
            return true;
        } catch (CommandError e) {
            leaveOut(queued.command(), e.getMessage(), queued.offset());
            return false;
        }
    }

    private void append(int inDatabase, long at, List<Request> commands) throws ImportException {
        entry.reset(at, by, inDatabase);
        commands.forEach(entry::add);
        log.append(entry);
        report.added(inDatabase);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
