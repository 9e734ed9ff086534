package dev.miniredis.command;

import dev.miniredis.keyspace.EvictionPolicy;
import dev.miniredis.resp.Slice;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;

/**
 * The parameters that may be changed while the server runs, each declared once: from here come the options of the command
 * line, the environment's names, {@code CONFIG GET} and {@code CONFIG SET}.
 */
public final class Tuning {
    private static final long MEGABYTE = 1024 * 1024;
    private static final long MAX_UNSIGNED = (1L << 32) - 1;

    private final List<Parameter<?>> all = new ArrayList<>();

    public final Parameter<Long> maxMemory = memory(
            "maxmemory",
            "0",
            0,
            "Most bytes that keys and values may take, e.g. 100mb; 0 is as many as the heap holds.");
    public final Parameter<EvictionPolicy> maxMemoryPolicy = add(
            "maxmemory-policy",
            "noeviction",
            Tuning::policy,
            EvictionPolicy::toString,
            "Which keys go when memory is full: " + policies() + ".");
    public final Parameter<Integer> maxMemorySamples = integer(
            "maxmemory-samples", 5, 1, Integer.MAX_VALUE, "How many keys are compared to choose the one that goes.");
    public final Parameter<Integer> evictionTenacity = integer(
            "maxmemory-eviction-tenacity",
            10,
            0,
            100,
            "How long a command may be held up by evicting; 100 is any time.");
    public final Parameter<Integer> lfuLogFactor = integer(
            "lfu-log-factor", 10, 0, Integer.MAX_VALUE, "How many uses a frequency counter stands for; more is more.");
    public final Parameter<Integer> lfuDecayTime = integer(
            "lfu-decay-time", 1, 0, Integer.MAX_VALUE, "Minutes without use in which a counter loses one; 0 is never.");
    public final Parameter<Integer> maxClients =
            add("maxclients", "10000", Tuning::clients, Object::toString, "Most clients at a time; more are refused.");
    public final Parameter<Integer> timeout = integer(
            "timeout", 0, 0, Integer.MAX_VALUE, "Seconds after which an idle client is disconnected; 0 is never.");
    public final Parameter<Integer> tcpKeepAlive =
            integer("tcp-keepalive", 300, 0, Integer.MAX_VALUE, "Seconds between probes of silent clients; 0 is none.");
    public final Parameter<OutputLimits> clientOutputBufferLimit = add(
            "client-output-buffer-limit",
            "normal 0 0 0 slave 256mb 64mb 60 pubsub 32mb 8mb 60",
            this::outputLimits,
            OutputLimits::text,
            "Output that may wait for a client: class, hard limit, soft limit, seconds above the soft one.");
    public final Parameter<Long> clientQueryBufferLimit = memory(
            "client-query-buffer-limit",
            "1gb",
            MEGABYTE,
            "Most bytes of a request that is not complete; 1gb at most, whatever is set.");
    public final Parameter<Long> protoMaxBulkLen = memory(
            "proto-max-bulk-len", "512mb", MEGABYTE, "Most bytes of one argument; 1gb at most, whatever is set.");

    public final Parameter<Integer> autoRewritePercentage = integer(
            "auto-aof-rewrite-percentage",
            100,
            0,
            Integer.MAX_VALUE,
            "How much the log may grow beside its base, in percent of it, before a new base is made; 0 is never.");
    public final Parameter<Long> autoRewriteMinSize =
            memory("auto-aof-rewrite-min-size", "64mb", 0, "The least size of log and base together for that.");

    public final Parameter<LogRetention> logRetention = add(
            "log-retention",
            "0",
            LogRetention::parse,
            LogRetention::toString,
            "How much of the log to keep behind a base, as a time (90s, 30min, 36h, 7d) or a size (10gb); 0 is nothing.");

    public final Parameter<EventClasses> notifyKeyspaceEvents = add(
            "notify-keyspace-events",
            "",
            EventClasses::parse,
            EventClasses::toString,
            "Which keyspace events are published: K by key, E by event; g$lshzxetdmn the types, A for all but m and n.");
    public final Parameter<Long> trackingTableMaxKeys = add(
            "tracking-table-max-keys",
            "1000000",
            text -> inRange(number(text), 0, Long.MAX_VALUE),
            Object::toString,
            "How many keys clients may have cached before some are told to forget; 0 is any number.");
    public final Parameter<Debugging.Permission> enableDebugCommand = add(
                    "enable-debug-command",
                    "no",
                    Tuning::permission,
                    permission -> permission.name().toLowerCase(Locale.ROOT),
                    "Who may use DEBUG: no, yes, or local for clients of this machine. Not by CONFIG SET.")
            .immutable();

    /** Every parameter, in the order in which they are documented. */
    public List<Parameter<?>> all() {
        return List.copyOf(all);
    }

    private <T> Parameter<T> add(
            String name, String initial, Function<String, T> parser, Function<T, String> writer, String description) {
        Parameter<T> parameter = new Parameter<>(name, description, initial, parser, writer);
        all.add(parameter);
        return parameter;
    }

    private Parameter<Integer> integer(String name, int initial, int min, int max, String description) {
        return add(
                name,
                Integer.toString(initial),
                text -> (int) inRange(number(text), min, max),
                Object::toString,
                description);
    }

    private Parameter<Long> memory(String name, String initial, long min, String description) {
        return add(
                name,
                initial,
                text -> inRange(MemorySize.parse(text), min, Long.MAX_VALUE),
                Object::toString,
                description);
    }

    private static long number(String text) {
        Slice digits = Slice.of(text);
        if (!digits.isLong()) {
            throw new IllegalArgumentException("argument couldn't be parsed into an integer");
        }
        return digits.toLong();
    }

    /** Redis's bound is that of an unsigned number; what the system can handle is less, and here never more than an int. */
    private static int clients(String text) {
        long clients = inRange(number(text), 1, MAX_UNSIGNED);
        if (clients > Integer.MAX_VALUE) {
            throw new IllegalArgumentException("The operating system is not able to handle the specified number of"
                    + " clients, try with " + Integer.MAX_VALUE);
        }
        return (int) clients;
    }

    private static long inRange(long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException("argument must be between " + min + " and " + max + " inclusive");
        }
        return value;
    }

    private OutputLimits outputLimits(String text) {
        OutputLimits before = clientOutputBufferLimit == null ? OutputLimits.none() : clientOutputBufferLimit.value();
        return before.with(text);
    }

    private static EvictionPolicy policy(String text) {
        return Arrays.stream(EvictionPolicy.values())
                .filter(policy -> policy.toString().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("argument(s) must be one of the following: " + policies()));
    }

    private static Debugging.Permission permission(String text) {
        return Arrays.stream(Debugging.Permission.values())
                .filter(permission -> permission.name().equalsIgnoreCase(text))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalArgumentException("argument(s) must be one of the following: no, yes, local"));
    }

    private static String policies() {
        return String.join(
                ", ",
                Arrays.stream(EvictionPolicy.values())
                        .map(EvictionPolicy::toString)
                        .toList());
    }
}
