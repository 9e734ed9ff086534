package dev.miniredis.command;

import static dev.miniredis.command.Keyword.GET;
import static dev.miniredis.command.Keyword.KEEPTTL;
import static dev.miniredis.command.Keyword.NX;
import static dev.miniredis.command.Keyword.XX;
import static dev.miniredis.command.Trait.Flag.DENYOOM;
import static dev.miniredis.command.Trait.Flag.FAST;
import static dev.miniredis.command.Trait.KeyFlag.ACCESS;
import static dev.miniredis.command.Trait.KeyFlag.OW;
import static dev.miniredis.command.Trait.KeyFlag.RO;
import static dev.miniredis.command.Trait.KeyFlag.RW;
import static dev.miniredis.command.Trait.KeyFlag.UPDATE;
import static dev.miniredis.command.Trait.KeyFlag.VARIABLE_FLAGS;

import dev.miniredis.keyspace.Keyspace;
import dev.miniredis.resp.Request;
import dev.miniredis.value.StringValue;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Set;

/** The commands on strings. */
final class StringCommands {
    private static final Set<Trait.KeyFlag> SETS = Collections.unmodifiableSet(EnumSet.of(OW, UPDATE));
    private static final Set<Trait.KeyFlag> SETS_AND_GETS = Collections.unmodifiableSet(EnumSet.of(RW, ACCESS, UPDATE));

    private StringCommands() {}

    static void addTo(CommandTable table) {
        table.row("GET key", "1.0.0", "Returns the string value of a key.")
                .read(StringCommands::get, FAST, RO, ACCESS)
                .row(
                        "SET key value [NX | XX] [GET] [EX seconds | PX milliseconds | EXAT unix-time-seconds"
                                + " | PXAT unix-time-milliseconds | KEEPTTL]",
                        "1.0.0",
                        "Sets the string value of a key, ignoring its type. The key is created if it doesn't exist.")
                .write(
                        StringCommands::set,
                        DENYOOM,
                        RW,
                        ACCESS,
                        UPDATE,
                        VARIABLE_FLAGS,
                        new Trait.Walk(StringCommands::keyOfSet));
    }

    private static void get(Call call) {
        call.replyString(call.find(StringValue.class));
    }

    private static void set(Call call) {
        Options options = call.options;
        long deadline = options.has(KEEPTTL) ? Call.KEEP : options.deadline(Keyspace.NEVER);
        StringValue old =
                options.has(GET) ? call.find(StringValue.class) : null; // only GET asks for the old one's type
        boolean conditional = options.has(NX) || options.has(XX);
        boolean write = !conditional || call.exists() == options.has(XX);
        if (write) {
            call.put(call.arg(2), deadline);
            call.event(EventType.STRING, "set");
            if (deadline != Call.KEEP && deadline != Keyspace.NEVER) {
                call.event(EventType.GENERIC, "expire");
            }
        }
        if (options.has(GET)) {
            call.replyString(old);
        } else if (write) {
            call.reply.ok();
        } else {
            call.reply.nil();
        }
    }

    /** As {@code setGetKeys} of Redis: only with GET is the key's old value read. */
    private static boolean keyOfSet(Request request, KeyWalk.Visitor visitor) {
        boolean gets = false;
        for (int i = 3; i < request.size(); i++) {
            gets |= request.arg(i).equalsIgnoreCase(GET.bytes());
        }
        visitor.visit(1, gets ? SETS_AND_GETS : SETS);
        return true;
    }
}
