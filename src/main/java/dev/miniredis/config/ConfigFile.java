package dev.miniredis.config;

import java.util.function.UnaryOperator;

/** The file of parameters that the server was started with. */
@FunctionalInterface
public interface ConfigFile {
    /** There is none. */
    ConfigFile NONE = edit -> {
        throw new ConfigException("ERR The server is running without a config file");
    };

    /**
     * Replaces its text by what the edit makes of it, all of it or nothing.
     *
     * @param edit of its text, in which every byte is kept, see {@link dev.miniredis.resp.ByteText}
     * @throws ConfigException it could not be read or written
     */
    void rewrite(UnaryOperator<String> edit);
}
