package dev.miniredis.commands;

import static dev.miniredis.command.Keyword.RESET;
import static dev.miniredis.command.Trait.Flag.ADMIN;
import static dev.miniredis.command.Trait.Flag.LOADING;
import static dev.miniredis.command.Trait.Flag.NOSCRIPT;
import static dev.miniredis.command.Trait.Flag.STALE;

import dev.miniredis.acl.AccessLog;
import dev.miniredis.acl.RuleException;
import dev.miniredis.acl.Selector;
import dev.miniredis.acl.User;
import dev.miniredis.acl.Users;
import dev.miniredis.command.AclFile;
import dev.miniredis.command.Call;
import dev.miniredis.command.Command;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.command.Permissions;
import dev.miniredis.command.Security;
import dev.miniredis.command.Trait;
import dev.miniredis.resp.Request;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** The subcommands of ACL, as Redis 7.2's {@code aclCommand}. */
final class AclCommands {
    private static final int MAX_BITS = 4096;
    private static final int DEFAULT_BITS = 256;
    private static final int BITS_A_LETTER = 4;
    private static final long SHOWN_ENTRIES = 10;
    private static final Trait.Secrets USER_AND_RULES = Trait.Secrets.from(2);

    private static final CommandError NAME_WITH_SPACES =
            new CommandError("ERR Usernames can't contain spaces or null characters");
    private static final CommandError NO_FILE = new CommandError(
            "ERR This Redis instance is not configured to use an"
                    + " ACL file. You may want to specify users via the ACL SETUSER command and then issue a CONFIG REWRITE"
                    + " (assuming you have a Redis configuration file set) in order to store users in the Redis configuration.");

    private AclCommands() {}

    // spotless:off
    static void addTo(CommandTable table) {
        table
            .row("ACL", "6.0.0", "A container for Access List Control commands.")
                .container(null, "6.0.0", HelpTexts.ACL)
            .row("ACL CAT [category]", "6.0.0", "Lists the ACL categories, or the commands inside a category.")
                .other(AclCommands::cat, NOSCRIPT, LOADING, STALE)
            .row("ACL DELUSER username [username ...]", "6.0.0", "Deletes ACL users, and terminates their connections.")
                .other(AclCommands::delUser, USER_AND_RULES, ADMIN, NOSCRIPT, LOADING, STALE)
            .row("ACL DRYRUN username command [arg [arg ...]]", "7.0.0", "Simulates the execution of a command by a user, without executing the command.")
                .other(AclCommands::dryRun, ADMIN, NOSCRIPT, LOADING, STALE)
            .row("ACL GENPASS [bits:integer]", "6.0.0", "Generates a pseudorandom, secure password that can be used to identify ACL users.")
                .other(AclCommands::genPass, NOSCRIPT, LOADING, STALE)
            .row("ACL GETUSER username", "6.0.0", "Lists the ACL rules of a user.")
                .other(AclCommands::getUser, USER_AND_RULES, ADMIN, NOSCRIPT, LOADING, STALE)
            .row("ACL LIST", "6.0.0", "Dumps the effective rules in ACL file format.")
                .other(AclCommands::list, ADMIN, NOSCRIPT, LOADING, STALE)
            .row("ACL LOAD", "6.0.0", "Reloads the rules from the configured ACL file.")
                .other(AclCommands::load, ADMIN, NOSCRIPT, LOADING, STALE)
            .row("ACL LOG [count:integer | RESET]", "6.0.0", "Lists recent security events generated due to ACL rules.")
                .other(AclCommands::log, ADMIN, NOSCRIPT, LOADING, STALE)
            .row("ACL SAVE", "6.0.0", "Saves the effective ACL rules in the configured ACL file.")
                .other(AclCommands::save, ADMIN, NOSCRIPT, LOADING, STALE)
            .row("ACL SETUSER username [rule [rule ...]]", "6.0.0", "Creates and modifies an ACL user and its rules.")
                .other(AclCommands::setUser, USER_AND_RULES, ADMIN, NOSCRIPT, LOADING, STALE)
            .row("ACL USERS", "6.0.0", "Lists all ACL users.")
                .other(AclCommands::users, ADMIN, NOSCRIPT, LOADING, STALE)
            .row("ACL WHOAMI", "6.0.0", "Returns the authenticated username of the current connection.")
                .other(AclCommands::whoAmI, NOSCRIPT, LOADING, STALE);
    }
    // spotless:on

