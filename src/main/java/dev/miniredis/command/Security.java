package dev.miniredis.command;

import dev.miniredis.acl.Denial;
import dev.miniredis.acl.User;
import dev.miniredis.acl.Users;
import dev.miniredis.config.ConfigText;
import dev.miniredis.config.Tuning;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import dev.miniredis.session.Session;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;

/** Authentication and access control: checks each request before it runs, and serves the commands on users. */
public final class Security {
    private static final CommandError NO_KEY = new CommandError("NOPERM No permissions to access a key");
    private static final CommandError NO_CHANNEL = new CommandError("NOPERM No permissions to access a channel");

    private final Users users;
    private final Permissions permissions = new Permissions();
    private final RandomGenerator secrets;
    private final HostTime time;
    private AclFile file = AclFile.NONE;

    /**
     * @param secrets a source of random numbers that cannot be guessed
     * @param time when something was denied
     */
    public Security(CommandTable commands, Tuning tuning, RandomGenerator secrets, HostTime time) {
        this.secrets = secrets;
        this.time = time;
        users = new Users(new CommandNumbers(commands));
        tuning.requirePass.listen(users::defaultPassword);
        tuning.aclPubSubDefault.listen(rule -> users.allChannelsByDefault(rule.equals("allchannels")));
        tuning.aclLogMaxLen.listen(users.log()::maxEntries);
    }

    public Users users() {
        return users;
    }

    /** Whether users are kept in a file of their own. */
    @SuppressWarnings("ReferenceEquality") // there is one NONE
    public boolean hasFile() {
        return file != AclFile.NONE;
    }

    /** The file that users are kept in. */
    public AclFile file() {
        return file;
    }

    /**
     * Sets the file of users and loads it.
     *
     * @throws CommandError it cannot be read
     * @throws IllegalArgumentException what is wrong in it
     */
    public void file(AclFile newFile) {
        file = newFile;
        users.load(file.read(), file.name());
    }

    /** The lines that declare the users in a file of parameters; none when another file is theirs. */
    public List<String> declarations() {
        return !hasFile()
                ? users.all().stream()
                        .map(User::toString)
                        .map(ConfigText::readable)
                        .toList()
                : List.of();
    }

    public RandomGenerator secrets() {
        return secrets;
    }

    /**
     * Admits a new client, or one after RESET: it is the default user, and must authenticate
     * unless that one has no password.
     */
    public void admit(Session session) {
        session.user(users.defaultUser(), users.isOpen());
    }

    /** Whether the default user has no password. */
    public boolean isWithoutPassword() {
        return users.defaultUser().isWithoutPassword();
    }

    /** Whether a client must authenticate before it may do anything else. */
    public boolean needsLogin(Session session) {
        return !session.isAuthenticated() && !users.isOpen();
    }

    /**
     * Refuses what may run only after a login.
     *
     * @throws CommandError the client must authenticate first
     */
    public void checkLogin(Command command, Session session) {
        if (!command.runsBeforeLogin() && needsLogin(session)) {
            throw CommandError.NOT_AUTHENTICATED;
        }
    }

    /**
     * Refuses, and logs, what the client's user may not do.
     *
     * @throws CommandError the client's user may not run this request
     */
    public void checkPermissions(Command command, Request request, Session session, long monotonicMillis) {
        if (session.user().mayDoAll()) {
            return;
        }
        Denial denial = permissions.check(session.user(), command, request);
        if (denial != null) {
            logDenial(denial, command, request, session, session.transaction() != null, monotonicMillis);
            throw switch (denial) {
                case KEY -> NO_KEY;
                case CHANNEL -> NO_CHANNEL;
                default -> new CommandError("NOPERM " + explain(denial, session.user(), command, ""));
            };
        }
    }

    /**
     * Checks a queued command again: its user may have changed since.
     *
     * @return why the client's user may not run this request any more; null when it may
     */
    public String explainQueued(Command command, Request request, Session session, long monotonicMillis) {
        Denial denial = session.user().mayDoAll() ? null : permissions.check(session.user(), command, request);
        if (denial == null) {
            return null;
        }
        logDenial(denial, command, request, session, true, monotonicMillis);
        return "NOPERM ACLs rules changed between the moment the transaction was accumulated and the EXEC call. This command"
                + " is no longer allowed for the following reason: "
                + switch (denial) {
                    case KEY -> "no permission to touch the specified keys";
                    case CHANNEL -> "no permission to access one of the channels used as arguments to the command";
                    default -> "no permission to execute the command or subcommand";
                };
    }

    private void logDenial(
            Denial denial,
            Command command,
            Request request,
            Session session,
            boolean inTransaction,
            long monotonicMillis) {
        String object = denial == Denial.COMMAND
                ? command.name()
                : request.arg(permissions.deniedAt()).toString();
        log(denial, inTransaction, object, session.user().name(), session, monotonicMillis);
    }

    private void log(
            Denial denial, boolean inTransaction, String object, String user, Session session, long monotonicMillis) {
        String client = session.describe(monotonicMillis);
        users.log().add(denial, inTransaction, object, user, client, time.wallMillis(), monotonicMillis);
    }

    /** Whether a user may run a request that leads to keys that it does not name. */
    public boolean mayReadAllKeys(User user, Command command, Request request) {
        return user.mayDoAll() || permissions.allowsReadingAllKeys(user, command, request);
    }

    /** Why a user may not run a request, in words; null when it may. */
    public String explain(User user, Command command, Request request) {
        Denial denial = permissions.check(user, command, request);
        return denial == null
                ? null
                : explain(
                        denial,
                        user,
                        command,
                        request.arg(permissions.deniedAt()).toString());
    }

    /** As Redis's {@code getAclErrorMessage}, in its verbose form. */
    private static String explain(Denial denial, User user, Command command, String object) {
        return "User " + user.name() + " has no permissions to "
                + switch (denial) {
                    case KEY, CHANNEL -> "access the '" + object + "' " + denial;
                    default -> "run the '" + command.name() + "' command";
                };
    }

    /**
     * Authenticates a client.
     *
     * @throws CommandError it is not
     */
    public void logIn(Call call, String name, Slice password) {
        Session session = call.session();
        User user = users.logIn(name, password);
        if (user == null) {
            boolean inTransaction = call.isNested();
            String command = call.text(0);
            log(
                    Denial.AUTH,
                    inTransaction,
                    command,
                    name,
                    session,
                    call.host.time().monotonicMillis());
            throw CommandError.WRONG_PASSWORD;
        }
        session.user(user, true);
    }

    /** Closes the connections of those who are one of these users, who are not to be there any more. */
    public void expel(Set<User> gone, Collection<Session> clients, Session self) {
        expel(session -> gone.contains(session.user()), clients, self);
    }

    /** Closes some connections; who does that to itself still gets the answer. */
    public void expel(Predicate<Session> wanted, Collection<Session> clients, Session self) {
        for (Session session : clients) {
            if (wanted.test(session)) {
                session.user(users.defaultUser(), false);
                session.kill(session == self);
            }
        }
    }
}
