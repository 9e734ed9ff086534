package dev.miniredis.commands;

import static dev.miniredis.command.Keyword.BY;
import static dev.miniredis.command.Keyword.GET;
import static dev.miniredis.command.Keyword.LIMIT;
import static dev.miniredis.command.Keyword.STORE;
import static dev.miniredis.command.Trait.Arguments.TAKES_ALTERNATIVES;
import static dev.miniredis.command.Trait.Category.DANGEROUS;
import static dev.miniredis.command.Trait.Category.LIST;
import static dev.miniredis.command.Trait.Category.SET;
import static dev.miniredis.command.Trait.Category.SORTEDSET;
import static dev.miniredis.command.Trait.Flag.DENYOOM;
import static dev.miniredis.command.Trait.KeyFlag.ACCESS;
import static dev.miniredis.command.Trait.KeyFlag.OW;
import static dev.miniredis.command.Trait.KeyFlag.RO;
import static dev.miniredis.command.Trait.KeyFlag.UPDATE;
import static dev.miniredis.command.Trait.Rule.WITHOUT_KEYS;

import dev.miniredis.command.Call;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.command.KeySpec;
import dev.miniredis.command.KeyWalk;
import dev.miniredis.command.Keyword;
import dev.miniredis.command.Trait;
import dev.miniredis.config.EventType;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;

/**
 * {@code SORT}: the elements of a list, a set or a sorted set in another order; after Redis's {@code sort.c}. No value
 * that there can be stored here has elements, so the key is either missing or of the wrong type.
 */
final class SortCommands {
    private static final Set<Trait.KeyFlag> READS = EnumSet.of(RO, ACCESS);
    private static final Set<Trait.KeyFlag> OVERWRITES = EnumSet.of(OW, UPDATE);
    private static final KeySpec SORTED = KeySpec.of(new KeySpec.Begin.Index(1), new KeySpec.Find.Range(0, 1, 0))
            .with(READS);
    private static final KeySpec PATTERNS = KeySpec.of(new KeySpec.Begin.Unknown(), new KeySpec.Find.Unknown())
            .with(READS)
            .with(
                    "For the optional BY/GET keyword. It is marked 'unknown' because the key names derive from the content of the"
                            + " key we sort");
    private static final KeySpec DESTINATION = KeySpec.of(new KeySpec.Begin.Unknown(), new KeySpec.Find.Unknown())
            .with(OVERWRITES)
            .with(
                    "For the optional STORE keyword. It is marked 'unknown' because the keyword can appear anywhere in the argument"
                            + " array");

    private static final Trait BY_CHECK = new Trait.Check("BY", SortCommands::checkBy);
    private static final Trait GET_CHECK = new Trait.Check("GET", (call, index) -> refusePattern(call, GET));

    private SortCommands() {}

    // spotless:off
    static void addTo(CommandTable table) {
        table
            .row("SORT key [BY pattern] [LIMIT offset:integer count:integer] [GET pattern [GET pattern ...]] [ASC | DESC] [ALPHA] [STORE destination]", "1.0.0", "Sorts the elements in a list, a set, or a sorted set, optionally storing the result.")
                .write(SortCommands::sort, sortingWith(DENYOOM, DESTINATION, new Trait.Walk(SortCommands::keys)))
            .row("SORT_RO key [BY pattern] [LIMIT offset:integer count:integer] [GET pattern [GET pattern ...]] [ASC | DESC] [ALPHA]", "7.0.0", "Returns the sorted elements of a list, a set, or a sorted set.")
                .read(SortCommands::sort, sortingWith(new Trait.Walk(SortCommands::keyOfReadOnly)));
    }
    // spotless:on

    /** What both have, and more; of the key specs, the order counts. */
    private static Trait[] sortingWith(Trait... more) {
        Stream<Trait> both = Stream.of(
                SET,
                SORTEDSET,
                LIST,
                DANGEROUS,
                WITHOUT_KEYS,
                TAKES_ALTERNATIVES,
                BY_CHECK,
                GET_CHECK,
                SORTED,
                PATTERNS);
        return Stream.concat(both, Stream.of(more)).toArray(Trait[]::new);
    }

    private static void sort(Call call) {
        int destination = call.options.index(STORE);
        if (call.find(1) != null) {
            throw CommandError.WRONG_TYPE;
        }
        if (destination == 0) {
            call.reply.array(0);
            return;
        }
        if (call.remove(destination)) {
            call.event(EventType.GENERIC, "del", destination);
        }
        call.reply.integer(0);
    }

    /** A pattern without a star is the same for all elements, and leads to no key. */
    private static void checkBy(Call call, int index) {
        if (call.text(index).contains("*")) {
            refusePattern(call, BY);
        }
    }

    /** Patterns lead to other keys, which may be in other slots, and which the user may not be allowed to read. */
    private static void refusePattern(Call call, Keyword option) {
        call.refuseInCluster(option + " option of SORT denied in Cluster mode.");
        if (!call.host.security().mayReadAllKeys(call.session().user(), call.command(), call.request())) {
            throw new CommandError("ERR " + option + " option of SORT denied due to insufficient ACL permissions.");
        }
    }

    /** As Redis's {@code sortGetKeys}: of several destinations, the last counts. */
    private static boolean keys(Request request, KeyWalk.Visitor visitor) {
        visitor.visit(1, READS);
        int destination = 0;
        for (int i = 2; i < request.size(); i++) {
            Slice word = request.arg(i);
            if (word.equalsIgnoreCase(LIMIT.bytes())) {
                i += 2;
            } else if (word.equalsIgnoreCase(GET.bytes()) || word.equalsIgnoreCase(BY.bytes())) {
                i++;
            } else if (word.equalsIgnoreCase(STORE.bytes()) && i + 1 < request.size()) {
                destination = i + 1; // which is also parsed as a word
            }
        }
        if (destination > 0) {
            visitor.visit(destination, OVERWRITES);
        }
        return true;
    }

    private static boolean keyOfReadOnly(Request request, KeyWalk.Visitor visitor) {
        visitor.visit(1, READS);
        return true;
    }
}
