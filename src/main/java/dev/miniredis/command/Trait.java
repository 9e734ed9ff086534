package dev.miniredis.command;

import dev.miniredis.resp.ByteText;
import dev.miniredis.resp.Request;
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
                Trait.Writes,
                Trait.Channels,
                Trait.Secrets,
                Trait.Rule,
                Trait.Tip {

    /** The word that {@code COMMAND INFO} answers. */
    String text();

    /** What a command does and where it may run; in the order in which Redis lists them. */
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
        /** A cluster's node takes it for slots that it is still importing. */
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

        /** The category of this name, in any case; null where there is none. */
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
     * What a command does with its keys. Where its keys are in several places, the flags of each begin with one of the first
     * four: {@code RENAME key newkey} is {@code RW, ACCESS, DELETE, OW, UPDATE}.
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
        /** They depend on the arguments, which a {@link Walk} looks at. */
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

    /** What is to be said of the first key for whoever reads it. */
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

    /** Which arguments nobody may see but who has sent them. */
    record Secrets(SecretArguments arguments) implements Trait {
        /** Tells secret arguments of a request, which may be wrong, from others. */
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

    /** What is particular about a command for whoever runs it; no description shows it. */
    enum Rule implements Trait {
        /** Runs at once, also between MULTI and EXEC. */
        NOT_QUEUED,
        /** Others than this client may see what it does, so it waits while writes are paused. */
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

    /** How its options are read, where that is not before the body runs, by the usage line. */
    enum Arguments implements Trait {
        /** By the usage line, when the body has checked what comes before them; see {@link Options#read}. */
        READ_BY_BODY,
        /** By the usage line, but of the alternatives in a bracket several are taken; which of them, the body checks. */
        TAKES_ALTERNATIVES;

        @Override
        public String text() {
            return lower(name());
        }
    }

    /** Its options are read by its body alone: the usage line tells what a caller should send, not what is taken. */
    record ByItself(String why) implements Trait {
        @Override
        public String text() {
            return "by itself: " + why;
        }
    }

    /** What is replied to an unknown option, or one without its value, where that is not a syntax error. */
    record OptionError(BiFunction<Call, Integer, CommandError> error) implements Trait {
        @Override
        public String text() {
            return "option error";
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
