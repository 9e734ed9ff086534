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
     * Replaces the text of the file by the edited text, atomically.
     *
     * @param edit given the text of the file with all its bytes, see {@link dev.miniredis.resp.ByteText}
     * @throws ConfigException it could not be read or written
     */
    void rewrite(UnaryOperator<String> edit);
}
