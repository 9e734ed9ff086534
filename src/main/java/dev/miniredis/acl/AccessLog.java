package dev.miniredis.acl;

import dev.miniredis.resp.ByteText;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;

/** What was denied, the newest first, as {@code ACL LOG} shows it. */
public final class AccessLog {
    /** The same once more within this time is counted with it. */
    private static final long GROUPING_MILLIS = 60_000;
    /** So much is kept of each text: a client can make some as long as it likes. */
    private static final int MAX_TEXT_BYTES = 1024;
    /** So many entries are searched for the same. */
    private static final int SEARCHED = 10;

    private final Deque<Entry> entries = new ArrayDeque<>();
    private final long[] denials = new long[Denial.values().length];
    private long maxEntries = 128;
    private long nextId;

    /**
     * Something that was denied, perhaps several times.
     *
     * @param object the command, the key, the channel
     * @param user who tried, or tried to become
     * @param client the line of {@code CLIENT INFO}, of the last time
     * @param createdMillis when it was denied first, by the wall clock
     * @param updatedMillis when last
     * @param monotonicMillis when last, by the monotonic clock
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

    /** Sets how many entries are kept; those there are stay until the next one comes. */
    public void maxEntries(long max) {
        maxEntries = max;
    }

    private void shorten() {
        while (entries.size() > maxEntries) {
            entries.removeLast();
        }
    }

    /** How often something was denied for this reason. */
    public long denials(Denial reason) {
        return denials[reason.ordinal()];
    }

    /** The newest, so many at most. */
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
