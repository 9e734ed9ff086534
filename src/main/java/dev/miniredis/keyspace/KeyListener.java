package dev.miniredis.keyspace;

/** Who is told of every change of a key, whatever made it. A key is a part of an array, good during the call. */
public interface KeyListener {
    /** For keyspaces that nobody listens to. */
    KeyListener NONE = new KeyListener() {
        @Override
        public void changed(int database, byte[] key, int offset, int length) {
            // nobody listens
        }

        @Override
        public void added(int database, byte[] key, int offset, int length) {
            // nobody listens
        }

        @Override
        public void expired(int database, byte[] key, int offset, int length) {
            // nobody listens
        }

        @Override
        public void clearing(Keyspace keyspace) {
            // nobody listens
        }

        @Override
        public void swapped(Keyspace one, Keyspace other) {
            // nobody listens
        }
    };

    /** The key has another value or deadline now, or none. */
    void changed(int database, byte[] key, int offset, int length);

    /** The key, which has just {@linkplain #changed changed}, was not there before. */
    void added(int database, byte[] key, int offset, int length);

    /** The key is gone because its deadline has come. */
    void expired(int database, byte[] key, int offset, int length);

    /** All keys of a database are about to go. */
    void clearing(Keyspace keyspace);

    /** Two databases have exchanged all their keys. */
    void swapped(Keyspace one, Keyspace other);
}
