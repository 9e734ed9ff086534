package dev.miniredis.keyspace;

/** Told of every change of a key, whatever made it. A key is a part of an array, good during the call. */
public interface KeyListener {
    /** Does nothing. */
    KeyListener NONE = new KeyListener() {
        @Override
        public void changed(int database, byte[] key, int offset, int length) {
            // nothing to do
        }

        @Override
        public void added(int database, byte[] key, int offset, int length) {
            // nothing to do
        }

        @Override
        public void expired(int database, byte[] key, int offset, int length) {
            // nothing to do
        }

        @Override
        public void clearing(Keyspace keyspace) {
            // nothing to do
        }

        @Override
        public void swapped(Keyspace one, Keyspace other) {
            // nothing to do
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
