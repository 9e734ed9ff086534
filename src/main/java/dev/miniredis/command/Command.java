package dev.miniredis.command;

import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import dev.miniredis.stats.LatencyHistogram;
import dev.miniredis.stats.SlowLog;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/** A command or a subcommand: its row of the table, and its statistics. */
public final class Command {
    /** The code of a command. It throws {@link CommandError} only before its first change. */
    @FunctionalInterface
    public interface Body {
        void run(Call call);
    }

    /**
     * The statistics of a command.
     *
     * @param calls the number of executions
     * @param nanos the total duration of all calls
     * @param refusals the number of requests that were rejected before execution
     * @param failures the number of executions that replied with an error
     */
    public record Counts(long calls, long nanos, long refusals, long failures) {
        /** Whether there were neither calls nor refusals. */
        public boolean isZero() {
            return calls == 0 && refusals == 0 && failures == 0;
        }
    }

    private final Syntax syntax;
    private final String since;
    private final String summary;
    private final Group group;
    private final Body body;
    private final boolean container;
    private final EnumSet<Trait.Flag> flags = EnumSet.noneOf(Trait.Flag.class);
    private final EnumSet<Trait.Category> categories = EnumSet.noneOf(Trait.Category.class);
    private final EnumSet<Trait.Rule> rules = EnumSet.noneOf(Trait.Rule.class);
    private final EnumSet<Trait.Tip> tips = EnumSet.noneOf(Trait.Tip.class);
    private final Map<String, Command> subcommands = new LinkedHashMap<>();
    private Command[] subcommandList = {};

    // Derived once, because the engine reads these for every call.
    private final String name;
    private final byte[] upperName;
    private final int nameIndex;
    private final int arity;
    private final CommandKeys keys;
    private final int firstKey;
    private final boolean write;
    private final boolean read;
    private final Predicate<Request> writes;
    private final Trait.Channels channels; // null if no argument is a channel
    private final Trait.Secrets.SecretArguments secrets;
    private final boolean runsBeforeLogin;
    private int number;
    private final boolean denyOom;
    private final boolean mayReplicate;
    private final boolean shownToMonitors;
    private final boolean fast;
    private final int requiredWords;
    private final ArgumentParser parser; // null if there is nothing to parse
    private final boolean isParsedFirst;
    private final BiFunction<Call, Integer, CommandError> optionError;

    private long calls;
    private long failures;
    private long refusals;
    private long nanos;
    private Counts countsAtReset = new Counts(0, 0, 0, 0);
    private LatencyHistogram latencies; // since the last reset; null if nothing was recorded
    private LatencyHistogram latenciesBeforeReset; // null if nothing was recorded
    private long untrackedNanos; // total duration of the calls that are in no histogram

    /**
     * @param body null for a container that requires a subcommand
     * @param container whether it has subcommands
     */
    Command(
            Syntax syntax,
            String since,
            String summary,
            Group group,
            Body body,
            boolean container,
            List<? extends Trait> traits) {
        this.syntax = syntax;
        this.container = container;
        this.since = since;
        this.summary = summary;
        this.group = group;
        this.body = body;
        int statedArity = 0;
        boolean notParsed = false;
        EnumSet<Trait.Arguments> parsing = EnumSet.noneOf(Trait.Arguments.class);
        List<Trait.Check> checks = new ArrayList<>();
        BiFunction<Call, Integer, CommandError> statedError = null;
        Predicate<Request> writesWhen = request -> false;
        Trait.Channels statedChannels = null;
        Trait.Secrets.SecretArguments secret = (request, index) -> false;
        for (Trait trait : traits) {
            switch (trait) {
                case Trait.Flag flag -> flags.add(flag);
                case Trait.Category category -> categories.add(category);
                case Trait.Tip tip -> tips.add(tip);
                case Trait.Rule rule -> rules.add(rule);
                case Trait.Arity stated -> statedArity = stated.words();
                case Trait.Writes stated -> writesWhen = stated.when();
                case Trait.Channels stated -> statedChannels = stated;
                case Trait.Secrets stated -> secret = stated.arguments();
                case Trait.NotParsed ignored -> notParsed = true;
                case Trait.Arguments stated -> parsing.add(stated);
                case Trait.Check check -> checks.add(check);
                case Trait.OptionError stated -> statedError = stated.error();
                case Trait.KeyFlag flag -> {} // CommandKeys reads this trait and the next three
                case KeySpec spec -> {}
                case Trait.Walk walk -> {}
                case Trait.Notes notes -> {}
            }
        }
        name = syntax.name();
        upperName = (name.contains("|") ? name.substring(name.indexOf('|') + 1) : name)
                .toUpperCase(Locale.ROOT)
                .getBytes(StandardCharsets.US_ASCII);
        nameIndex = name.contains("|") ? 1 : 0;
        if (statedArity != 0) {
            arity = statedArity;
        } else {
            arity = body == null ? -2 : syntax.arity();
        }
        keys = new CommandKeys(syntax, traits);
        firstKey = keys.first();
        if (keys.areMovable()) {
            flags.add(Trait.Flag.MOVABLEKEYS);
        }
        write = flags.contains(Trait.Flag.WRITE);
        read = flags.contains(Trait.Flag.READONLY);
        writes = writesWhen;
        channels = statedChannels;
        secrets = secret;
        runsBeforeLogin = flags.contains(Trait.Flag.NO_AUTH);
        fast = flags.contains(Trait.Flag.FAST);
        denyOom = flags.contains(Trait.Flag.DENYOOM);
        mayReplicate = write || rules.contains(Trait.Rule.MAY_REPLICATE);
        shownToMonitors = !flags.contains(Trait.Flag.ADMIN);
        requiredWords = Math.abs(syntax.arity());
        // If an arity is stated, requests do not follow the usage line.
        parser = notParsed || statedArity != 0 ? null : syntax.parser(parsing, checks);
        isParsedFirst = parser != null && !parsing.contains(Trait.Arguments.PARSED_BY_BODY);
        optionError = statedError == null ? this::defaultError : statedError;
        addImpliedCategories();
    }

