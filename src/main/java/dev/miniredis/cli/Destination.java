package dev.miniredis.cli;

/**
 * Where the client goes: which server, by which way, as whom, and to which database.
 *
 * @param tls null is none
 * @param login null leaves the client what the server takes it for
 */
record Destination(ServerAddress address, ClientTls tls, Login login, int database) {
    static Destination of(ServerAddress address) {
        return new Destination(address, null, null, 0);
    }

    Destination at(ServerAddress other) {
        return new Destination(other, tls, login, 0);
    }

    Destination as(Login other) {
        return new Destination(address, tls, other, database);
    }

    Destination in(int other) {
        return new Destination(address, tls, login, other);
    }
}
