package dev.miniredis.config;

/** A parameter cannot be set, or the file of parameters cannot be written. The message is Redis's error. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message, null, false, false);
    }
}