    /** As Redis's {@code setImplicitACLCategories}. */
    private void addImpliedCategories() {
        if (write) {
            categories.add(Trait.Category.WRITE);
        }
        if (flags.contains(Trait.Flag.READONLY)) {
            categories.add(Trait.Category.READ);
        }
        if (flags.contains(Trait.Flag.ADMIN)) {
            categories.add(Trait.Category.ADMIN);
            categories.add(Trait.Category.DANGEROUS);
        }
        if (flags.contains(Trait.Flag.PUBSUB)) {
            categories.add(Trait.Category.PUBSUB);
        }
        if (flags.contains(Trait.Flag.BLOCKING)) {
            categories.add(Trait.Category.BLOCKING);
        }
        if (group.category() != null && body != null && !rules.contains(Trait.Rule.WITHOUT_KEYS)) {
            categories.add(group.category());
        }
        categories.add(flags.contains(Trait.Flag.FAST) ? Trait.Category.FAST : Trait.Category.SLOW);
    }

    /** The full name in lower case; for a subcommand, {@code container|subcommand}. */
    public String name() {
        return name;
    }

    /** Its word in a request, in capitals; for a subcommand, without the container. */
    public byte[] upperName() {
        return upperName;
    }

    /** Its number among all commands and subcommands, starting at 0. */
    int number() {
        return number;
    }

    void number(int newNumber) {
        number = newNumber;
    }

    /** The index of {@link #upperName} in a request. */
    public int nameIndex() {
        return nameIndex;
    }

    public Syntax syntax() {
        return syntax;
    }

    public String usage() {
        return syntax.usage();
    }

    public String since() {
        return since;
    }

    public String summary() {
        return summary;
    }

    public Group group() {
        return group;
    }

    public int arity() {
        return arity;
    }

    /** Whether the arity allows a request with this number of words, including the name. */
    public boolean allowsArity(int words) {
        return arity >= 0 ? words == arity : words >= -arity;
    }

    /**
     * Visits all keys of a request.
     *
     * @return false if the request is malformed, so that its keys are unknown; no key was visited then
     */
    public boolean forEachKey(Request request, KeyWalk.Visitor visitor) {
        return keys.forEachKey(request, visitor);
    }

    public CommandKeys keys() {
        return keys;
    }

    /** The index of the first key, if it is the same in every request; otherwise 0. */
    int firstKey() {
        return firstKey;
    }

    /** The minimum number of words of a request, including the name. */
    int requiredWords() {
        return requiredWords;
    }

    /** The parser of its arguments; null if there is nothing to parse. */
    ArgumentParser parser() {
        return parser;
    }

    /** Whether its arguments are parsed before its body runs. */
    boolean isParsedFirst() {
        return isParsedFirst;
    }

    /** The error for a word that the usage line does not allow there, or after which a word is missing. */
    CommandError optionError(Call call, int index) {
        return optionError.apply(call, index);
    }

    /** A syntax error. As in Redis, there is another error for a subcommand without options that has too many words. */
    private CommandError defaultError(Call call, int index) {
        if (nameIndex > 0 && call.args() > parser.most()) {
            String container = name.substring(0, name.indexOf('|')).toUpperCase(Locale.ROOT);
            return CommandError.unknownSubcommandOrArity(call.arg(1), container);
        }
        return CommandError.SYNTAX;
    }

    /** Which arguments are channels; null if none is. */
    Trait.Channels channels() {
        return channels;
    }

    /** Whether an argument of a request is secret. {@link SlowLog#REDACTED} is shown instead. */
    public boolean isSecret(Request request, int index) {
        return secrets.has(request, index);
    }

