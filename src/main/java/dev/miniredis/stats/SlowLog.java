package dev.miniredis.stats;

import dev.miniredis.config.Tuning;
import dev.miniredis.resp.ByteText;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.function.IntPredicate;

/** The slow commands, the newest first, as {@code SLOWLOG} shows them. */
public final class SlowLog {
    /** Shown in place of a secret. */
    public static final String REDACTED = "(redacted)";

    private static final int SHOWN_ARGUMENTS = 32;
    private static final int SHOWN_BYTES = 128;

    private final Deque<Entry> entries = new ArrayDeque<>();
    private long nextId;
    private long maxEntries;

    /**
     * A slow command.
     *
     * @param client its address, {@code host:port}
     * @param clientName empty where it has none
     */
    public record Entry(
            long id, long atSeconds, long micros, List<byte[]> arguments, String client, String clientName) {}

    SlowLog(Tuning tuning) {
        tuning.slowLogMaxLen.listen(max -> {
            maxEntries = max;
            shorten();
        });
    }

    /**
     * Adds a command that has run.
     *
     * @param isSecret whether the argument of an index is shown as {@code redacted}
     * @param client its address, {@code host:port}
     * @param clientName empty where it has none
     */
    public void add(
            Request request, IntPredicate isSecret, String client, String clientName, long nowMillis, long micros) {
        if (maxEntries == 0) {
            return;
        }
        List<byte[]> arguments = new ArrayList<>();
        int shown = request.size() > SHOWN_ARGUMENTS ? SHOWN_ARGUMENTS - 1 : request.size();
        for (int i = 0; i < shown; i++) {
            arguments.add(isSecret.test(i) ? ascii(REDACTED) : shown(request, i));
        }
        if (shown < request.size()) {
            arguments.add(ascii("... (" + (request.size() - shown) + " more arguments)"));
        }
        entries.addFirst(new Entry(
                nextId++, nowMillis / 1000, micros, arguments, client, ByteText.cut(clientName, SHOWN_BYTES)));
        shorten();
    }

    /** An argument; the end of a long one is left out. */
    private static byte[] shown(Request request, int index) {
        Slice argument = request.arg(index);
        if (argument.length() <= SHOWN_BYTES) {
            return argument.copy();
        }
        String head = new String(argument.bytes(), argument.offset(), SHOWN_BYTES, StandardCharsets.ISO_8859_1);
        return (head + "... (" + (argument.length() - SHOWN_BYTES) + " more bytes)")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private void shorten() {
        while (entries.size() > maxEntries) {
            entries.removeLast();
        }
    }

    /** The number of commands in it. */
    public int size() {
        return entries.size();
    }

    public Collection<Entry> entries() {
        return entries;
    }

    public void clear() {
        entries.clear();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
