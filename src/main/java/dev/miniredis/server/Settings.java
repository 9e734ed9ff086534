package dev.miniredis.server;

import dev.miniredis.log.FsyncPolicy;
import dev.miniredis.log.OnDamage;
import dev.miniredis.net.RespListener;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The settings, from the command line, the environment ({@code MINI_REDIS_PORT} …) or {@code application.properties}.
 */
@ConfigMapping(prefix = Settings.PREFIX)
interface Settings {
    String PREFIX = "mini-redis";

    /** The value of {@link #port} for no port without TLS. */
    int NO_PORT = RespListener.NO_PORT;

    /** The port to listen on; 0 for any free one, {@link #NO_PORT} for none. */
    @WithDefault("6379")
    int port();

    /** The port to listen on with TLS; 0 for none. */
    @WithDefault("0")
    int tlsPort();

    /** The address to listen on. */
    @WithDefault("127.0.0.1")
    String host();

    /** The directory of the log. */
    @WithDefault("data")
    Path dataDir();

    /** Whether there is a log; without one, all data is in memory only. */
    @WithDefault("true")
    boolean appendonly();

    /** When a write counts as done. */
    @WithDefault("always")
    FsyncPolicy fsync();

    /** What the start does with a damaged log. */
    @WithDefault("refuse")
    OnDamage onDamage();

    /** The moment of the past to show instead of the end of the log; see {@link dev.miniredis.log.Moment#parse}. */
    Optional<String> until();

    /** Users, each a line of a name and rules, quoted as in the file of parameters. */
    Optional<String> users();

    /** The file of parameters, for CONFIG REWRITE; its contents are in {@link GivenSettings} already. */
    Optional<Path> configFile();

    /** Whether the management port has a page for people at {@code /}. */
    @WithDefault("yes")
    boolean statusPage();

    /** How many databases there are. */
    @WithDefault("16")
    int databases();
}
