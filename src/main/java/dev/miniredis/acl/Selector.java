package dev.miniredis.acl;

import dev.miniredis.resp.ByteText;
import dev.miniredis.resp.InlineWords;
import dev.miniredis.resp.ProtocolException;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Commands, keys and channels that may be used together. Rules change it in their order, as Redis 7.2's {@code
 * ACLSetSelector} does.
 *
 * <p>The rules about commands are kept beside the bits that they set, so that they can be shown in their order: {@code
 * +@read -get} differs from {@code -get +@read}. Of two rules for the same name only the later one is kept,
 * and a rule for a command replaces those for its subcommands.
 */
public final class Selector {
    private static final String ALL = "@all";

    private final CommandIndex index;
    private final BitSet commands = new BitSet();
    private final Map<Integer, List<String>> firstArguments =
            new HashMap<>(); // of commands that are not allowed without it
    private final List<String> commandRules = new ArrayList<>(); // since the last +@all or -@all
    private final List<KeyPattern> keys = new ArrayList<>();
    private final List<ChannelPattern> channels = new ArrayList<>();
    private boolean fromAll; // whether those rules begin with +@all
    private boolean allCommands;
    private boolean allKeys;
    private boolean allChannels;

    /** Allows nothing, except all channels if asked to. */
    Selector(CommandIndex index, boolean allChannels) {
        this.index = index;
        this.allChannels = allChannels;
    }

    Selector copy() {
        Selector copy = new Selector(index, allChannels);
        copy.commands.or(commands);
        firstArguments.forEach((command, words) -> copy.firstArguments.put(command, new ArrayList<>(words)));
        copy.commandRules.addAll(commandRules);
        copy.keys.addAll(keys);
        copy.channels.addAll(channels);
        copy.fromAll = fromAll;
        copy.allCommands = allCommands;
        copy.allKeys = allKeys;
        return copy;
    }

    /**
     * One of the rules {@code (+get ~a)}, without its parentheses. Redis reads one with unbalanced quotes as empty.
     */
    static Selector of(String rules, CommandIndex index, boolean allChannels) throws RuleException {
        Selector selector = new Selector(index, allChannels);
        byte[] line = ByteText.bytes(rules);
        Request words = new Request();
        try {
            InlineWords.split(line, 0, line.length, words);
        } catch (ProtocolException e) {
            return selector;
        }
        for (int i = 0; i < words.size(); i++) {
            selector.follow(words.arg(i).toString());
        }
        return selector;
    }

    /**
     * Applies a rule.
     *
     * @throws RuleException the rule is invalid; nothing has changed
     */
    void follow(String rule) throws RuleException {
        switch (ByteText.lowerCase(rule)) {
            case "allkeys", "~*" -> setAllKeys(true);
            case "resetkeys" -> setAllKeys(false);
            case "allchannels", "&*" -> setAllChannels(true);
            case "resetchannels" -> setAllChannels(false);
            case "allcommands", "+@all" -> setAllCommands(true);
            case "nocommands", "-@all" -> setAllCommands(false);
            default -> followOther(rule);
        }
    }

    private void followOther(String rule) throws RuleException {
        String rest = rule.isEmpty() ? "" : rule.substring(1);
        switch (rule.isEmpty() ? ' ' : rule.charAt(0)) {
            case '~' -> addKeys(rest, true, true);
            case '%' -> addKeys(rest);
            case '&' -> addChannels(rest);
            case '+', '-' -> {
                boolean allow = rule.charAt(0) == '+';
                if (rest.startsWith("@")) {
                    setCategory(rest, allow);
                } else if (allow && rest.indexOf('|') >= 0) {
                    allowPart(rest);
                } else {
                    setCommand(number(rest), allow);
                }
            }
            default -> throw RuleException.syntax();
        }
    }

    private void setAllKeys(boolean all) {
        allKeys = all;
        keys.clear();
    }

    private void setAllChannels(boolean all) {
        allChannels = all;
        channels.clear();
    }

    private void setAllCommands(boolean all) {
        commands.set(0, index.count(), all);
        allCommands = all;
        fromAll = all;
        commandRules.clear();
        firstArguments.clear();
    }

    /** {@code R~pattern}, {@code W~pattern}, {@code RW~pattern}: the tilde may be missing if the pattern is empty. */
    private void addKeys(String permissionsAndPattern) throws RuleException {
        if (allKeys) {
            throw RuleException.allKeys();
        }
        boolean read = false;
        boolean write = false;
        int at = 0;
        for (; at < permissionsAndPattern.length() && permissionsAndPattern.charAt(at) != '~'; at++) {
            char letter = Character.toUpperCase(permissionsAndPattern.charAt(at));
            if (letter == 'R' && !read) {
                read = true;
            } else if (letter == 'W' && !write) {
                write = true;
            } else {
                throw RuleException.syntax();
            }
        }
        if (!read && !write) {
            throw RuleException.syntax();
        }
        addKeys(permissionsAndPattern.substring(Math.min(at + 1, permissionsAndPattern.length())), read, write);
    }

    private void addKeys(String pattern, boolean read, boolean write) throws RuleException {
        if (allKeys) {
            throw RuleException.allKeys();
        }
        checkSpaces(pattern);
        KeyPattern added = new KeyPattern(pattern, read, write);
        for (int i = 0; i < keys.size(); i++) {
            if (keys.get(i).pattern().equals(pattern)) {
                keys.set(i, keys.get(i).and(added));
                return;
            }
        }
        keys.add(added);
    }

