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

/** A command or a subcommand: its row of the table, and how often it was called. */
public final class Command {
    /** The body of a command. It throws {@link CommandError} only before it changes anything. */
    @FunctionalInterface
    public interface Body {
        void run(Call call);
    }

    /**
     * How often it was called.
     *
     * @param nanos how long all calls together took
     */
    public record Counts(long calls, long nanos, long refusals, long failures) {
        /** Whether there is nothing to tell. */
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

    // Read by the engine for every call, derived once.
    private final String name;
    private final byte[] upperName;
    private final int nameIndex;
    private final int arity;
    private final CommandKeys keys;
    private final int firstKey;
    private final boolean write;
    private final boolean read;
    private final Predicate<Request> writes;
    private final Trait.Channels channels; // null if it names none
    private final Trait.Secrets.SecretArguments secrets;
    private final boolean runsBeforeLogin;
    private int number;
    private final boolean denyOom;
    private final boolean mayReplicate;
    private final boolean shownToMonitors;
    private final boolean fast;
    private final int requiredWords;
    private final ArgumentParser parser; // null if there is nothing to parse
    private final boolean isReadFirst;
    private final BiFunction<Call, Integer, CommandError> optionError;

    private long calls;
    private long failures;
    private long refusals;
    private long nanos;
    private Counts before = new Counts(0, 0, 0, 0);
    private LatencyHistogram latencies;
    private LatencyHistogram earlierLatencies; // until the last reset; null if there are none
    private long untimedNanos; // of the calls that are in no histogram

    /**
     * @param body null for a container that does nothing by itself
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
        boolean byItself = false;
        EnumSet<Trait.Arguments> how = EnumSet.noneOf(Trait.Arguments.class);
        List<Trait.Check> checks = new ArrayList<>();
        BiFunction<Call, Integer, CommandError> statedError = null;
        Predicate<Request> writesWhen = request -> false;
        Trait.Channels named = null;
        Trait.Secrets.SecretArguments secret = (request, index) -> false;
        for (Trait trait : traits) {
            switch (trait) {
                case Trait.Flag flag -> flags.add(flag);
                case Trait.Category category -> categories.add(category);
                case Trait.Tip tip -> tips.add(tip);
                case Trait.Rule rule -> rules.add(rule);
                case Trait.Arity stated -> statedArity = stated.words();
                case Trait.Writes some -> writesWhen = some.when();
                case Trait.Channels some -> named = some;
                case Trait.Secrets some -> secret = some.arguments();
                case Trait.ByItself ignored -> byItself = true;
                case Trait.Arguments stated -> how.add(stated);
                case Trait.Check check -> checks.add(check);
                case Trait.OptionError stated -> statedError = stated.error();
                case Trait.KeyFlag flag -> {} // CommandKeys reads these
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
        channels = named;
        secrets = secret;
        runsBeforeLogin = flags.contains(Trait.Flag.NO_AUTH);
        fast = flags.contains(Trait.Flag.FAST);
        denyOom = flags.contains(Trait.Flag.DENYOOM);
        mayReplicate = write || rules.contains(Trait.Rule.MAY_REPLICATE);
        shownToMonitors = !flags.contains(Trait.Flag.ADMIN);
        requiredWords = Math.abs(syntax.arity());
        // a stated arity means that the usage line is not the syntax
        parser = byItself || statedArity != 0 ? null : syntax.parser(how, checks);
        isReadFirst = parser != null && !how.contains(Trait.Arguments.READ_BY_BODY);
        optionError = statedError == null ? this::defaultError : statedError;
        addImpliedCategories();
    }

    /** As Redis's {@code setImplicitACLCategories} does. */
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

    /** The full name in lower case; that of a subcommand is {@code container|subcommand}. */
    public String name() {
        return name;
    }

    /** The word for it in a request, in capitals: for a subcommand, the second. */
    public byte[] upperName() {
        return upperName;
    }

    /** Its number among all commands and subcommands, from 0 on. */
    int number() {
        return number;
    }

    void number(int newNumber) {
        number = newNumber;
    }

    /** Which word of a request {@link #upperName} stands for. */
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

    /** Whether a request of this many words, the name included, has the right arity. */
    public boolean takes(int words) {
        return arity >= 0 ? words == arity : words >= -arity;
    }

    /**
     * Visits the keys of a request, with their flags.
     *
     * @return false if the request is invalid, so that its keys are unknown; then none was visited
     */
    public boolean forEachKey(Request request, KeyWalk.Visitor visitor) {
        return keys.forEachKey(request, visitor);
    }

    public CommandKeys keys() {
        return keys;
    }

    /** The index of the first key in every request; 0 if it varies or there is none. */
    int firstKey() {
        return firstKey;
    }

    /** How many words must be there, the name included. */
    int requiredWords() {
        return requiredWords;
    }

    /** The parser of its arguments; null if there is nothing to parse. */
    ArgumentParser parser() {
        return parser;
    }

