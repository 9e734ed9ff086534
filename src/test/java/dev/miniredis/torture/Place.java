package dev.miniredis.torture;

/** A key of a database. */
record Place(int database, String key) {
    @Override
    public String toString() {
        return "database " + database + ", key " + key;
    }
}
