package dev.miniredis.engine;

import static dev.miniredis.command.Trait.KeyFlag.RO;
import static dev.miniredis.command.Trait.KeyFlag.RW;

import dev.miniredis.command.Call;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.command.Group;
import dev.miniredis.commands.AllCommands;
import dev.miniredis.config.EventType;
import dev.miniredis.resp.Reply;
import dev.miniredis.value.PileValue;

/** Commands on {@link PileValue}, a type that only tests have. */
final class PileCommands {
    private PileCommands() {}

    /** All commands of the server, and these. */
    static CommandTable table() {
        return AllCommands.table()
                .group(Group.GENERIC)
                .row("PILEPUSH key element [element ...]", "1.0.0", "Puts elements on a pile.")
                .write(PileCommands::push, RW)
                .row("PILEPOP key", "1.0.0", "Takes the element on top of a pile.")
                .write(PileCommands::pop, RW)
                .row("PILEWAIT key [key ...] milliseconds", "1.0.0", "Takes an element as soon as there is one.")
                .write(PileCommands::await, RW)
                .row("PILEMOVE source destination milliseconds", "1.0.0", "Moves an element as soon as there is one.")
                .write(PileCommands::move, RW, RW)
                .row("PILEBREAK key", "1.0.0", "Puts an element on a pile and fails.")
                .write(PileCommands::fail, RW)
                .row("PILEALL key", "1.0.0", "Returns the elements of a pile.")
                .read(PileCommands::all, RO);
    }

    private static void push(Call call) {
        PileValue pile = call.change(PileValue.class);
        if (pile == null) {
            pile = call.create(new PileValue());
        }
        for (int i = 2; i < call.args(); i++) {
            pile.push(call.text(i));
        }
        call.changed(EventType.LIST, "pilepush");
        call.reply.integer(pile.elements().size());
    }

    private static void pop(Call call) {
        PileValue pile = call.change(PileValue.class);
        if (pile == null) {
            call.reply.nil();
            return;
        }
        call.reply.bulk(pile.pop());
        call.changed(EventType.LIST, "pilepop");
    }

    private static void await(Call call) {
        int last = call.args() - 1;
        for (int i = 1; i < last; i++) {
            PileValue pile = call.change(i, PileValue.class);
            if (pile != null) {
                call.reply.bulk(pile.pop());
                call.changed(EventType.LIST, "pilepop", i);
                return;
            }
        }
        call.block(1, last, PileValue.class, deadline(call, last), Reply::nil);
    }

    private static void move(Call call) {
        if (call.find(1, PileValue.class) == null) {
            call.block(1, 2, PileValue.class, deadline(call, 3), Reply::nil);
            return;
        }
        call.find(2, PileValue.class); // may fail, so it comes before the first change
        PileValue from = call.change(1, PileValue.class);
        PileValue to = call.change(2, PileValue.class);
        if (to == null) {
            to = call.create(2, new PileValue());
        }
        String element = from.pop();
        to.push(element);
        call.changed(EventType.LIST, "pilepop", 1);
        call.changed(EventType.LIST, "pilepush", 2);
        call.reply.bulk(element);
    }

    private static void fail(Call call) {
        PileValue pile = call.change(PileValue.class);
        pile.push("broken");
        throw new CommandError("ERR it is broken");
    }

    private static long deadline(Call call, int index) {
        long millis = call.integer(index);
        return millis == 0 ? 0 : call.host.time().monotonicMillis() + millis;
    }

    private static void all(Call call) {
        PileValue pile = call.find(PileValue.class);
        call.reply.array(pile == null ? 0 : pile.elements().size());
        if (pile != null) {
            pile.elements().forEach(call.reply::bulk);
        }
    }
}
