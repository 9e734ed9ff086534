package dev.miniredis.command;

/** A file of parameters says something that it cannot; told as Redis tells it. */
public final class ConfigFileException extends Exception {
    private static final long serialVersionUID = 1L;

    ConfigFileException(int lineNumber, String line, String problem) {
        super("\n*** FATAL CONFIG FILE ERROR (Redis " + RedisVersion.TEXT
                + ") ***\nReading the configuration file, at line " + lineNumber + "\n>>> '" + line + "'\n" + problem);
    }
}
