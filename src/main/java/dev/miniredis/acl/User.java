package dev.miniredis.acl;

import dev.miniredis.resp.ByteText;
import dev.miniredis.resp.Slice;
import java.util.ArrayList;
import java.util.List;

/**
 * A user and its permissions: those of any of its selectors. Every user has the first selector.
 *
 * <p>Clients refer to their user, so it stays the same object when its rules change.
 */
public final class User {
    /** A user without permissions: the user of a client before it is admitted. */
    public static final User NOBODY = new User();

    /** Whether payloads that this user restores are sanitized, as {@code ACL LIST} shows it. */
    private static final String SANITIZE = "sanitize-payload";

    private static final String SKIP_SANITIZE = "skip-sanitize-payload";

    private final String name;
    private final CommandIndex index;
    private boolean enabled;
    private boolean withoutPassword;
    private boolean sanitized = true;
    private List<Password> passwords = new ArrayList<>();
    private List<Selector> selectors = new ArrayList<>();
    private boolean mayDoAll;

    private User() {
        name = "";
        index = null;
    }

    /** A user without permissions, except for all channels if asked to, who cannot log in. */
    User(String name, CommandIndex index, boolean allChannels) {
        this.name = name;
        this.index = index;
        selectors.add(new Selector(index, allChannels));
    }

    /** Another user of this name with the same rules. */
    User copy() {
        User copy = new User(name, index, false);
        copy.become(this);
        return copy;
    }

    /** Replaces its rules by those of another user. */
    void become(User other) {
        enabled = other.enabled;
        withoutPassword = other.withoutPassword;
        sanitized = other.sanitized;
        passwords = new ArrayList<>(other.passwords);
        selectors = new ArrayList<>(other.selectors.stream().map(Selector::copy).toList());
        mayDoAll = other.mayDoAll;
    }

    public String name() {
        return name;
    }

    /** Whether clients may log in as this user. */
    public boolean isEnabled() {
        return enabled;
    }

    /** Whether any password is accepted. */
    public boolean isWithoutPassword() {
        return withoutPassword;
    }

    /**
     * Whether this user may run every command with every key and channel: the usual case, checked for every request.
     */
    public boolean mayDoAll() {
        return mayDoAll;
    }

    /** The selectors; at least one. */
    public List<Selector> selectors() {
        return selectors;
    }

    /** The SHA-256 of each password, 64 hexadecimal digits. */
    public List<String> passwordHashes() {
        return passwords.stream().map(Password::hash).toList();
    }

    /** Whether clients may log in as this user with this password; compares in constant time. */
    boolean accepts(Slice password) {
        if (!enabled) {
            return false;
        }
        if (withoutPassword) {
            return true;
        }
        String hash = Password.hash(password);
        boolean right = false;
        for (Password one : passwords) {
            right |= one.hasHash(hash);
        }
        return right;
    }

    /**
     * Applies a rule, as Redis's {@code ACLSetUser}.
     *
     * @param allChannels whether new selectors may use all channels
     * @throws RuleException the rule is invalid; nothing has changed
     */
    void follow(String rule, boolean allChannels) throws RuleException {
        switch (ByteText.lowerCase(rule)) {
            case "" -> {}
            case "on" -> enabled = true;
            case "off" -> enabled = false;
            case SANITIZE -> sanitized = true;
            case SKIP_SANITIZE -> sanitized = false;
            case "nopass" -> resetPasswords(true);
            case "resetpass" -> resetPasswords(false);
            case "clearselectors" -> selectors.subList(1, selectors.size()).clear();
            case "reset" -> become(new User(name, index, allChannels));
            default -> followOther(rule, allChannels);
        }
        mayDoAll = selectors.stream().anyMatch(Selector::allowsEverything);
    }

    private void followOther(String rule, boolean allChannels) throws RuleException {
        String rest = rule.substring(1);
        switch (rule.charAt(0)) {
            case '>' -> add(Password.ofText(rest));
            case '#' -> add(Password.ofHash(rest));
            case '<' -> remove(Password.ofText(rest));
            case '!' -> remove(Password.ofHash(rest));
            default -> {
                if (rule.startsWith("(") && rule.endsWith(")")) {
                    selectors.add(Selector.of(rule.substring(1, rule.length() - 1), index, allChannels));
                } else {
                    selectors.getFirst().follow(rule);
                }
            }
        }
    }

    private void resetPasswords(boolean without) {
        withoutPassword = without;
        passwords.clear();
    }

    private void add(Password password) {
        if (!passwords.contains(password)) {
            passwords.add(password);
        }
        withoutPassword = false;
    }

    private void remove(Password password) throws RuleException {
        if (!passwords.remove(password)) {
            throw RuleException.noSuchPassword();
        }
    }

    /** The flags of the user. */
    public List<String> flags() {
        List<String> flags = new ArrayList<>();
        flags.add(enabled ? "on" : "off");
        if (withoutPassword) {
            flags.add("nopass");
        }
        flags.add(sanitized ? SANITIZE : SKIP_SANITIZE);
        return flags;
    }

    /** The rules that make this user from nothing, as Redis 7.2's {@code ACLDescribeUser}. */
    public String rules() {
        StringBuilder rules = new StringBuilder();
        flags().forEach(flag -> rules.append(flag).append(' '));
        passwords.forEach(password -> rules.append('#').append(password.hash()).append(' '));
        rules.append(selectors.getFirst());
        selectors.stream()
                .skip(1)
                .forEach(selector -> rules.append(" (").append(selector).append(')'));
        return rules.toString();
    }

    /** The line of the user in a file and in {@code ACL LIST}. */
    @Override
    public String toString() {
        return "user " + name + " " + rules();
    }
}
