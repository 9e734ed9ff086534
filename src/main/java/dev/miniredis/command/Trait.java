package dev.miniredis.command;

import dev.miniredis.resp.ByteText;
import dev.miniredis.resp.Request;
import java.util.List;
import java.util.Locale;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/** A property of a command that its usage line does not contain. The names are those of Redis. */
public sealed interface Trait
        permits KeySpec,
                Trait.Flag,
                Trait.Category,
                Trait.KeyFlag,
                Trait.Walk,
                Trait.Notes,
                Trait.Arity,
                Trait.Arguments,
                Trait.NotParsed,
                Trait.OptionError,
                Trait.Check,
                Trait.Writes,
                Trait.Channels,
                Trait.Secrets,
                Trait.Rule,
                Trait.Tip {

    /** The word for it in {@code COMMAND INFO}. */
    String text();

    /** The command flags, in Redis's order. */
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
        /** A cluster node accepts it for slots that it is importing. */
        ASKING,
        FAST,
        NO_AUTH,
        NO_MANDATORY_KEYS,
        NO_ASYNC_LOADING,
        NO_MULTI,
        /** Some keys are outside the range of first, last and step in COMMAND INFO. Derived, never stated in a row. */
        MOVABLEKEYS,
        ALLOW_BUSY;

        @Override
        public String text() {
            return lower(name());
        }
    }

    /** The ACL categories, in Redis's order. */
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

        /** The category with this name, in any case; null if there is none. */
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
     * The flags of a key spec. If a command has several key specs, the flags of each begin with one of the first four:
     * {@code RENAME key newkey} is {@code RW, ACCESS, DELETE, OW, UPDATE}.
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
        /** The flags depend on the arguments; a {@link Walk} determines them. */
        VARIABLE_FLAGS;

        /** Whether it is the first flag of a key spec. */
        boolean beginsSpec() {
            return ordinal() <= RM.ordinal();
        }

        @Override
        public String text() {
            return beginsSpec() ? name() : lower(name());
        }
    }

    /** Finds the keys of a request if key specs cannot: Redis's {@code getkeys_proc}. */
    record Walk(KeyWalk keys) implements Trait {
        @Override
        public String text() {
            return "walk";
        }
    }

    /** The notes of the first key spec in {@code COMMAND INFO}. */
    record Notes(String text) implements Trait {}

    /** The arguments that are channels. The user needs permission for them. */
    enum Channels implements Trait {
        /** The first argument is a channel that the request publishes to. */
        PUBLISHED,
        /** All arguments are channels that the client subscribes to. */
        SUBSCRIBED,
        /** All arguments are channel patterns. */
        PATTERNS;

        @Override
        public String text() {
            return lower(name());
        }
    }

    /** The arguments that are secret, so that logs and MONITOR must not show them. */
    record Secrets(SecretArguments arguments) implements Trait {
        /** Decides whether an argument is secret. The request may be malformed. */
        @FunctionalInterface
        public interface SecretArguments {
            boolean has(Request request, int index);
        }

        /** All arguments from an index on. */
        public static Secrets from(int first) {
            return new Secrets((request, index) -> index >= first);
        }

        @Override
        public String text() {
            return "secrets";
        }
    }

    /** Special rules for the execution of a command. {@code COMMAND INFO} does not show them. */
    enum Rule implements Trait {
        /** MULTI does not queue it: it runs immediately. */
        NOT_QUEUED,
        /** Other clients or replicas may see its effect, so it waits while writes are paused. */
        MAY_REPLICATE,
        /** It does not access keys, although its group in the documentation does. */
        WITHOUT_KEYS,
        /** It executes the queued transaction. */
        EXECUTES,
        /** Subscribed RESP2 clients may run it. */
        WHILE_SUBSCRIBED,
        /** Its replies are pushes, which are sent even after CLIENT REPLY OFF. */
        REPLIES_BY_PUSH;

        @Override
        public String text() {
            return lower(name());
        }
    }

    /** The arity, if Redis's value differs from that of the usage line. */
    record Arity(int words) implements Trait {
        @Override
        public String text() {
            return Integer.toString(words);
        }
    }

    /** Deviations from the default parsing of arguments by the usage line. */
    enum Arguments implements Trait {
        /** The body calls {@link Options#parse}, because Redis checks something else first. */
        PARSED_BY_BODY,
        /** Alternatives in a bracket may be combined. The body checks the combination. */
        TAKES_ALTERNATIVES,
        /** Each option may be given only once. */
        ONCE,
        /** Required keywords may be anywhere among the options: GEOSEARCH. */
        ANY_ORDER;

        @Override
        public String text() {
            return lower(name());
        }
    }

    /**
     * Requests are not parsed by the usage line, which does not describe all that is accepted. The body reads the
     * arguments.
     */
    record NotParsed(String why) implements Trait {
        @Override
        public String text() {
            return "not parsed: " + why;
        }
    }

    /**
     * The error for a word that the usage line does not allow there, or after which a word is missing. Without this
     * trait it is a syntax error, or Redis's error for an unknown subcommand if a subcommand without options has too
     * many words.
     *
     * @param error creates the error from a call and the word's index
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
     * A check of arguments during parsing, in place of the check of their type.
     *
     * @param arguments the names of the arguments in the usage line, or the keywords before them
     */
    record Check(List<String> arguments, Checker checker) implements Trait {
        /** Checks one argument. */
        @FunctionalInterface
        public interface Checker {
            /**
             * Checks the argument at an index of the request.
             *
             * @throws CommandError the argument is invalid
             */
            void check(Call call, int index);
        }

        /** Checks nothing. */
        static final Checker NONE = (call, index) -> {};

        public Check(String argument, Checker checker) {
            this(List.of(argument), checker);
        }

        /** The body checks these arguments, after all arguments have been parsed. */
        public static Check byBody(String... arguments) {
            return new Check(List.of(arguments), NONE);
        }

        /** An integer within a range. The error is for a value that is out of range or not an integer. */
        public static Check range(String argument, long min, long max, CommandError error) {
            return new Check(argument, (call, index) -> {
                long value = call.integer(index, error);
                if (value < min || value > max) {
                    throw error;
                }
            });
        }

        /** The default check of a type; null for none. */
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

    /** The requests that may change data, for a command without Redis's write flag. */
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
