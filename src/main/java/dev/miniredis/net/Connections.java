package dev.miniredis.net;

import java.util.Arrays;
import java.util.List;

/** The connections that are open, in no order. Used by the engine's thread only. */
final class Connections {
    private Connection[] all = new Connection[16];
    private int size;
    private int next;

    int size() {
        return size;
    }

    Connection get(int index) {
        return all[index];
    }

    void add(Connection connection) {
        if (size == all.length) {
            all = Arrays.copyOf(all, 2 * size);
        }
        connection.index(size);
        all[size++] = connection;
    }

    void remove(Connection connection) {
        Connection last = all[--size];
        all[connection.index()] = last;
        last.index(connection.index());
        all[size] = null;
    }

    /**
     * The next one of a round through all of them; a connection that ends may make the round miss another one, once.
     */
    Connection next() {
        next = next < size ? next : 0;
        return all[next++];
    }

    List<Connection> copy() {
        return List.of(Arrays.copyOf(all, size));
    }
}