    private static void cat(Call call) {
        if (call.args() == 2) {
            Trait.Category[] all = Trait.Category.values();
            call.reply.array(all.length);
            for (Trait.Category category : all) {
                call.reply.bulk(category.text().substring(1)); // without the @
            }
            return;
        }
        Trait.Category category = Trait.Category.named(call.text(2));
        if (category == null) {
            throw new CommandError("ERR Unknown category '" + CommandError.shown(call.arg(2), 128) + "'");
        }
        List<Command> members = call.host.commands().numbered().stream()
                .filter(command -> command.categories().contains(category))
                .toList();
        call.reply.array(members.size());
        members.forEach(command -> call.reply.bulk(command.name()));
    }

    private static void delUser(Call call) {
        Users users = call.host.security().users();
        for (int i = 2; i < call.args(); i++) {
            if (call.arg(i).toString().equals(Users.DEFAULT)) {
                throw new CommandError("ERR The 'default' user cannot be removed");
            }
        }
        Set<User> gone = new HashSet<>();
        for (int i = 2; i < call.args(); i++) {
            User user = users.remove(call.arg(i).toString());
            if (user != null) {
                gone.add(user);
            }
        }
        call.host.security().expel(gone, call.host.clients().all(), call.session());
        call.reply.integer(gone.size());
    }

    private static void dryRun(Call call) {
        String name = call.arg(2).toString();
        User user = call.host.security().users().find(name);
        if (user == null) {
            throw new CommandError("ERR User '" + CommandError.shown(call.arg(2), Integer.MAX_VALUE) + "' not found");
        }
        Request request = new Request();
        for (int i = 3; i < call.args(); i++) {
            request.add(call.arg(i).bytes(), call.arg(i).offset(), call.arg(i).length());
        }
        Command command = call.host.commands().named(request);
        if (command == null) {
            throw new CommandError(
                    "ERR Command '" + CommandError.shown(call.arg(3), Integer.MAX_VALUE) + "' not found");
        }
        if (!command.takes(request.size())) {
            throw CommandError.wrongArity(command.name());
        }
        String denial = call.host.security().explain(user, command, request);
        if (denial == null) {
            call.reply.ok();
        } else {
            call.reply.bulk(denial);
        }
    }

    private static void genPass(Call call) {
        long bits = call.options.integer("bits", DEFAULT_BITS);
        if (bits <= 0 || bits > MAX_BITS) {
            throw new CommandError("ERR ACL GENPASS argument must be the number of bits for the output password, a"
                    + " positive number up to " + MAX_BITS);
        }
        int letters = (int) (bits + BITS_A_LETTER - 1) / BITS_A_LETTER;
        StringBuilder password = new StringBuilder(letters);
        for (int i = 0; i < letters; i++) {
            password.append(Character.forDigit(call.host.security().secrets().nextInt(1 << BITS_A_LETTER), 16));
        }
        call.reply.bulk(password.toString());
    }

    private static void getUser(Call call) {
        User user = call.host.security().users().find(call.arg(2).toString());
        if (user == null) {
            call.reply.nil();
            return;
        }
        List<Selector> selectors = user.selectors();
        call.reply.map(6);
        call.reply.bulk("flags");
        call.reply.set(user.flags().size());
        user.flags().forEach(call.reply::bulk);
        call.reply.bulk("passwords");
        replyArray(call, user.passwordHashes());
        replySelector(call, selectors.getFirst());
        call.reply.bulk("selectors");
        call.reply.array(selectors.size() - 1);
        selectors.stream().skip(1).forEach(selector -> {
            call.reply.map(3);
            replySelector(call, selector);
        });
    }

