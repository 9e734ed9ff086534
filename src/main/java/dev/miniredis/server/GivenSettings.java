package dev.miniredis.server;

import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * The settings that the command line has collected from options, environment and file of parameters, as a source of
 * Quarkus's configuration. It goes before all sources that Quarkus reads itself.
 *
 * <p>The values are text of which no byte is lost, see {@link dev.miniredis.resp.ByteText}, and never expressions, see
 * {@link LiteralSettings}. Quarkus makes the source itself, so its content is handed over in a static field.
 */
public final class GivenSettings implements ConfigSource {
    private static final int ORDINAL = 500; // over the JVM's own properties, which have 400

    private static final String PREFIX = Settings.PREFIX + ".";

    private static volatile Map<String, String> given = Map.of();

    /** Sets the settings, by their names, before Quarkus starts. */
    public static void give(Map<String, String> settings) {
        given = settings.entrySet().stream()
                .collect(Collectors.toUnmodifiableMap(entry -> PREFIX + entry.getKey(), Map.Entry::getValue));
    }

    /** The settings that the JVM was given as properties, {@code -Dmini-redis.port=7000}, by their names. */
    public static Map<String, String> ofJvm() {
        return System.getProperties().stringPropertyNames().stream()
                .filter(name -> name.startsWith(PREFIX))
                .collect(Collectors.toMap(name -> name.substring(PREFIX.length()), System::getProperty));
    }

    @Override
    public Set<String> getPropertyNames() {
        return given.keySet();
    }

    @Override
    public String getValue(String property) {
        return given.get(property);
    }

    @Override
    public String getName() {
        return "command line, environment and file of parameters";
    }

    @Override
    public int getOrdinal() {
        return ORDINAL;
    }
}
