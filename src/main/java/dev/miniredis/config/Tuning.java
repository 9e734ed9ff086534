package dev.miniredis.config;

import dev.miniredis.keyspace.EvictionPolicy;
import java.util.Arrays;
import java.util.List;

/**
 * The parameters, each declared once: the options of the command line, the variables of the environment, the directives
 * of a file, {@code CONFIG GET} and {@code CONFIG SET} follow from the declaration. Those that have an effect are
 * fields of this class. Those of parts of Redis that are not here are declared by theme ({@link DataParameters}, {@link
 * ReplicationParameters}, {@link ProcessParameters}, {@link TlsParameters}), since clients and files name them.
 */
public final class Tuning {
    /**
     * The fixed {@code tls-session-cache-timeout}: for how long a client may resume a session. The JDK's default is a
     * day.
     */
    public static final int TLS_SESSION_SECONDS = 300;
    /** The fixed {@code tls-session-cache-size}. */
    public static final int TLS_SESSIONS = 20_480;

    private static final long MEGABYTE = 1024 * 1024;
    private static final long MAX_UNSIGNED = (1L << 32) - 1;

    private final ParameterList all = new ParameterList();

    public final Parameter<Long> maxMemory = memory(
                    "maxmemory",
                    "0",
                    0,
                    "Most bytes that keys and values may take, e.g. 100mb; 0 is as many as the heap holds. At the start"
                            + " also auto: that number in bytes, for all to see.")
            .orAtStart("auto");
    public final Parameter<EvictionPolicy> maxMemoryPolicy = all.acting(
            "maxmemory-policy",
            ParameterType.oneOf(EvictionPolicy.values()),
            "noeviction",
            "Which keys are evicted when memory is full: " + policies() + ".");
    public final Parameter<Integer> maxMemorySamples = integer(
            "maxmemory-samples", 5, 1, Integer.MAX_VALUE, "How many keys are compared to choose the one to evict.");
    public final Parameter<Integer> evictionTenacity = integer(
            "maxmemory-eviction-tenacity",
            10,
            0,
            100,
            "How long a command may wait for eviction, from 0 to 100; 100 is without limit.");
    public final Parameter<String> maxMemoryClients = all.acting(
            "maxmemory-clients",
            ParameterType.memoryOrPercent(),
            "0",
            "Most bytes that clients may make the server keep, or a percentage of maxmemory; beyond it the largest"
                    + " are disconnected. 0 is as many as the heap has room for.");
    public final Parameter<Integer> lfuLogFactor = integer(
            "lfu-log-factor",
            10,
            0,
            Integer.MAX_VALUE,
            "How slowly a frequency counter grows; a larger factor is slower.");
    public final Parameter<Integer> lfuDecayTime = integer(
            "lfu-decay-time",
            1,
            0,
            Integer.MAX_VALUE,
            "Minutes without use in which a frequency counter drops by one; 0 is never.");
    public final Parameter<Integer> maxClients = all.acting(
            "maxclients",
            new ParameterType<>(Tuning::clients, Object::toString),
            "10000",
            "Most clients at a time; more are refused.");
    public final Parameter<Integer> timeout = integer(
            "timeout", 0, 0, Integer.MAX_VALUE, "Seconds after which an idle client is disconnected; 0 is never.");
    public final Parameter<Integer> tcpKeepAlive =
            integer("tcp-keepalive", 300, 0, Integer.MAX_VALUE, "Seconds between probes of silent clients; 0 is none.");
    public final Parameter<Long> hllSparseMaxBytes =
            memory("hll-sparse-max-bytes", "3000", 0, "Most bytes of a sparse HyperLogLog; a larger one takes 12 KiB.");
    public final Parameter<Boolean> protectedMode = all.acting(
            "protected-mode",
            ParameterType.yesOrNo(),
            "yes",
            "Whether only clients of this machine are served while the default user has no password.");
    public final Parameter<String> tlsCertFile = text("tls-cert-file", "PEM file of the server's certificate.");
    public final Parameter<String> tlsKeyFile = text("tls-key-file", "PEM file of the key of that certificate.");
    public final Parameter<String> tlsKeyFilePass =
            text("tls-key-file-pass", "Password of the key file, if it has one.");
    public final Parameter<String> tlsKeyFilePassFile =
            text("tls-key-file-pass-file", "File with that password, in place of the password itself.");
    public final Parameter<String> tlsCaCertFile =
            text("tls-ca-cert-file", "PEM file of the certificates that sign those of clients.");
    public final Parameter<String> tlsAuthClients = all.acting(
            "tls-auth-clients",
            ParameterType.oneOf("no", "yes", "optional"),
            "yes",
            "Whether clients need a certificate: yes, no, or optional: if they have one it must be valid.");
    public final Parameter<String> tlsProtocols =
            text("tls-protocols", "Versions of TLS to speak, e.g. TLSv1.3; without it TLSv1.2 and TLSv1.3.");
    public final Parameter<Integer> tlsReloadPeriod = integer(
            "tls-reload-period",
            3600,
            0,
            Integer.MAX_VALUE,
            "Seconds between checks whether the files of TLS were renewed; 0 is never.");
    public final Parameter<OutputLimits> clientOutputBufferLimit = all.acting(
            "client-output-buffer-limit",
            new ParameterType<>(this::outputLimits, OutputLimits::text, OutputLimits::lines, true),
            "normal 0 0 0 slave 256mb 64mb 60 pubsub 32mb 8mb 60",
            "Output that may wait for a client: class, hard limit, soft limit, seconds above the soft limit.");
    public final Parameter<Long> clientQueryBufferLimit = memory(
            "client-query-buffer-limit",
            "1gb",
            MEGABYTE,
            "Most bytes of a request that is not complete; 1gb at most, whatever is set.");
    public final Parameter<Long> protoMaxBulkLen = memory(
            "proto-max-bulk-len", "512mb", MEGABYTE, "Most bytes of one argument; 1gb at most, whatever is set.");