    /** Whether clients may run it before they are authenticated. */
    public boolean runsBeforeLogin() {
        return runsBeforeLogin;
    }

    /** Whether it is a write command. */
    public boolean isWrite() {
        return write;
    }

    /** Whether it reads keys and changes none. */
    public boolean isRead() {
        return read;
    }

    /** Whether other clients or replicas may see an effect, so that it waits while writes are paused. */
    public boolean mayReplicate() {
        return mayReplicate;
    }

    /** Whether {@code MONITOR} shows it. Admin commands are not shown. */
    public boolean isShownToMonitors() {
        return shownToMonitors;
    }

    /** Whether the slow log omits it. The commands that it runs are logged. */
    public boolean skipsSlowLog() {
        return flags.contains(Trait.Flag.SKIP_SLOWLOG);
    }

    /** Whether it cannot run inside a transaction. */
    public boolean isBarredFromTransactions() {
        return flags.contains(Trait.Flag.NO_MULTI);
    }

    /** Whether its row states this rule. */
    public boolean has(Trait.Rule rule) {
        return rules.contains(rule);
    }

    /** Whether this request may change data, so that the log must have room for it. */
    public boolean isWrite(Request request) {
        return write || writes.test(request);
    }

    /** Whether it may use more memory, so that it is refused above {@code maxmemory}. */
    public boolean mayTakeMemory() {
        return denyOom;
    }

    /** Whether it runs in constant or logarithmic time. */
    public boolean isFast() {
        return fast;
    }

    /** Whether it runs while the log is being replayed. */
    public boolean runsWhileLoading() {
        return flags.contains(Trait.Flag.LOADING);
    }

    public EnumSet<Trait.Flag> flags() {
        return flags;
    }

    public EnumSet<Trait.Category> categories() {
        return categories;
    }

    public EnumSet<Trait.Tip> tips() {
        return tips;
    }

    /** Whether the next word may name a subcommand. */
    boolean isContainer() {
        return container;
    }

    public Collection<Command> subcommands() {
        return subcommands.values();
    }

    /** The subcommand that a word names; null if there is none. */
    Command subcommand(Slice word) {
        for (Command subcommand : subcommandList) {
            if (word.equalsIgnoreCase(subcommand.upperName)) {
                return subcommand;
            }
        }
        return null;
    }

    void addSubcommand(Command subcommand) {
        String own = subcommand.name().substring(name.length() + 1);
        if (subcommands.put(own, subcommand) != null) {
            throw new IllegalArgumentException(subcommand.name() + " is twice in the table");
        }
        subcommandList = subcommands.values().toArray(Command[]::new);
    }

    /** Runs the command. {@link Call#begin} must have prepared the call. */
    public void run(Call call) {
        body.run(call);
    }

    /**
     * Counts a call that succeeded or failed.
     *
     * @param track whether to add it to the latency histogram
     */
    public void countCall(long durationNanos, boolean track) {
        calls++;
        nanos += durationNanos;
        if (track) {
            if (latencies == null) {
                latencies = new LatencyHistogram();
            }
            latencies.record(durationNanos);
        } else {
            untrackedNanos += durationNanos;
        }
    }

    public void countFailure() {
        failures++;
    }

    public void countRefusal() {
        refusals++;
    }

    /** The number of executions. Only the engine's thread writes it; other threads may read a slightly old value. */
    public long calls() {
        return calls;
    }

    /** The number of executions that replied with an error. */
    public long failures() {
        return failures;
    }

    /** The number of requests that were rejected before execution. */
    public long refusals() {
        return refusals;
    }

    /** The counts since the last reset. */
    public Counts counts() {
        return new Counts(
                calls - countsAtReset.calls(),
                nanos - countsAtReset.nanos(),
                refusals - countsAtReset.refusals(),
                failures - countsAtReset.failures());
    }

    /** The latencies of the calls since the last reset; null if nothing was recorded. */
    public LatencyHistogram latencies() {
        return latencies;
    }

    /**
     * Adds the recorded latencies since the start of the server, regardless of resets, to a histogram. Any thread may
     * call it; it may miss calls that end at the same time.
     *
     * @param boundsNanos the upper bounds of the buckets, ascending
     * @param counts the counts of the buckets to add to; the last one is for latencies above all bounds
     * @return the sum of these latencies in nanoseconds
     */
    public long addDurations(long[] boundsNanos, long[] counts) {
        for (LatencyHistogram histogram : new LatencyHistogram[] {latenciesBeforeReset, latencies}) {
            if (histogram != null) {
                histogram.addTo(boundsNanos, counts);
            }
        }
        return nanos - untrackedNanos;
    }

    public void resetStatistics() {
        countsAtReset = new Counts(calls, nanos, refusals, failures);
        if (latenciesBeforeReset == null) {
            latenciesBeforeReset = latencies;
        } else if (latencies != null) {
            latenciesBeforeReset.add(latencies);
        }
        latencies = null;
    }
}
