package dev.miniredis.notice;

import java.lang.System.Logger.Level;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * An event of the server's own log: a stable name for programs and a sentence for people. The names in braces are the
 * event's fields; structured logs have their values separately (see docs/logging.md).
 *
 * <p>{@code LOG_SYNC_SLOW.tell(LOGGER, millis)} gives the values of the fields in order.
 */
public enum Notice {
    SERVER_READY(
            Level.INFO,
            "server.ready",
            "Mini Redis {version} is ready on {host}:{port} ({transport}), data {data}: {keys} keys from {entries} log"
                    + " entries in {millis} ms."),
    SERVER_TLS_READY(Level.INFO, "server.tls-ready", "Accepting TLS connections on {host}:{port}."),
    SERVER_STOPPED(Level.INFO, "server.stopped", "Mini Redis has stopped."),
    SERVER_FAILED(Level.ERROR, "server.failed", "{reason}"),
    SERVER_UNFLUSHED(
            Level.WARNING,
            "server.unflushed",
            "Not everything was written to disk within {millis} ms; writes that were not acknowledged may be lost."),
    SERVER_NOT_DRAINED(Level.ERROR, "server.not-drained", "Stopping the connections failed."),
    SERVER_NOT_CLOSED(Level.WARNING, "server.not-closed", "The listener did not close."),
    SERVER_MAX_CLIENTS_REDUCED(
            Level.WARNING,
            "server.max-clients-reduced",
            "You requested maxclients of {wanted} requiring at least {wantedFiles} max file descriptors. Current maximum"
                    + " open files is {files}. maxclients has been reduced to {maxclients} to compensate for low ulimit."
                    + " If you need higher maxclients increase 'ulimit -n'."),

    SETTING_UNKNOWN(
            Level.WARNING, "setting.unknown", "{name} is no setting of Mini Redis, so it is ignored.{suggestion}"),

    CLOCK_BEHIND(
            Level.WARNING,
            "clock.behind",
            "The machine's clock is {seconds} s behind the server's time: it was set back, or it was ahead when the log was"
                    + " written. The server's time runs on by the monotonic clock, so keys expire when they should."),
    CLOCK_CAUGHT_UP(Level.INFO, "clock.caught-up", "The machine's clock is no longer behind the server's time."),

    LOG_REPLAYING(
            Level.INFO,
            "log.replaying",
            "Loading the log: {percent} % of {bytes} bytes in {seconds} s, about {etaSeconds} s to go."),
    LOG_REPLAY_INTERRUPTED(
            Level.INFO, "log.replay-interrupted", "The replay of the log was interrupted, since the server is ending."),
    LOG_TORN_END(Level.WARNING, "log.torn-end", "{what}", "lsn"),
    LOG_DAMAGE(Level.WARNING, "log.damage", "{what}"),
    LOG_MARK_MISSING(
            Level.INFO,
            "log.mark-missing",
            "There is no {file}, as in a copy or in a log of an older version, so a missing end of the log cannot be"
                    + " detected. The log ends with entry {lsn}; the file is created now."),
    LOG_MARK_NOT_WRITTEN(
            Level.DEBUG,
            "log.mark-not-written",
            "mini-redis.durable could not be written; a missing end of the log may not be detected."),
    LOG_NOT_CLOSED(Level.ERROR, "log.not-closed", "{reason}"),
    LOG_SYNC_SLOW(Level.WARNING, "log.sync-slow", "A sync of the log took {millis} ms; writes waited for it."),
    LOG_SYNC_HANGS(
            Level.WARNING,
            "log.sync-hangs",
            "The disk has been syncing the log for {millis} ms; writes wait, reads go on."),
    LOG_ROOM_REFUSED(
            Level.ERROR,
            "log.room-refused",
            "No room for more entries in the log: {reason}. Writes are refused meanwhile."),
    LOG_ROOM_BACK(Level.INFO, "log.room-back", "There is room for more entries in the log again."),
    LOG_RESERVE_NOT_KEPT(
            Level.DEBUG, "log.reserve-not-kept", "The space reserved for a base could not be allocated or freed."),
    LOG_ROOM_ENDED(Level.ERROR, "log.room-ended", "The thread that extends the log was interrupted and ends."),
    LOG_WRITE_FAILED(
            Level.ERROR,
            "log.write-failed",
            "Writing the log failed: {reason}. The entries from {lsn} on, which may not be on disk, are written to a new"
                    + " segment."),
    LOG_SEGMENT_FAILED(
            Level.ERROR,
            "log.segment-failed",
            "A new segment cannot be written either: {reason}. Writes are refused meanwhile."),
    LOG_WRITTEN_AGAIN(Level.INFO, "log.written-again", "The log is written again."),
    LOG_FILES_LOST(
            Level.ERROR,
            "log.files-lost",
            "{what} while the server was using it. All data is still in memory; writes are refused until a new base is"
                    + " on disk."),
    LOG_WHOLE_AGAIN(Level.INFO, "log.whole-again", "The log is whole again: base at entry {lsn}."),
    LOG_THREAD_ENDED(Level.ERROR, "log.thread-ended", "The log's thread ends: {reason}"),
    LOG_NOT_LOOKED_AT(Level.DEBUG, "log.not-looked-at", "Checking whether the log's files exist failed."),
    LOG_FILE_NOT_CLOSED(Level.DEBUG, "log.file-not-closed", "Closing a segment failed."),
    LOG_FILE_NOT_TRIMMED(Level.DEBUG, "log.file-not-trimmed", "Trimming a segment failed."),
    LOG_FILE_NOT_DELETED(Level.DEBUG, "log.file-not-deleted", "Deleting {file} failed."),

