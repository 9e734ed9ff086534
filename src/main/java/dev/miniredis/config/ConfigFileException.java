package dev.miniredis.config;

import dev.miniredis.resp.RedisVersion;
import java.util.List;
import java.util.regex.Matcher;
import java.util.stream.Collectors;

/** A file of parameters has an invalid line. The message is Redis's. */
public final class ConfigFileException extends Exception {
    private static final long serialVersionUID = 1L;

    private static final String TITLE = "\n*** FATAL CONFIG FILE ERROR (Redis " + RedisVersion.TEXT + ") ***\n";

    private ConfigFileException(String message) {
        super(message);
    }

    ConfigFileException(int lineNumber, String line, String problem) {
        this(TITLE + "Reading the configuration file, at line " + lineNumber + "\n>>> '" + line + "'\n" + problem);
    }

    /** The same failure in a file that the other one includes. */
    public ConfigFileException in(String included) {
        return new ConfigFileException(
                getMessage().replaceFirst(" file, at ", Matcher.quoteReplacement(" file " + included + ", at ")));
    }

    /** One failure with all the invalid lines of a file. */
    public static ConfigFileException of(List<ConfigFileException> refusals) {
        return new ConfigFileException(refusals.stream()
                .map(refusal -> refusal.getMessage().substring(TITLE.length()))
                .collect(Collectors.joining("\n\n", TITLE, "")));
    }
}
