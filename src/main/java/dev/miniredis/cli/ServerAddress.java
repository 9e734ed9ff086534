package dev.miniredis.cli;

/** The address of a server. */
record ServerAddress(String host, int port) {
    private static final int DEFAULT_PORT = 6379;
    static final ServerAddress DEFAULT = new ServerAddress("127.0.0.1", DEFAULT_PORT);

    /**
     * Parses {@code host:port}, {@code [IPv6]:port}, or either without its port.
     *
     * @throws IllegalArgumentException with a text for the user
     */
    static ServerAddress parse(String text) {
        boolean bracketed = text.startsWith("[");
        int hostEnd = bracketed ? text.indexOf(']') : text.indexOf(':');
        if (hostEnd < 0 && !bracketed) {
            hostEnd = text.length();
        }
        int hostStart = bracketed ? 1 : 0;
        if (hostEnd <= hostStart) {
            throw invalid(text);
        }
        String rest = text.substring(bracketed ? hostEnd + 1 : hostEnd);
        String host = text.substring(hostStart, hostEnd);
        if (rest.isEmpty()) {
            return new ServerAddress(host, DEFAULT_PORT);
        }
        if (!rest.startsWith(":")) {
            throw invalid(text);
        }
        int port = port(rest.substring(1));
        if (port < 0) {
            throw invalid(text);
        }
        return new ServerAddress(host, port);
    }

    /** The port in {@code text}; -1 if it is not one. */
    static int port(String text) {
        if (text.isEmpty() || text.length() > 5 || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            return -1;
        }
        int port = Integer.parseInt(text);
        return port >= 1 && port <= 65_535 ? port : -1;
    }

    private static IllegalArgumentException invalid(String text) {
        return new IllegalArgumentException("'" + text + "' is not an address such as 127.0.0.1:6379 or [::1]:6379");
    }

    @Override
    public String toString() {
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }
}