    COMPACTION_DONE(
            Level.INFO,
            "compaction.done",
            "A base of {keys} keys, {bytes} bytes, stands for the log up to entry {lsn} ({millis} ms)."),
    COMPACTION_FAILED(
            Level.ERROR, "compaction.failed", "No base of the log was made: {reason}. {consequence}", "failures"),

    CLIENT_OUTPUT_LIMIT(
            Level.WARNING,
            "client.output-limit",
            "Client {client} scheduled to be closed ASAP for overcoming of output buffer limits."),
    CLIENT_OUTPUT_LIMIT_LATER(
            Level.WARNING,
            "client.output-limit-later",
            "Client {client} closed for overcoming of output buffer limits."),
    CLIENT_ALL_OUTPUT_LIMIT(
            Level.WARNING,
            "client.all-output-limit",
            "Client {client} is cut off: it has most of the output that waits for all clients, which is more than"
                    + " {bytes} bytes."),
    CLIENT_QUERY_LIMIT(
            Level.WARNING, "client.query-limit", "Closing client that reached max query buffer length: {client}"),
    CLIENT_EVICTED(Level.INFO, "client.evicted", "Evicting client: {client}"),
    CLIENT_IDLE(Level.DEBUG, "client.idle", "Closing idle client {client}"),
    CLIENT_REFUSED(Level.WARNING, "client.refused", "Client {client} is cut off: {reason}.{more}", "others"),
    CLIENT_SPEAKS_HTTP(
            Level.WARNING,
            "client.speaks-http",
            "{client} speaks HTTP: this may be an attack through a browser (cross-protocol scripting)."
                    + " The connection is closed."),
    CLIENT_FAILED(Level.ERROR, "client.failed", "The connection of {client} failed."),

    TLS_LOADED(Level.INFO, "tls.loaded", "TLS: {what}"),
    TLS_REFUSED(Level.WARNING, "tls.refused", "TLS stays as it was. {reason}."),
    ACL_NOT_SAVED(Level.WARNING, "acl.not-saved", "ACL SAVE of {file} failed: {reason}"),
    CONFIG_REWRITTEN(Level.INFO, "config.rewritten", "CONFIG REWRITE executed with success."),
    CONFIG_NOT_REWRITTEN(Level.WARNING, "config.not-rewritten", "CONFIG REWRITE failed: {reason}"),
    DEBUG_LOG(Level.WARNING, "debug.log", "DEBUG LOG: {text}"),
    DATA_LOST(
            Level.ERROR,
            "data.lost",
            "The data in memory was discarded for a reload, and the log can no longer be read. The server ends."),

    MEMORY_EXHAUSTED(Level.ERROR, "memory.exhausted", "No memory for '{command}': {reason}"),
    BUG_IN_COMMAND(Level.ERROR, "bug.command", "Running '{command}' failed. This is a bug in Mini Redis."),
    BUG_IN_REPLAYED_COMMAND(Level.ERROR, "bug.replayed-command", "Replaying entry {lsn} failed, as it did before."),
    BUG_IN_LOOP(Level.ERROR, "bug.loop", "A task of the engine's thread failed. This is a bug in Mini Redis."),
    BUG_IN_LOG(Level.ERROR, "bug.log", "The log's thread ends. This is a bug in Mini Redis."),
    BUG_IN_WATCH(Level.ERROR, "bug.log-watch", "Checking the log's files failed. This is a bug in Mini Redis.");

    private static final Pattern FIELD = Pattern.compile("\\{(\\w+)}");

    private final Level level;
    private final String event;
    private final String text;
    private final String more;

    Notice(Level level, String event, String text) {
        this(level, event, text, "");
    }

    /** @param more the name of a field that is not in the sentence; may be empty */
    Notice(Level level, String event, String text, String more) {
        this.level = level;
        this.event = event;
        this.text = text;
        this.more = more;
    }

    public Level level() {
        return level;
    }

    /** The stable name of the event. */
    public String event() {
        return event;
    }

    /** The sentence, with names of fields in braces. */
    public String text() {
        return text;
    }

    /** The names of the fields in the order of their values: those of the sentence, then the additional one. */
    public List<String> fields() {
        Stream<String> inText = FIELD.matcher(text).results().map(found -> found.group(1));
        return Stream.concat(inText, Stream.of(more).filter(name -> !name.isEmpty()))
                .toList();
    }

    /** Logs the event with a value for each field. */
    public void tell(System.Logger logger, Object... values) {
        tell(logger, (Throwable) null, values);
    }

    /** Logs the event with its cause. */
    public void tell(System.Logger logger, Throwable cause, Object... values) {
        if (logger.isLoggable(level)) {
            NoticeRecord record = new NoticeRecord(this, values);
            logger.log(level, record, record.sentence(), cause);
        }
    }

    String sentence(Object... values) {
        List<String> fields = fields();
        assert values.length == fields.size() : event;
        return FIELD.matcher(text)
                .replaceAll(found -> Matcher.quoteReplacement(String.valueOf(values[fields.indexOf(found.group(1))])));
    }
}