    public final Parameter<String> appendFsync =
            all.changeableSetting("appendfsync", ParameterType.oneOf("everysec", "always", "no"), "always");

    public final Parameter<Integer> autoRewritePercentage = integer(
            "auto-aof-rewrite-percentage",
            100,
            0,
            Integer.MAX_VALUE,
            "How much the log may grow, in percent of its base, before a new base is made; 0 is never.");
    public final Parameter<Long> autoRewriteMinSize =
            memory("auto-aof-rewrite-min-size", "64mb", 0, "The least size of log and base together for a new base.");

    public final Parameter<LogRetention> logRetention = all.acting(
            "log-retention",
            new ParameterType<>(LogRetention::parse, LogRetention::toString),
            "0",
            "How much of the log before a base to keep, as a time (90s, 30min, 36h, 7d) or a size (10gb); 0 is nothing.");

    public final Parameter<EventClasses> notifyKeyspaceEvents = all.acting(
            "notify-keyspace-events",
            new ParameterType<>(EventClasses::parse, EventClasses::toString).quoted(),
            "",
            "Which keyspace events are published: K by key, E by event; g$lshzxetdmn the types, A for all but m and n.");
    public final Parameter<Long> trackingTableMaxKeys = longInteger(
            "tracking-table-max-keys",
            1_000_000,
            0,
            "How many keys the tracking table holds; beyond it clients must drop some from their caches; 0 is any number.");
    public final Parameter<DebugPermission> enableDebugCommand = all.actingFromStart(
            "enable-debug-command",
            ParameterType.oneOf(DebugPermission.values()),
            "no",
            "Who may use DEBUG: no, yes, or local for clients of this machine. Not by CONFIG SET.");
    public final Parameter<String> requirePass = text(
            "requirepass",
            "Password that clients have to give first, with AUTH; none when it is empty. Better in requirepass-file.");
    public final Parameter<String> aclFile = all.actingFromStart(
            "aclfile", ParameterType.text(), "", "File of users and their permissions, see ACL LOAD and ACL SAVE.");
    public final Parameter<String> aclPubSubDefault = all.acting(
            "acl-pubsub-default",
            ParameterType.oneOf("allchannels", "resetchannels"),
            "resetchannels",
            "Which channels a new user may use: all (allchannels) or none (resetchannels).");
    public final Parameter<Long> aclLogMaxLen =
            longInteger("acllog-max-len", 128, 0, "How many denials ACL LOG keeps.");
    public final Parameter<Boolean> clusterEnabled = all.actingFromStart(
            "cluster-enabled",
            ParameterType.yesOrNo(),
            "no",
            "Whether to be a cluster of one node with all slots, for clients that need a cluster.");
    public final Parameter<String> clusterAnnounceIp = text(
            "cluster-announce-ip",
            "Address that the node announces in a cluster; by default the one of the connection.");
    public final Parameter<Integer> clusterAnnouncePort = integer(
            "cluster-announce-port",
            0,
            0,
            65_535,
            "Port that the node announces in a cluster; 0 is the one of the connection.");
    public final Parameter<Long> slowLogSlowerThan = longInteger(
            "slowlog-log-slower-than",
            10_000,
            -1,
            "Microseconds from which a command is kept in the slow log; 0 keeps every command, -1 none.");
    public final Parameter<Long> slowLogMaxLen =
            longInteger("slowlog-max-len", 128, 0, "How many commands the slow log keeps.");
    public final Parameter<Long> latencyMonitorThreshold = longInteger(
            "latency-monitor-threshold",
            0,
            0,
            "Milliseconds from which LATENCY keeps an event that delayed the server; 0 keeps nothing.");
    public final Parameter<Boolean> latencyTracking = all.acting(
            "latency-tracking",
            ParameterType.yesOrNo(),
            "yes",
            "Whether to keep the durations of commands, for INFO latencystats and LATENCY HISTOGRAM.");
    public final Parameter<Percentiles> latencyTrackingPercentiles = all.acting(
            "latency-tracking-info-percentiles",
            new ParameterType<>(Percentiles::parse, Percentiles::toString).asList(),
            "50 99 99.9",
            "Which percentiles INFO latencystats shows.");

