package dev.miniredis.server;

import dev.miniredis.config.Parameter;
import dev.miniredis.embedded.MiniRedisBuilder;
import dev.miniredis.notice.Notice;
import java.lang.reflect.Method;
import java.util.Collection;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.eclipse.microprofile.config.Config;
import org.eclipse.microprofile.config.spi.ConfigSource;

/**
 * Finds properties and environment variables that look like settings and are none, such as {@code
 * mini-redis.maxmemoryy}. An unknown option or directive is refused; these are only reported, since other programs may
 * set variables of such names.
 */
final class UnknownSettings {
    private static final System.Logger LOGGER = System.getLogger(UnknownSettings.class.getName());
    private static final String PROPERTY = Settings.PREFIX + ".";
    private static final String VARIABLE = "MINI_REDIS_";

    /** Properties that are neither in {@link Settings} nor parameters. */
    private static final Set<String> OTHER_PROPERTIES = Set.of(MiniRedisBuilder.PASSWORD_FILE);
    /** Variables that the launcher, the command line or the client reads. */
    private static final Set<String> OTHER_VARIABLES = Set.of("JAVA_OPTS", "CONFIG", "HTTP_PORT", "HISTFILE");
    /** Settings whose property is named otherwise than their option. */
    private static final Map<String, String> RENAMED = Map.of(PROPERTY + "http-port", "quarkus.management.port");

    /** Variables that Kubernetes sets in every pod for a Service whose name begins with mini-redis. */
    private static final Pattern OF_A_SERVICE = Pattern.compile(
            "(\\w+_)?(SERVICE_HOST|SERVICE_PORT(_\\w+)?|PORT_\\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)");

    private static final Pattern ADDRESS_OF_A_SERVICE = Pattern.compile("(tcp|udp|sctp)://.*");

    private final Set<String> properties = new TreeSet<>();
    private final Set<String> variables = new TreeSet<>();

    /** @param parameters those of {@code CONFIG} */
    UnknownSettings(Collection<Parameter<?>> parameters) {
        OTHER_PROPERTIES.forEach(this::know);
        for (Method method : Settings.class.getMethods()) {
            know(method.getName().replaceAll("([A-Z])", "-$1").toLowerCase(Locale.ROOT));
        }
        parameters.stream()
                .filter(parameter -> parameter.given() == Parameter.Given.AS_PARAMETER)
                .forEach(parameter -> know(parameter.name()));
        OTHER_VARIABLES.forEach(name -> variables.add(VARIABLE + name));
    }

    private void know(String name) {
        properties.add(PROPERTY + name);
        variables.add(VARIABLE + name.toUpperCase(Locale.ROOT).replace('-', '_'));
    }

    /** Reports each unknown setting. */
    void tell(Config config, Map<String, String> environment) {
        Set<String> names = new TreeSet<>();
        for (ConfigSource source : config.getConfigSources()) {
            if (!source.getName().startsWith(Beans.ENVIRONMENT)) { // which also has other forms of each name
                names.addAll(source.getPropertyNames());
            }
        }
        in(names, environment)
                .forEach((name, nearest) -> Notice.SETTING_UNKNOWN.tell(
                        LOGGER, name, nearest.isEmpty() ? "" : " Did you mean " + nearest + "?"));
    }

    /** The unknown settings, each with the known one that was probably meant; empty if there is none. */
    Map<String, String> in(Collection<String> names, Map<String, String> environment) {
        Map<String, String> unknown = new TreeMap<>();
        for (String name : names) {
            if (name.startsWith(PROPERTY) && !properties.contains(name)) {
                unknown.put(name, RENAMED.getOrDefault(name, nearest(name, PROPERTY, properties)));
            }
        }
        environment.forEach((name, value) -> {
            if (name.startsWith(VARIABLE) && !variables.contains(name) && !isOfKubernetes(name, value)) {
                unknown.put(name, nearest(name, VARIABLE, variables));
            }
        });
        return unknown;
    }

    private static boolean isOfKubernetes(String variable, String value) {
        return OF_A_SERVICE.matcher(variable.substring(VARIABLE.length())).matches()
                || ADDRESS_OF_A_SERVICE.matcher(value).matches();
    }

    /** The known name at the least edit distance, at most a quarter of the letters; empty if there is none. */
    private static String nearest(String name, String prefix, Set<String> known) {
        int least = (name.length() - prefix.length()) / 4 + 1;
        String nearest = "";
        for (String candidate : known) {
            int distance = distance(name, candidate);
            if (distance < least) {
                least = distance;
                nearest = candidate;
            }
        }
        return nearest;
    }

    /** The Damerau-Levenshtein distance: how many letters are added, removed, replaced or swapped with the next one. */
    private static int distance(String one, String other) {
        int[][] distances = new int[one.length() + 1][other.length() + 1];
        for (int i = 0; i <= one.length(); i++) {
            for (int j = 0; j <= other.length(); j++) {
                distances[i][j] = i == 0 || j == 0 ? i + j : distance(one, other, i, j, distances);
            }
        }
        return distances[one.length()][other.length()];
    }

    private static int distance(String one, String other, int i, int j, int[][] distances) {
        boolean isSame = one.charAt(i - 1) == other.charAt(j - 1);
        int least = Math.min(
                distances[i - 1][j - 1] + (isSame ? 0 : 1), 1 + Math.min(distances[i - 1][j], distances[i][j - 1]));
        boolean isSwapped =
                i > 1 && j > 1 && one.charAt(i - 1) == other.charAt(j - 2) && one.charAt(i - 2) == other.charAt(j - 1);
        return isSwapped ? Math.min(least, 1 + distances[i - 2][j - 2]) : least;
    }
}
