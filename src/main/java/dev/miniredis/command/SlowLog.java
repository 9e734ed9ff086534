package dev.miniredis.command;

import dev.miniredis.resp.ByteText;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import dev.miniredis.session.Session;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;

/** The commands that took long, the newest first, as {@code SLOWLOG} shows them. */
public final class SlowLog {
    private static final int SHOWN_ARGUMENTS = 32;
    private static final int SHOWN_BYTES = 128;

    private final Deque<Entry> entries = new ArrayDeque<>();
    private long nextId;
    private long maxEntries;

    /**
     * A command that took long.
     *
     * @param client its address, {@code host:port}
     * @param clientName empty where it has none
     */
    record Entry(long id, long atSeconds, long micros, List<byte[]> arguments, String client, String clientName) {}

    SlowLog(Tuning tuning) {
        tuning.slowLogMaxLen.listen(max -> {
            maxEntries = max;
            shorten();
        });
    }

    /** Adds a command that has run. */
    public void add(Command command, Request request, Session session, long nowMillis, long micros) {
        if (maxEntries == 0) {
            return;
        }
        List<byte[]> arguments = new ArrayList<>();
        int shown = request.size() > SHOWN_ARGUMENTS ? SHOWN_ARGUMENTS - 1 : request.size();
        for (int i = 0; i < shown; i++) {
            arguments.add(command.isSecret(request, i) ? ascii(Command.REDACTED) : shown(request, i));
        }
        if (shown < request.size()) {
            arguments.add(ascii("... (" + (request.size() - shown) + " more arguments)"));
        }
        entries.addFirst(new Entry(
                nextId++,
                nowMillis / 1000,
                micros,
                arguments,
                session.address(),
                ByteText.cut(session.name(), SHOWN_BYTES)));
        shorten();
    }

    /** An argument; of a long one, the end is left out. */
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

    /** How many commands it has now. */
    public int size() {
        return entries.size();
    }

    Collection<Entry> entries() {
        return entries;
    }

    void clear() {
        entries.clear();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
