package dev.miniredis.cli;

import dev.miniredis.log.LogEntry;
import dev.miniredis.log.Moment;
import dev.miniredis.resp.ByteText;
import dev.miniredis.resp.Glob;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/**
 * Selects the entries that match all given options. A line of a base counts as an entry of the base's number
 * and time without a sender.
 */
final class EntryFilter {
    @Option(
            names = "--key",
            paramLabel = "<glob>",
            converter = TypedBytes.Converter.class,
            description = "Entries with a key like this: user:*; in quotes for any bytes: '\"\\xff*\"'.")
    private TypedBytes key;

    @Option(
            names = "--command",
            paramLabel = "<name>",
            split = ",",
            description = "Entries with one of these commands: set,del.")
    private List<String> commands;

    @Option(names = "--user", paramLabel = "<name>", description = "Entries that this user has sent.")
    private String user;

    @Option(
            names = "--address",
            paramLabel = "<host:port>",
            description = "Entries sent from here: the address or its beginning, or a pattern with * and ?.")
    private String address;

    @Option(
            names = "--since",
            paramLabel = "<time|lsn>",
            converter = MomentConverter.class,
            description = "Entries from here on: 2025-11-22T17:55:01Z, 2025-11-22 (of this time zone), or a number.")
    private Moment since;

    @Option(
            names = "--until",
            paramLabel = "<time|lsn>",
            converter = MomentConverter.class,
            description = "Entries up to here, this one included.")
    private Moment until;

    @Option(
            names = "--lsn",
            paramLabel = "<from[-to]>",
            converter = LsnRange.Converter.class,
            description = "Entries of these numbers: 7, 7-9, or 7- for all from 7 on.")
    private LsnRange range;

    private KeyPlaces keyPlaces;
    private Glob keyGlob;
    private Glob addressGlob;

    /** Whether there is any entry that is not wanted. */
    boolean isSet() {
        return key != null
                || commands != null
                || user != null
                || address != null
                || since != null
                || until != null
                || range != null;
    }

    boolean matches(LogEntry entry, boolean isBaseLine) {
        boolean inTime = (since == null || since.isReachedBy(entry.lsn(), entry.atMillis()))
                && (until == null || until.includes(entry.lsn(), entry.atMillis()))
                && (range == null || entry.lsn() >= range.from() && entry.lsn() <= range.to());
        return inTime && isSentBySomeoneWanted(entry, isBaseLine) && hasCommand(entry);
    }

    private boolean isSentBySomeoneWanted(LogEntry entry, boolean isBaseLine) {
        if (user == null && address == null) {
            return true;
        }
        if (isBaseLine) {
            return false;
        }
        Sender sender = Sender.of(entry.by());
        return (user == null || user.equals(sender.user())) && (address == null || isFromAddress(sender.address()));
    }

    private boolean isFromAddress(String text) {
        if (address.indexOf('*') < 0 && address.indexOf('?') < 0) {
            return text.startsWith(address) || inFull(text).startsWith(inFull(address));
        }
        if (addressGlob == null) {
            addressGlob = Glob.of(Slice.of(address.replace("[", "\\["))); // of [::1], no class of letters
        }
        byte[] bytes = ByteText.bytes(text);
        return addressGlob.matches(bytes, 0, bytes.length);
    }

    /** An address whose IPv6 part is not shortened; logs of the first versions have it so. */
    private static String inFull(String text) {
        int end = text.startsWith("[") ? text.indexOf(']') : text.length();
        String host = end < 0 ? text : text.substring(text.startsWith("[") ? 1 : 0, end);
        if (host.indexOf(':') < 0) {
            return text;
        }
        try {
            String rest = end == text.length() ? "" : text.substring(end + 1);
            return "[" + InetAddress.ofLiteral(host).getHostAddress() + "]" + rest;
        } catch (IllegalArgumentException notAnAddress) {
            return text;
        }
    }

    private boolean hasCommand(LogEntry entry) {
        for (Request command : entry.commands()) {
            if ((commands == null || isNamed(command.arg(0))) && (key == null || hasKey(command))) {
                return true;
            }
        }
        return false;
    }

    private boolean isNamed(Slice name) {
        for (String wanted : commands) {
            if (name.equalsIgnoreCase(wanted.strip().toUpperCase(Locale.ROOT).getBytes(StandardCharsets.UTF_8))) {
                return true;
            }
        }
        return false;
    }

    private boolean hasKey(Request command) {
        if (keyGlob == null) {
            keyGlob = Glob.of(new Slice(key.bytes()));
            keyPlaces = new KeyPlaces();
        }
        return keyPlaces.anyKey(command, text -> keyGlob.matches(text.bytes(), text.offset(), text.length()));
    }

    /** Numbers of entries, both ends included. */
    record LsnRange(long from, long to) {
        static final class Converter implements ITypeConverter<LsnRange> {
            @Override
            public LsnRange convert(String text) {
                String number = Moment.NUMBER;
                if (!text.matches(number + "(-(" + number + ")?)?")) {
                    throw new TypeConversionException("'" + text + "' is no range of numbers such as 7, 7-9 or 7-");
                }
                int dash = text.indexOf('-');
                long from = Long.parseLong(dash < 0 ? text : text.substring(0, dash));
                if (dash < 0) {
                    return new LsnRange(from, from);
                }
                String to = text.substring(dash + 1);
                return new LsnRange(from, to.isEmpty() ? Long.MAX_VALUE : Long.parseLong(to));
            }
        }
    }
}