    /** Whether its arguments are parsed before its body runs. */
    boolean isReadFirst() {
        return isReadFirst;
    }

    /** The error for a word that the usage line does not allow at its place, or after which one is missing. */
    CommandError optionError(Call call, int index) {
        return optionError.apply(call, index);
    }

    /** A syntax error; as in Redis, another one where a subcommand without options has too many words. */
    private CommandError defaultError(Call call, int index) {
        if (nameIndex > 0 && call.args() > parser.most()) {
            String container = name.substring(0, name.indexOf('|')).toUpperCase(Locale.ROOT);
            return CommandError.unknownSubcommandOrArity(call.arg(1), container);
        }
        return CommandError.SYNTAX;
    }

    /** Which of the arguments are channels; null if none is. */
    Trait.Channels channels() {
        return channels;
    }

    /** Whether an argument of a request is a secret: {@link SlowLog#REDACTED} is shown instead. */
    public boolean isSecret(Request request, int index) {
        return secrets.has(request, index);
    }

    /** Whether it runs for clients that are not authenticated. */
    public boolean runsBeforeLogin() {
        return runsBeforeLogin;
    }

    /** Whether it is there for changing data. */
    public boolean isWrite() {
        return write;
    }

    /** Whether it reads keys and changes none. */
    public boolean isRead() {
        return read;
    }

    /** Whether others than this client may see an effect, so that it waits while writes are paused. */
    public boolean mayReplicate() {
        return mayReplicate;
    }

    /** Whether {@code MONITOR} shows it: not what only administrators do. */
    public boolean isShownToMonitors() {
        return shownToMonitors;
    }

    /** Whether the slow log does not keep it: it keeps what this runs. */
    public boolean skipsSlowLog() {
        return flags.contains(Trait.Flag.SKIP_SLOWLOG);
    }

    /** Whether it runs only by itself. */
    public boolean isBarredFromTransactions() {
        return flags.contains(Trait.Flag.NO_MULTI);
    }

    /** Whether a rule is for this command. */
    public boolean is(Trait.Rule rule) {
        return rules.contains(rule);
    }

    /** Whether this request of it may change data, so that the log must have room for it. */
    public boolean isWrite(Request request) {
        return write || writes.test(request);
    }

    /** Whether it may take memory, and so is refused when memory is full. */
    public boolean mayTakeMemory() {
        return denyOom;
    }

    /** Whether its duration does not depend on the size of the data. */
    public boolean isFast() {
        return fast;
    }

    /** Whether it runs while the log is still being replayed. */
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
            throw new IllegalArgumentException(subcommand.name() + " stands twice in the table");
        }
        subcommandList = subcommands.values().toArray(Command[]::new);
    }

    /** Runs the command for a call that {@link Call#begin} has prepared. */
    public void run(Call call) {
        body.run(call);
    }

    /**
     * A call has ended, or failed.
     *
     * @param track whether to keep how long the calls take, each
     */
    public void ran(long tookNanos, boolean track) {
        calls++;
        nanos += tookNanos;
        if (track) {
            if (latencies == null) {
                latencies = new LatencyHistogram();
            }
            latencies.record(tookNanos);
        } else {
            untimedNanos += tookNanos;
        }
    }

    public void countFailure() {
        failures++;
    }

    public void countRefusal() {
        refusals++;
    }

    /** How often it ran. Written by the engine's thread; others may read a value that is a moment old. */
    public long calls() {
        return calls;
    }

    /** How often it answered an error. */
    public long failures() {
        return failures;
    }

    /** How often it was refused before it ran. */
    public long refusals() {
        return refusals;
    }

    /** The counts since the last reset. */
    public Counts counts() {
        return new Counts(
                calls - before.calls(),
                nanos - before.nanos(),
                refusals - before.refusals(),
                failures - before.failures());
    }

    /** The durations of the calls since the last reset; null if there are none. */
    public LatencyHistogram latencies() {
        return latencies;
    }

    /**
     * Adds the durations of all calls since the start to a coarser histogram, also those before a reset. Any thread may
     * call it; a call that is just ending may be missing.
     *
     * @param boundsNanos of the distribution, ascending
     * @param counts how many lie between each bound and the one before, and above all bounds, is added to these
     * @return how long all of them took together, in nanoseconds
     */
    public long addDurations(long[] boundsNanos, long[] counts) {
        for (LatencyHistogram some : new LatencyHistogram[] {earlierLatencies, latencies}) {
            if (some != null) {
                some.addTo(boundsNanos, counts);
            }
        }
        return nanos - untimedNanos;
    }

    public void resetStatistics() {
        before = new Counts(calls, nanos, refusals, failures);
        if (earlierLatencies == null) {
            earlierLatencies = latencies;
        } else if (latencies != null) {
            earlierLatencies.add(latencies);
        }
        latencies = null;
    }
}
