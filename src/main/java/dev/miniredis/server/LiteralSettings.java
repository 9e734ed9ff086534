package dev.miniredis.server;

import io.smallrye.config.ConfigSourceInterceptor;
import io.smallrye.config.ConfigSourceInterceptorContext;
import io.smallrye.config.ConfigValue;
import io.smallrye.config.Expressions;
import io.smallrye.config.Priorities;
import jakarta.annotation.Priority;

/**
 * Leaves the values of the server's own settings unchanged, from any source. In Quarkus's configuration {@code ${…}} is
 * an expression and {@code $$} a dollar sign; in a password it must be neither. Quarkus's own settings may have
 * expressions.
 */
@Priority(Priorities.APPLICATION) // so it comes before the interceptor that expands expressions
public final class LiteralSettings implements ConfigSourceInterceptor {
    private static final long serialVersionUID = 1L;

    private static final String OURS = Settings.PREFIX + ".";

    @Override
    public ConfigValue getValue(ConfigSourceInterceptorContext context, String name) {
        return name.startsWith(OURS)
                ? Expressions.withoutExpansion(() -> context.proceed(name))
                : context.proceed(name);
    }
}
