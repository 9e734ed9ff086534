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

/** Authentication and access control: the checks before a request runs, and the operations of AUTH and ACL. */
public final class Security {
    private static final CommandError NO_KEY = new CommandError("NOPERM No permissions to access a key");
    private static final CommandError NO_CHANNEL = new CommandError("NOPERM No permissions to access a channel");

    private final Users users;
    private final Permissions permissions = new Permissions();
    private final RandomGenerator secrets;
    private final HostTime time;
    private AclFile file = AclFile.NONE;

    /**
     * @param secrets a cryptographically secure source of random numbers
     * @param time the clock for the timestamps of the ACL log
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

    /** Whether users are stored in an ACL file. */
    @SuppressWarnings("ReferenceEquality") // NONE is a single object
    public boolean hasFile() {
        return file != AclFile.NONE;
    }

    /** The ACL file. */
    public AclFile file() {
        return file;
    }

    /**
     * Sets the ACL file and loads the users from it.
     *
     * @throws CommandError the file cannot be read
     * @throws IllegalArgumentException the file has an error, which the message describes
     */
    public void file(AclFile newFile) {
        file = newFile;
        users.load(file.read(), file.name());
    }

    /** The {@code user} lines for the configuration file; empty if there is an ACL file. */
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
     * Makes a new client, or a client after RESET, the default user. It is authenticated if the default user has no
     * password.
     */
    public void admit(Session session) {
        session.user(users.defaultUser(), users.isOpen());
    }

    /** Whether the default user has no password. */
    public boolean isWithoutPassword() {
        return users.defaultUser().isWithoutPassword();
    }

    /** Whether a client must authenticate first. */
    public boolean needsLogin(Session session) {
        return !session.isAuthenticated() && !users.isOpen();
    }

    /**
     * Checks that the client is authenticated, if the command requires it.
     *
     * @throws CommandError the client must authenticate first
     */
    public void checkLogin(Command command, Session session) {
        if (!command.runsBeforeLogin() && needsLogin(session)) {
            throw CommandError.NOT_AUTHENTICATED;
        }
    }

    /**
     * Checks that the client's user may run a request, and logs a denial.
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
     * Checks a queued request again when EXEC runs it, because the user's permissions may have changed.
     *
     * @return the error if the client's user may not run this request any more; otherwise null
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

    /** Whether a user may run a request that reads keys that are not among its arguments. */
    public boolean mayReadAllKeys(User user, Command command, Request request) {
        return user.mayDoAll() || permissions.allowsReadingAllKeys(user, command, request);
    }

    /** The text of the reason why a user may not run a request; null if it may. */
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

    /** As Redis's {@code getAclErrorMessage} in its verbose form. */
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
     * @throws CommandError the user name or the password is wrong
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

    /** Closes the connections of deleted users. */
    public void disconnect(Set<User> deleted, Collection<Session> clients, Session self) {
        disconnect(session -> deleted.contains(session.user()), clients, self);
    }

    /**
     * Closes the connections of the clients that match a condition.
     *
     * @param self the client that runs the command; if it matches, it is closed after the reply
     */
    public void disconnect(Predicate<Session> condition, Collection<Session> clients, Session self) {
        for (Session session : clients) {
            if (condition.test(session)) {
                session.user(users.defaultUser(), false);
                session.kill(session == self);
            }
        }
    }
}