    private static void replySelector(Call call, Selector selector) {
        call.reply.bulk("commands");
        call.reply.bulk(selector.commandRules());
        call.reply.bulk("keys");
        call.reply.bulk(selector.keyRules());
        call.reply.bulk("channels");
        call.reply.bulk(selector.channelRules());
    }

    private static void replyArray(Call call, Collection<String> texts) {
        call.reply.array(texts.size());
        texts.forEach(call.reply::bulk);
    }

    private static void list(Call call) {
        replyArray(
                call,
                call.host.security().users().all().stream().map(User::toString).toList());
    }

    private static void load(Call call) {
        Security security = call.host.security();
        AclFile file = fileOf(security);
        try {
            Set<User> gone = security.users().load(file.read(), file.name());
            security.expel(gone, call.host.clients().all(), call.session());
        } catch (IllegalArgumentException e) {
            throw new CommandError("ERR " + e.getMessage());
        }
        call.reply.ok();
    }

    private static AclFile fileOf(Security security) {
        if (!security.hasFile()) {
            throw NO_FILE;
        }
        return security.file();
    }

    private static void log(Call call) {
        AccessLog log = call.host.security().users().log();
        if (call.options.has(RESET)) {
            log.clear();
            call.reply.ok();
            return;
        }
        long count = Math.max(0, call.options.integer("count", SHOWN_ENTRIES));
        List<AccessLog.Entry> entries = log.newest(count);
        call.reply.array(entries.size());
        entries.forEach(entry -> replyEntry(call, entry));
    }

    private static void replyEntry(Call call, AccessLog.Entry entry) {
        call.reply.map(10);
        call.reply.bulk("count");
        call.reply.integer(entry.count());
        replyText(call, "reason", entry.reason().toString());
        replyText(call, "context", entry.inTransaction() ? "multi" : "toplevel");
        replyText(call, "object", entry.object());
        replyText(call, "username", entry.user());
        call.reply.bulk("age-seconds");
        call.reply.real((call.host.time().monotonicMillis() - entry.monotonicMillis()) / 1000.0);
        replyText(call, "client-info", entry.client());
        call.reply.bulk("entry-id");
        call.reply.integer(entry.id());
        call.reply.bulk("timestamp-created");
        call.reply.integer(entry.createdMillis());
        call.reply.bulk("timestamp-last-updated");
        call.reply.integer(entry.updatedMillis());
    }

    private static void replyText(Call call, String name, String text) {
        call.reply.bulk(name);
        call.reply.bulk(text);
    }

    private static void save(Call call) {
        Security security = call.host.security();
        fileOf(security).write(security.users().text());
        call.reply.ok();
    }

    /** Follows all rules or none; who listens to channels that its user may no longer use is disconnected. */
    private static void setUser(Call call) {
        String name = call.arg(2).toString();
        if (Selector.hasSpaces(name)) {
            throw NAME_WITH_SPACES;
        }
        List<String> rules = new ArrayList<>();
        for (int i = 3; i < call.args(); i++) {
            rules.add(call.arg(i).toString());
        }
        Security security = call.host.security();
        try {
            security.users().put(security.users().changed(name, rules));
        } catch (RuleException e) {
            throw new CommandError("ERR " + e.getMessage());
        }
        User user = security.users().find(name);
        security.expel(
                session -> session.user() == user && Permissions.listensToMore(session, user),
                call.host.clients().all(),
                call.session());
        call.reply.ok();
    }

    private static void users(Call call) {
        replyArray(
                call,
                call.host.security().users().all().stream().map(User::name).toList());
    }

    private static void whoAmI(Call call) {
        call.reply.bulk(call.session().user().name());
    }
}
