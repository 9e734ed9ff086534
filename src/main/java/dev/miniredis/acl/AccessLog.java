package dev.miniredis.acl;

import dev.miniredis.resp.ByteText;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/** The denials, the newest first, as {@code ACL LOG} shows them. */
public final class AccessLog {
    /** An equal denial within this time is counted as the same entry. */
    private static final long GROUPING_MILLIS = 60_000;
    /** The most characters that are kept of each text, since clients choose some of them. */
    private static final int MAX_TEXT_BYTES = 1024;
    /** How many entries are searched for an equal one. */
    private static final int SEARCHED = 10;

    private final Deque<Entry> entries = new ArrayDeque<>();
    private final long[] denials = new long[Denial.values().length];
    private long maxEntries = 128;
    private long nextId;

    /**
     * A denial, with the number of its repetitions.
     *
     * @param object the command, the key or the channel
     * @param user the user, or the name in a failed login
     * @param client the line of {@code CLIENT INFO} at the last denial
     * @param createdMillis the first denial, by the wall clock
     * @param updatedMillis the last denial, by the wall clock
     * @param monotonicMillis the last denial, by the monotonic clock
     */
    public record Entry(
            long id,
            long count,
            Denial reason,
            boolean inTransaction,
            String object,
            String user,
            String client,
            long createdMillis,
            long updatedMillis,
            long monotonicMillis) {

        private boolean isLike(Entry other) {
            return reason == other.reason
                    && inTransaction == other.inTransaction
                    && Math.abs(monotonicMillis - other.monotonicMillis) <= GROUPING_MILLIS
                    && object.equals(other.object)
                    && user.equals(other.user);
        }

        private Entry again(Entry other) {
            return new Entry(
                    id,
                    count + 1,
                    reason,
                    inTransaction,
                    object,
                    user,
                    other.client,
                    createdMillis,
                    other.updatedMillis,
                    other.monotonicMillis);
        }
    }

    /** As Redis's {@code addACLLogEntry}. */
    public void add(
            Denial reason,
            boolean inTransaction,
            String object,
            String user,
            String client,
            long wallMillis,
            long monotonicMillis) {
        denials[reason.ordinal()]++;
        Entry entry = new Entry(
                nextId,
                1,
                reason,
                inTransaction,
                ByteText.cut(object, MAX_TEXT_BYTES),
                ByteText.cut(user, MAX_TEXT_BYTES),
                ByteText.cut(client, MAX_TEXT_BYTES),
                wallMillis,
                wallMillis,
                monotonicMillis);
        Entry before = takeLike(entry);
        if (before == null) {
            nextId++;
        }
        entries.addFirst(before == null ? entry : before.again(entry));
        shorten();
    }

    private Entry takeLike(Entry entry) {
        int searched = 0;
        for (Iterator<Entry> i = entries.iterator(); i.hasNext() && searched < SEARCHED; searched++) {
            Entry old = i.next();
            if (old.isLike(entry)) {
                i.remove();
                return old;
            }
        }
        return null;
    }

    /** Sets how many entries are kept; present ones are only dropped when the next one comes. */
    public void maxEntries(long max) {
        maxEntries = max;
    }

    private void shorten() {
        while (entries.size() > maxEntries) {
            entries.removeLast();
        }
    }

    /** The number of denials for this reason. */
    public long denials(Denial reason) {
        return denials[reason.ordinal()];
    }

    /** The newest entries, at most this many. */
    public List<Entry> newest(long count) {
        List<Entry> newest = new ArrayList<>();
        Iterator<Entry> i = entries.iterator();
        while (i.hasNext() && newest.size() < count) {
            newest.add(i.next());
        }
        return newest;
    }

    public void clear() {
        entries.clear();
    }
}
