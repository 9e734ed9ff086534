package dev.miniredis.command;

import dev.miniredis.resp.ByteText;
import dev.miniredis.resp.Request;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/** Something to know about a command that its usage line does not say; the names are Redis's. */
public sealed interface Trait
        permits KeySpec,
                Trait.Flag,
                Trait.Category,
                Trait.KeyFlag,
                Trait.Walk,
                Trait.Notes,
                Trait.Arity,
                Trait.Arguments,
                Trait.ByItself,
                Trait.OptionError,
                Trait.Check,
                Trait.Writes,
                Trait.Channels,
                Trait.Secrets,
                Trait.Rule,
                Trait.Tip {

    /** The word that {@code COMMAND INFO} answers. */
    String text();

    /** Flags of commands, in Redis's order. */
    enum Flag implements Trait {
        WRITE,
        READONLY,
        DENYOOM,
        ADMIN,
        PUBSUB,
        NOSCRIPT,
        BLOCKING,
        LOADING,
        STALE,
        SKIP_SLOWLOG,
        /** A node of a cluster runs it for slots that it is importing. */
        ASKING,
        FAST,
        NO_AUTH,
        NO_MANDATORY_KEYS,
        NO_ASYNC_LOADING,
        NO_MULTI,
        /** Some of its keys are not where the first, last and step of COMMAND INFO say; derived, never stated. */
        MOVABLEKEYS,
        ALLOW_BUSY;

        @Override
        public String text() {
            return lower(name());
        }
    }

    /** The categories of Redis's access control lists; in the order in which Redis lists them. */
    enum Category implements Trait {
        KEYSPACE,
        READ,
        WRITE,
        SET,
        SORTEDSET,
        LIST,
        HASH,
        STRING,
        BITMAP,
        HYPERLOGLOG,
        GEO,
        STREAM,
        PUBSUB,
        ADMIN,
        FAST,
        SLOW,
        BLOCKING,
        DANGEROUS,
        CONNECTION,
        TRANSACTION,
        SCRIPTING;

        /** The category of this name, in any case; null if there is none. */
        public static Category named(String name) {
            for (Category category : values()) {
                if (ByteText.equalsIgnoreCase(category.name(), name)) {
                    return category;
                }
            }
            return null;
        }

        @Override
        public String text() {
            return "@" + lower(name());
        }
    }

    /**
     * What a command does with its keys. Where its keys are in several places, the flags of each begin with one of the
     * first four: {@code RENAME key newkey} is {@code RW, ACCESS, DELETE, OW, UPDATE}.
     */
    enum KeyFlag implements Trait {
        RO,
        RW,
        OW,
        RM,
        ACCESS,
        UPDATE,
        INSERT,
        DELETE,
        NOT_KEY,
        INCOMPLETE,
        /** They depend on the arguments; a {@link Walk} finds them. */
        VARIABLE_FLAGS;

        /** Whether the flags of a further place begin with it. */
        boolean beginsPlace() {
            return ordinal() <= RM.ordinal();
        }

        @Override
        public String text() {
            return beginsPlace() ? name() : lower(name());
        }
    }

    /** Finds the keys of a request where key specs cannot, one of Redis's {@code getkeys_proc}. */
    record Walk(KeyWalk keys) implements Trait {
        @Override
        public String text() {
            return "walk";
        }
    }

    /** Notes on the first key, for the documentation. */
    record Notes(String text) implements Trait {}

    /** The channels that a request names, which it needs permission for. */
    enum Channels implements Trait {
        /** The first argument, which something is sent to. */
        PUBLISHED,
        /** All arguments, which are listened to. */
        SUBSCRIBED,
        /** All arguments, each for all channels that it matches. */
        PATTERNS;

        @Override
        public String text() {
            return lower(name());
        }
    }

    /** Which arguments are secrets. */
    record Secrets(SecretArguments arguments) implements Trait {
        /** Whether an argument of a request, which may be invalid, is a secret. */
        @FunctionalInterface
        public interface SecretArguments {
            boolean has(Request request, int index);
        }

        /** All from one on. */
        public static Secrets from(int first) {
            return new Secrets((request, index) -> index >= first);
        }

        @Override
        public String text() {
            return "secrets";
        }
    }

    /** Rules for the engine, which no description shows. */
    enum Rule implements Trait {
        /** Runs at once, also between MULTI and EXEC. */
        NOT_QUEUED,
        /** Other clients may see its effect, so it waits while writes are paused. */
        MAY_REPLICATE,
        /** Stands among the commands on keys in the documentation, and has nothing to do with them. */
        WITHOUT_KEYS,
        /** Runs what was queued. */
        EXECUTES,
        /** Runs also for a client that has subscribed and speaks RESP2. */
        WHILE_SUBSCRIBED,
        /** Its replies are pushes, which a client gets that wants no replies. */
        REPLIES_BY_PUSH;

        @Override
        public String text() {
            return lower(name());
        }
    }

    /** The arity, where Redis states another than follows from the arguments. */
    record Arity(int words) implements Trait {
        @Override
        public String text() {
            return Integer.toString(words);
        }
    }

    /** How the usage line is read, if not as {@link Options} describes. */
    enum Arguments implements Trait {
        /** Not before the body runs, but when it calls {@link Options#read}: Redis checks something else first. */
        READ_BY_BODY,
        /** Of the alternatives in a bracket several may be given; the body checks which of them. */
        TAKES_ALTERNATIVES,
        /** An option may be given only once. */
        ONCE,
        /** Keywords that must be given may stand among the options, in any order: GEOSEARCH. */
        ANY_ORDER;

        @Override
        public String text() {
            return lower(name());
        }
    }

    /**
     * The usage line is not parsed: it shows what clients should send, not what is accepted. The body reads the
     * arguments.
     */
    record ByItself(String why) implements Trait {
        @Override
        public String text() {
            return "by itself: " + why;
        }
    }

    /**
     * The error for a word that the usage line does not allow at its place, or after which one is missing; else it is a
     * syntax error, or Redis's error for an unknown subcommand where a subcommand without options has too many words.
     *
     * @param error makes the error of a call and the word's index
     */
    record OptionError(BiFunction<Call, Integer, CommandError> error) implements Trait {
        /** A wrong number of arguments. */
        public static final OptionError ARITY = new OptionError(
                (call, index) -> CommandError.wrongArity(call.command().name()));

        @Override
        public String text() {
            return "option error";
        }
    }

    /**
     * A check of arguments while they are parsed, in place of their type: with its own error, or a range.
     *
     * @param arguments their names in the usage line, or the keywords before them
     */
    record Check(List<String> arguments, Checker checker) implements Trait {
        /** Throws a {@link CommandError} if an argument is wrong. */
        @FunctionalInterface
        public interface Checker {
            /** Checks the argument at a place of the request. */
            void check(Call call, int index);
        }

        /** Checks nothing. */
        static final Checker NONE = (call, index) -> {};

        public Check(String argument, Checker checker) {
            this(List.of(argument), checker);
        }

        /** The body checks these arguments, after all have been read. */
        public static Check byBody(String... arguments) {
            return new Check(List.of(arguments), NONE);
        }

        /** An integer within a range; else, or if it is no integer, there is one error. */
        public static Check range(String argument, long min, long max, CommandError error) {
            return new Check(argument, (call, index) -> {
                long value = call.integer(index, error);
                if (value < min || value > max) {
                    throw error;
                }
            });
        }

        /** The check of every argument of a type; null for none. */
        static Checker ofType(Argument.Type type) {
            return switch (type) {
                case INTEGER -> Call::integer;
                case DOUBLE -> Call::real;
                default -> null;
            };
        }

        @Override
        public String text() {
            return "check of " + arguments;
        }
    }

    /** The requests that may change data, of a command that Redis does not flag as one that does. */
    record Writes(Predicate<Request> when) implements Trait {
        @Override
        public String text() {
            return "writes";
        }
    }

    /** Hints for proxies and cluster clients. */
    enum Tip implements Trait {
        REQUEST_ALL_NODES("request_policy:all_nodes"),
        REQUEST_ALL_SHARDS("request_policy:all_shards"),
        REQUEST_MULTI_SHARD("request_policy:multi_shard"),
        REQUEST_SPECIAL("request_policy:special"),
        RESPONSE_ALL_SUCCEEDED("response_policy:all_succeeded"),
        RESPONSE_AGG_SUM("response_policy:agg_sum"),
        RESPONSE_AGG_MIN("response_policy:agg_min"),
        RESPONSE_SPECIAL("response_policy:special"),
        NONDETERMINISTIC_OUTPUT("nondeterministic_output"),
        NONDETERMINISTIC_OUTPUT_ORDER("nondeterministic_output_order");

        private final String text;

        Tip(String text) {
            this.text = text;
        }

        @Override
        public String text() {
            return text;
        }
    }

    private static String lower(String name) {
        return name.toLowerCase(Locale.ROOT);
    }
}
