package dev.miniredis.acl;

import dev.miniredis.resp.ByteText;
import dev.miniredis.resp.Slice;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * All users, by their names. There is always a user named {@value #DEFAULT}: that of clients that have not logged in.
 */
public final class Users {
    public static final String DEFAULT = "default";

    private static final String FREE_FOR_ALL = "allcommands allkeys allchannels on nopass";
    private static final String NOTHING_CHANGED =
            "WARNING: ACL errors detected, no change to the previously active ACL rules was performed";

    private final CommandIndex index;
    private final User defaultUser;
    private final AccessLog log = new AccessLog();
    private TreeMap<String, User> users = new TreeMap<>(ByteText.BYTE_ORDER);
    private boolean allChannels;

    public Users(CommandIndex index) {
        this.index = index;
        defaultUser = freeForAll();
        users.put(DEFAULT, defaultUser);
    }

    private User freeForAll() {
        User user = new User(DEFAULT, index, false);
        try {
            for (String rule : FREE_FOR_ALL.split(" ")) {
                user.follow(rule, false);
            }
        } catch (RuleException e) {
            throw new IllegalStateException(e);
        }
        return user;
    }

    /** The log of denials. */
    public AccessLog log() {
        return log;
    }

    /** Sets whether new users may use all channels, Redis's {@code acl-pubsub-default}. */
    public void allChannelsByDefault(boolean all) {
        allChannels = all;
    }

    /** The user of clients that have not logged in. */
    public User defaultUser() {
        return defaultUser;
    }

    /** Whether clients need not log in. */
    public boolean isOpen() {
        return defaultUser.isEnabled() && defaultUser.isWithoutPassword();
    }

    /** The user of this name; null if there is none. */
    public User find(String name) {
        return users.get(name);
    }

    /** All users, in the order of the bytes of their names. */
    public Collection<User> all() {
        return Collections.unmodifiableCollection(users.values());
    }

    /** The user of this name if the password is right; otherwise null. */
    public User logIn(String name, Slice password) {
        User user = users.get(name);
        return user != null && user.accepts(password) ? user : null;
    }

    /** Sets the only password of the default user; an empty one removes it. */
    public void defaultPassword(String password) {
        try {
            defaultUser.follow("resetpass", allChannels);
            defaultUser.follow(password.isEmpty() ? "nopass" : ">" + password, allChannels);
        } catch (RuleException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * A copy of a user, who may be new, with some rules applied. Nothing changes until it is {@linkplain #put put}.
     *
     * @throws RuleException a rule is invalid
     */
    public User changed(String name, List<String> rules) throws RuleException {
        User old = users.get(name);
        User changed = old == null ? new User(name, index, allChannels) : old.copy();
        for (String rule : mergeSelectors(rules)) {
            try {
                changed.follow(rule, allChannels);
            } catch (RuleException e) {
                throw e.ofModifier(rule);
            }
        }
        return changed;
    }

    /** Replaces or adds a user by the result of {@link #changed}. */
    public void put(User changed) {
        User old = users.putIfAbsent(changed.name(), changed);
        if (old != null) {
            old.become(changed);
        }
    }

    /**
     * Adds a user, or redefines the default one, as the directive {@code user} of Redis's file of parameters
     * does.
     *
     * @param words a name and rules
     * @throws RuleException there is one of this name, or a rule is invalid; nothing has changed
     */
    public void declare(List<String> words) throws RuleException {
        String name = words.getFirst();
        if (Selector.hasSpaces(name)) {
            throw RuleException.spacesInName();
        }
        if (users.containsKey(name) && !name.equals(DEFAULT)) {
            throw RuleException.duplicateUser();
        }
        User user = new User(name, index, allChannels);
        for (String rule : mergeSelectors(words.subList(1, words.size()))) {
            user.follow(rule, allChannels);
        }
        put(user);
    }

    /**
     * Removes a user. Clients may still refer to it.
     *
     * @return null if there is no such user
     */
    public User remove(String name) {
        return users.remove(name);
    }

    /**
     * Joins the words of rules in parentheses, as Redis's {@code ACLMergeSelectorArguments}.
     */
    private static List<String> mergeSelectors(List<String> words) throws RuleException {
        List<String> rules = new ArrayList<>();
        StringBuilder open = null;
        String start = null;
        for (String word : words) {
            if (open != null) {
                open.append(' ').append(word);
            } else if (word.startsWith("(") && !word.endsWith(")")) {
                open = new StringBuilder(word);
                start = word;
            } else {
                rules.add(word);
            }
            if (open != null && word.endsWith(")")) {
                rules.add(open.toString());
                open = null;
            }
        }
        if (open != null) {
            throw RuleException.unmatchedParenthesis(start);
        }
        return rules;
    }

    /** All users in the form of a file. */
    public String text() {
        StringBuilder text = new StringBuilder();
        users.values().forEach(user -> text.append(user).append('\n'));
        return text.toString();
    }

    /**
     * Replaces the users by those of a file: all of them, or none if there is an error, as Redis 7.2's {@code
     * ACLLoadFromFile}.
     *
     * @param name of the file, for messages
     * @return the removed users; clients may still refer to them
     * @throws IllegalArgumentException the message tells the line and its error
     */
    public Set<User> load(String text, String name) {
        TreeMap<String, User> loaded = new TreeMap<>(ByteText.BYTE_ORDER);
        StringBuilder errors = new StringBuilder();
        String[] lines = text.split("\n", -1);
        for (int i = 0; i < lines.length; i++) {
            String line = ByteText.trim(lines[i], " \t\r\n");
            if (!line.isEmpty()) {
                loadLine(line, name + ":" + (i + 1), i + 1, loaded, errors);
            }
        }
        if (!errors.isEmpty()) {
            throw new IllegalArgumentException(errors + NOTHING_CHANGED);
        }
        User loadedDefault = loaded.get(DEFAULT);
        defaultUser.become(loadedDefault == null ? freeForAll() : loadedDefault);
        loaded.put(DEFAULT, defaultUser);
        Set<User> gone = new HashSet<>(users.values());
        gone.remove(defaultUser);
        users = loaded;
        return gone;
    }

    private void loadLine(String line, String place, int number, SortedMap<String, User> loaded, StringBuilder errors) {
        List<String> words = List.of(line.split(" ", -1));
        if (words.size() < 2 || !words.getFirst().equals("user")) {
            errors.append(place).append(" should start with user keyword followed by the username. ");
            return;
        }
        String name = words.get(1);
        if (Selector.hasSpaces(name)) {
            errors.append("'").append(place).append(": username '").append(name);
            errors.append("' contains invalid characters. ");
            return;
        }
        User user = new User(name, index, allChannels);
        if (loaded.putIfAbsent(name, user) != null) {
            errors.append("WARNING: Duplicate user '").append(name).append("' found on line ");
            errors.append(number).append(". ");
            return;
        }
        try {
            followAll(mergeSelectors(words.subList(2, words.size())), user, place, errors);
        } catch (RuleException e) {
            errors.append(place).append(": Unmatched parenthesis in selector definition.");
        }
    }

    /**
     * Of errors whose text may hold a secret, only the type of the first is reported: it may have caused the others.
     */
    private void followAll(List<String> rules, User user, String place, StringBuilder errors) {
        boolean told = false;
        for (String word : rules) {
            String rule = ByteText.trim(word, "\t\r\n");
            try {
                user.follow(rule, allChannels);
            } catch (RuleException e) {
                if (e.isUnknownName()) {
                    errors.append(place)
                            .append(": Error in applying operation '")
                            .append(rule);
                    errors.append("': ").append(e.getMessage()).append(". ");
                } else if (!told) {
                    errors.append(place).append(": ").append(e.getMessage()).append(". ");
                    told = true;
                }
            }
        }
    }
}
