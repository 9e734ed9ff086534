package dev.miniredis.commands;

import static dev.miniredis.command.Keyword.AUTH;
import static dev.miniredis.command.Keyword.AUTH2;
import static dev.miniredis.command.Keyword.COPY;
import static dev.miniredis.command.Keyword.KEYS;
import static dev.miniredis.command.Keyword.REPLACE;
import static dev.miniredis.command.Trait.Arguments.TAKES_ALTERNATIVES;
import static dev.miniredis.command.Trait.Category.DANGEROUS;
import static dev.miniredis.command.Trait.KeyFlag.ACCESS;
import static dev.miniredis.command.Trait.KeyFlag.DELETE;
import static dev.miniredis.command.Trait.KeyFlag.INCOMPLETE;
import static dev.miniredis.command.Trait.KeyFlag.RW;
import static dev.miniredis.command.Trait.Tip.NONDETERMINISTIC_OUTPUT;

import dev.miniredis.command.Call;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.command.KeySpec;
import dev.miniredis.command.KeyWalk;
import dev.miniredis.command.Options;
import dev.miniredis.command.Peers;
import dev.miniredis.command.Trait;
import dev.miniredis.config.EventType;
import dev.miniredis.keyspace.Entry;
import dev.miniredis.keyspace.Keyspace;
import dev.miniredis.rdb.DumpPayload;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * {@code MIGRATE}: keys go to another server, by {@code RESTORE} there and {@code DEL} here; after Redis's {@code
 * cluster.c}.
 *
 * <p>The log gets the {@code DEL}, so that a replay connects to no server. A crash between the other server's answer
 * and the {@code DEL} leaves the keys on both, as in Redis: they are never on neither.
 */
final class MigrateCommand {
    private static final CommandError KEY_AND_KEYS =
            new CommandError("ERR When using MIGRATE KEYS option, the key argument must be set to the empty string");
    private static final CommandError IN_TRANSACTION = new CommandError(
            "ERR MIGRATE is not allowed in transactions: what they have changed so far is on no disk yet");
    private static final int FIRST_OPTION = 6;
    private static final long DEFAULT_TIMEOUT_MILLIS = 1000;
    private static final Set<Trait.KeyFlag> FLAGS = EnumSet.of(RW, ACCESS, DELETE);

    private MigrateCommand() {}

    // spotless:off
    static void addTo(CommandTable table) {
        table
            .row("MIGRATE host port:integer <key | \"\"> destination-db:integer timeout:integer [COPY] [REPLACE] [AUTH password | AUTH2 username password] [KEYS key [key ...]]", "2.6.0", "Atomically transfers a key from one Redis instance to another.")
                .write(MigrateCommand::migrate, DANGEROUS, TAKES_ALTERNATIVES, new Trait.Check("KEYS", MigrateCommand::requireNoKey), KeySpec.of(new KeySpec.Begin.Index(3), new KeySpec.Find.Range(0, 1, 0)).with(FLAGS), KeySpec.of(new KeySpec.Begin.Keyword("KEYS", -2), new KeySpec.Find.Range(-1, 1, 0)).with(EnumSet.of(RW, ACCESS, DELETE, INCOMPLETE)), new Trait.Walk(MigrateCommand::keys), new Trait.Secrets(MigrateCommand::isSecret), NONDETERMINISTIC_OUTPUT);
    }
    // spotless:on

    /** How many words after an option's own belong to it. */
    private static int valuesOf(Slice word) {
        return word.equalsIgnoreCase(AUTH.bytes()) ? 1 : word.equalsIgnoreCase(AUTH2.bytes()) ? 2 : 0;
    }

    private static void migrate(Call call) {
        Wanted wanted = new Wanted(call);
        long timeout = call.integer(5);
        long database = call.integer(4);
        if (call.isNested()) {
            throw IN_TRANSACTION;
        }
        List<Integer> found = new ArrayList<>();
        List<Request> requests = new ArrayList<>();
        if (wanted.login != null) {
            requests.add(wanted.login);
        }
        requests.add(Request.of(bytes("SELECT"), bytes(Long.toString(database))));
        int before = requests.size();
        for (int i = wanted.firstKey; i < wanted.endOfKeys; i++) {
            Entry entry = call.use(i);
            if (entry != null) {
                found.add(i);
                requests.add(restore(call, i, entry, wanted.replace));
            }
        }
        if (found.isEmpty()) {
            call.reply.simple("NOKEY");
            return;
        }
        Peers.Answers answers = call.host
                .peers()
                .ask(
                        call.text(1),
                        (int) LeadingNumber.of(call.text(2)),
                        requests,
                        timeout > 0 ? timeout : DEFAULT_TIMEOUT_MILLIS,
                        call.host.lsnVisibleTo(call.session()));
        String refused = firstError(answers.lines().stream());
        boolean welcome = firstError(answers.lines().stream().limit(before)) == null;
        if (welcome && !wanted.copy) {
            delete(call, found, answers.lines(), before);
        }
        if (refused != null) {
            throw new CommandError("ERR Target instance replied with error: " + refused.substring(1));
        } else if (answers.failed() != null) {
            throw new CommandError("IOERR error or timeout " + answers.failed().words());
        }
        call.reply.ok();
    }

