package dev.miniredis.engine;

import dev.miniredis.keyspace.Entry;
import dev.miniredis.resp.Decimal;
import dev.miniredis.resp.Request;
import dev.miniredis.value.CommandSink;

/**
 * Makes the commands that rebuild an entry: for a base, and for the log tools. For one thread.
 *
 * @param <X> what the receiver of the commands may throw
 */
public final class BaseCommands<X extends Exception> {
    /** Takes one command after the other. */
    @FunctionalInterface
    public interface Receiver<X extends Exception> {
        /** The command is good during the call. */
        void receive(Request command) throws X;
    }

    private final Receiver<X> receiver;
    private final Request command = new Request();
    private final Sink sink = new Sink();
    private Entry entry;

    public BaseCommands(Receiver<X> receiver) {
        this.receiver = receiver;
    }

    /** Hands over the commands that set the key of an entry to its value and deadline. */
    public void write(Entry newEntry) throws X {
        entry = newEntry;
        entry.value().rebuild(entry.deadline(), sink);
    }

    private final class Sink implements CommandSink<X> {
        @Override
        public void begin(byte[] name) {
            command.clear();
            command.add(name, 0, name.length);
            command.add(entry.keyBytes(), entry.keyOffset(), entry.keyLength());
        }

        @Override
        public void add(byte[] bytes, int offset, int length) {
            command.add(bytes, offset, length);
        }

        @Override
        public void add(long number) {
            byte[] digits = new byte[Decimal.MAX_BYTES];
            command.add(digits, 0, Decimal.put(digits, 0, number));
        }

        @Override
        public void end() throws X {
            receiver.receive(command);
        }
    }
}
