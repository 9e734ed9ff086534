package dev.miniredis.resp;

/** The version of Redis that this server behaves like. */
public final class RedisVersion {
    /** Clients parse it, and some refuse unknown versions. */
    public static final String TEXT = "7.2.5";

    private RedisVersion() {}
}