    private static void requireNoKey(Call call, int index) {
        if (call.arg(3).length() > 0) {
            throw KEY_AND_KEYS;
        }
    }

    private static Request restore(Call call, int index, Entry entry, boolean replace) {
        long deadline = entry.deadline();
        long ttl = deadline == Keyspace.NEVER ? 0 : Math.max(1, deadline - call.now());
        byte[] payload = DumpPayload.of(entry.value());
        Request request = request(call.host.tuning().clusterEnabled.value() ? "RESTORE-ASKING" : "RESTORE");
        add(request, call.arg(index));
        add(request, new Slice(bytes(Long.toString(ttl))));
        add(request, new Slice(payload));
        if (replace) {
            add(request, new Slice(REPLACE.bytes()));
        }
        return request;
    }

    /** Deletes the keys that the other server has now, and logs just that. */
    private static void delete(Call call, List<Integer> found, List<String> answers, int before) {
        Request deletion = request("DEL");
        for (int i = 0; i < found.size() && before + i < answers.size(); i++) {
            if (!answers.get(before + i).startsWith("-") && call.remove(found.get(i))) {
                call.event(EventType.GENERIC, "del", found.get(i));
                add(deletion, call.arg(found.get(i)));
            }
        }
        if (deletion.size() > 1) {
            call.effect(deletion);
        }
    }

    private static String firstError(Stream<String> answers) {
        return answers.filter(line -> line.startsWith("-")).findFirst().orElse(null);
    }

    private static Request request(String name) {
        return Request.of(bytes(name));
    }

    private static void add(Request request, Slice argument) {
        request.add(argument.bytes(), argument.offset(), argument.length());
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** As Redis's {@code migrateGetKeys}, which is used only if KEYS occurs before the last word. */
    private static boolean keys(Request request, KeyWalk.Visitor visitor) {
        int keys = request.size() - 2;
        while (keys > 1 && !request.arg(keys).equalsIgnoreCase(KEYS.bytes())) {
            keys--;
        }
        if (keys == 1) {
            visitor.visit(3, FLAGS);
            return true;
        }
        int first = 3;
        int end = 4;
        for (int i = FIRST_OPTION; i < request.size(); i += 1 + valuesOf(request.arg(i))) {
            if (request.arg(i).equalsIgnoreCase(KEYS.bytes())) {
                first = i + 1;
                end = request.arg(3).length() > 0 ? 0 : request.size(); // a key and keys are a mistake
                break;
            }
        }
        for (int i = first; i < end; i++) {
            visitor.visit(i, FLAGS);
        }
        return first < end;
    }

    private static boolean isSecret(Request request, int index) {
        for (int i = FIRST_OPTION; i < request.size(); ) {
            int values = valuesOf(request.arg(i));
            if (index > i && index <= i + values) {
                return true;
            }
            i += 1 + values;
        }
        return false;
    }

    /** The options. */
    private static final class Wanted {
        final boolean copy;
        final boolean replace;
        Request login;
        int firstKey = 3;
        int endOfKeys = 4;

        Wanted(Call call) {
            Options options = call.options;
            copy = options.has(COPY);
            replace = options.has(REPLACE);
            if (options.has(KEYS)) {
                firstKey = options.index(KEYS);
                endOfKeys = call.args();
            }
            for (int i = 0; i < options.size(); i++) { // of several logins, the last one counts
                if (options.keyword(i) == AUTH || options.keyword(i) == AUTH2) {
                    login = login(call, options.index(i), options.keyword(i) == AUTH ? 1 : 2);
                }
            }
        }

        private static Request login(Call call, int first, int values) {
            Request request = request("AUTH");
            for (int i = first; i < first + values; i++) {
                add(request, call.arg(i));
            }
            return request;
        }
    }
}
