package dev.miniredis.resp;

/** The version of Redis whose behaviour this is. */
public final class RedisVersion {
    /** Clients parse it and refuse what they do not know. */
    public static final String TEXT = "7.2.5";

    private RedisVersion() {}
}