    private void addChannels(String pattern) throws RuleException {
        if (allChannels) {
            throw RuleException.allChannels();
        }
        checkSpaces(pattern);
        ChannelPattern added = new ChannelPattern(pattern);
        if (!channels.contains(added)) {
            channels.add(added);
        }
    }

    private static void checkSpaces(String pattern) throws RuleException {
        if (hasSpaces(pattern)) {
            throw RuleException.syntax();
        }
    }

    /** Whether a name or a pattern has characters that separate rules, as Redis's {@code ACLStringHasSpaces}. */
    public static boolean hasSpaces(String text) {
        return text.chars().anyMatch(letter -> letter == ' ' || letter >= '\t' && letter <= '\r' || letter == 0);
    }

    private int number(String name) throws RuleException {
        int number = index.find(name);
        if (number == CommandIndex.NONE) {
            throw RuleException.unknownName();
        }
        return number;
    }

    private void setCommand(int command, boolean allow) {
        setBits(command, allow);
        keepRule(index.name(command), allow);
    }

    private void setBits(int command, boolean allow) {
        commands.set(command, allow);
        firstArguments.remove(command);
        if (allow) {
            commands.or(index.subcommands(command));
        } else {
            commands.andNot(index.subcommands(command));
            allCommands = false;
        }
    }

    private void setCategory(String category, boolean allow) throws RuleException {
        BitSet members = index.category(category.substring(1));
        if (members == null) {
            throw RuleException.unknownName();
        }
        keepRule(ByteText.lowerCase(category), allow);
        members.stream().forEach(command -> setBits(command, allow));
    }

    /** {@code config|get}, a subcommand; or {@code select|0}, a command with this first argument only. */
    private void allowPart(String rule) throws RuleException {
        int bar = rule.lastIndexOf('|');
        int whole = number(rule.substring(0, bar));
        if (index.isSubcommand(whole)) {
            throw RuleException.firstArgumentOfSubcommand();
        }
        String part = rule.substring(bar + 1);
        if (part.isEmpty()) {
            throw RuleException.syntax();
        }
        if (!index.subcommands(whole).isEmpty()) {
            setBits(number(rule), true);
        } else {
            List<String> words = firstArguments.computeIfAbsent(whole, unused -> new ArrayList<>());
            if (words.stream().noneMatch(word -> ByteText.equalsIgnoreCase(word, part))) {
                words.add(part);
            }
        }
        keepRule(ByteText.lowerCase(rule), true);
    }

    private void keepRule(String name, boolean allow) {
        commandRules.removeIf(rule -> {
            String old = rule.substring(1);
            return old.equals(name) || old.startsWith(name + "|");
        });
        commandRules.add((allow ? "+" : "-") + name);
    }

    /** Whether every command is allowed with every key and channel. */
    boolean allowsEverything() {
        return allCommands && allKeys && allChannels;
    }

    /**
     * Whether a command is allowed.
     *
     * @param firstArgument the first argument; null if there is none
     */
    public boolean allowsCommand(int command, Slice firstArgument) {
        if (allCommands || commands.get(command)) {
            return true;
        }
        List<String> words = firstArguments.isEmpty() ? null : firstArguments.get(command);
        if (words == null || firstArgument == null) {
            return false;
        }
        String text = firstArgument.toString();
        return words.stream().anyMatch(word -> ByteText.equalsIgnoreCase(word, text));
    }

    public boolean allowsAllKeys() {
        return allKeys;
    }

    /** Whether it allows to read all keys. */
    public boolean allowsReadingAllKeys() {
        return allKeys
                || keys.stream().anyMatch(key -> key.read() && key.pattern().equals("*"));
    }

    /** Whether a key may be used in this way. */
    public boolean allowsKey(Slice key, boolean read, boolean write) {
        if (allKeys) {
            return true;
        }
        for (int i = 0; i < keys.size(); i++) {
            if (keys.get(i).allows(key, read, write)) {
                return true;
            }
        }
        return false;
    }

    public boolean allowsAllChannels() {
        return allChannels;
    }

    /**
     * Whether the user may publish to a channel, or subscribe to it.
     *
     * @param pattern whether it is a pattern of channels, which must be equal to that of a rule
     */
    public boolean allowsChannel(Slice channel, boolean pattern) {
        if (allChannels) {
            return true;
        }
        for (int i = 0; i < channels.size(); i++) {
            if (channels.get(i).allows(channel, pattern)) {
                return true;
            }
        }
        return false;
    }

    /** The rules about commands that make this from nothing. */
    public String commandRules() {
        String start = (fromAll ? "+" : "-") + ALL;
        return commandRules.isEmpty() ? start : start + " " + String.join(" ", commandRules);
    }

    /** The rules about keys. */
    public String keyRules() {
        return allKeys ? "~*" : join(keys);
    }

    /** The rules about channels. */
    public String channelRules() {
        return allChannels ? "&*" : join(channels);
    }

    private static String join(List<?> patterns) {
        return String.join(" ", patterns.stream().map(Object::toString).toList());
    }

    /** All rules, as Redis's {@code ACLDescribeSelector}. */
    @Override
    public String toString() {
        StringBuilder rules = new StringBuilder();
        add(rules, keyRules());
        add(rules, allChannels ? "" : "resetchannels");
        add(rules, channelRules());
        return rules.append(commandRules()).toString();
    }

    private static void add(StringBuilder rules, String more) {
        if (!more.isEmpty()) {
            rules.append(more).append(' ');
        }
    }
}