    public final Parameter<Long> loadingReplyThreshold = longInteger(
            "loading-reply-threshold",
            5000,
            0,
            "Milliseconds for which requests wait for the end of loading before they are answered LOADING;"
                    + " 0 is at once, as Redis does.");
    public final Parameter<String> logLevel = all.acting(
            "loglevel",
            ParameterType.oneOf("debug", "verbose", "notice", "warning", "nothing"),
            "notice",
            "Least level of the events in the server's log: debug, verbose, notice, warning or nothing.");

    public Tuning() {
        DataParameters.addTo(all);
        ReplicationParameters.addTo(all);
        ProcessParameters.addTo(all);
        TlsParameters.addTo(all);
    }

    /** Every parameter, in the order in which they are documented. */
    public List<Parameter<?>> all() {
        return all.all();
    }

    /** The mode of the server, as INFO and HELLO show it. */
    public String mode() {
        return clusterEnabled.value() ? "cluster" : "standalone";
    }

    private Parameter<Integer> integer(String name, int initial, int min, int max, String description) {
        return all.acting(name, ParameterType.integer(min, max), Integer.toString(initial), description);
    }

    private Parameter<Long> longInteger(String name, long initial, long min, String description) {
        return all.acting(name, ParameterType.longInteger(min), Long.toString(initial), description);
    }

    private Parameter<Long> memory(String name, String initial, long min, String description) {
        return all.acting(name, ParameterType.memory(min), initial, description);
    }

    private Parameter<String> text(String name, String description) {
        return all.acting(name, ParameterType.text(), "", description);
    }

    /**
     * Redis's bound is that of an unsigned number. The system can handle less, and this server never more than an int.
     */
    private static int clients(String text) {
        long clients = ParameterType.inRange(ParameterType.number(text), 1, MAX_UNSIGNED);
        if (clients > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("The operating system is not able to handle the specified number of"
                    + " clients, try with " + Integer.MAX_VALUE);
        }
        return (int) clients;
    }

    private OutputLimits outputLimits(String text) {
        OutputLimits before = clientOutputBufferLimit == null ? OutputLimits.none() : clientOutputBufferLimit.value();
        return before.with(text);
    }

    private static String policies() {
        return String.join(
                ", ",
                Arrays.stream(EvictionPolicy.values())
                        .map(EvictionPolicy::toString)
                        .toList());
    }
}
