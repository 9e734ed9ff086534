package dev.miniredis.keyspace;

import dev.miniredis.value.MutableValue;
import java.util.ArrayList;
import java.util.List;

/** The values that the command under way may change in place, of all databases; see {@link Keyspace#change}. */
public final class OpenValues {
    private record Opened(MutableValue value, Table table) {}

    private final List<Opened> opened = new ArrayList<>();

    void open(MutableValue value, Table table) {
        value.open();
        opened.add(new Opened(value, table));
    }

    /** Says that a value is no longer in the table: its size is no longer that table's. */
    @SuppressWarnings("ReferenceEquality") // the same value, not an equal one
    void forget(MutableValue value) {
        value.close();
        opened.removeIf(one -> one.value == value);
    }

    /** Tells the memory account the present sizes; the values stay open. */
    void account() {
        for (int i = 0; i < opened.size(); i++) {
            Opened one = opened.get(i);
            one.table.takes(one.value.account());
        }
    }

    /** The command has ended: no value may be changed any more. */
    public void close() {
        if (opened.isEmpty()) {
            return;
        }
        account();
        for (Opened one : opened) {
            one.value.close();
        }
        opened.clear();
    }
}
