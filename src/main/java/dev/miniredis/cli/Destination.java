package dev.miniredis.cli;

/**
 * The destination of the client: server, transport, user and database.
 *
 * @param tls null is none
 * @param login null for the server's default user
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
