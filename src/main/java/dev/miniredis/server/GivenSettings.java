package dev.miniredis.server;

import java.util.Map;
import java.util.Set;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * What was given at the start: by options, by the environment and by the file of parameters, in this order of
 * precedence (docs/configuration.md), each under the name of its property. It is above all that Quarkus reads itself.
 *
 * <p>The values are text of which no byte is lost, see {@link dev.miniredis.resp.ByteText}, and no expressions, see
 * {@link LiteralSettings}. Quarkus makes the source itself, so what it holds is handed over in a static field.
 */
public final class GivenSettings implements ConfigSource {
    private static final int ORDINAL = 500; // over the JVM's own properties, which have 400

    private static volatile Map<String, String> given = Map.of();

    /** Says what was given, before Quarkus starts. */
    public static void give(Map<String, String> settings) {
        given = Map.copyOf(settings);
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
