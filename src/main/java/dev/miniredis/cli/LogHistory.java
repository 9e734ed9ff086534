package dev.miniredis.cli;

import dev.miniredis.command.CommandError;
import dev.miniredis.keyspace.Keyspace;
import dev.miniredis.log.LogEntry;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** {@code mini-redis log history}: what became of a key. */
@Command(
        name = "history",
        description = "Prints every entry that touched a key, and what the key was after it.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class LogHistory implements Callable<Integer> {
    private static final byte[] SET = "SET".getBytes(StandardCharsets.US_ASCII);

    @Spec
    private CommandSpec spec;

    @Mixin
    private LogFolder folder;

    @Mixin
    private EntryPrinter printer;

    @Option(names = "--db", paramLabel = "<number>", description = "The key's database, 0 by default.")
    private int database;

    @Parameters(
            paramLabel = "<key>",
            arity = "1",
            description = "The key; in quotes for any bytes, as log show prints them: '\"\\xff\"'.")
    private String keyText;

    private final KeyPlaces keyPlaces = new KeyPlaces();
    private final ReplayedLog replayed = new ReplayedLog();
    private ReplayedLog.KeyName name;
    private byte[] key;
    private long deadline = Keyspace.NEVER;
    private long entries;
    private long firstLsn;
    private long lastMillis;
    private boolean inBase;
    private boolean touched;
    private boolean known;

    @Override
    public Integer call() {
        key = keyBytes();
        name = ReplayedLog.KeyName.of(database, new Slice(key));
        return folder.run(out -> {
            try (LogScan scan = new LogScan(folder.directory(), out)) {
                while (scan.next()) {
                    if (firstLsn == 0 && !scan.isBaseLine()) {
                        firstLsn = scan.entry().lsn();
                    }
                    tell(scan, out);
                }
                tellExpiry(Math.max(lastMillis, System.currentTimeMillis()), out); // as the server's time: never before
                tellEnd(scan, out);
                return scan.exitCode();
            }
        });
    }

    private byte[] keyBytes() {
        try {
            return TypedBytes.parse(keyText).bytes();
        } catch (TypeConversionException wrong) {
            throw new ParameterException(spec.commandLine(), wrong.getMessage());
        }
    }

    private void tell(LogScan scan, LogOutput out) throws IOException {
        LogEntry entry = scan.entry();
        lastMillis = Math.max(lastMillis, entry.atMillis());
        inBase |= scan.isBaseLine();
        replayed.at(scan.isBaseLine());
        touched = false;
        known = inBase || firstLsn == 1;
        EntryCommands.forEach(entry, (place, command) -> apply(place, command, entry.atMillis()));
        if (touched) {
            tellExpiry(entry.atMillis(), out);
            entries++;
            out.write(printer.print(scan));
            if (known) {
                out.line("      " + outcome());
            }
            deadline = replayed.deadline(name);
        }
    }

    private void apply(int place, Request command, long atMillis) {
        boolean wasThere = replayed.contains(name);
        try {
            replayed.apply(place, command, atMillis);
            touched |= replayed.changed().contains(name) || wasThere && !replayed.contains(name);
        } catch (CommandError e) { // of another version: its effect is unknown
            known = false;
        }
        touched |= place == database && keyPlaces.anyKey(command, word -> word.contentEquals(key));
    }

    /** The key after an entry. */
    private String outcome() {
        if (!replayed.contains(name)) {
            return "gone";
        }
        Request state = replayed.state(name).getFirst();
        StringBuilder text = new StringBuilder(state.arg(0).contentEquals(SET) ? "=" : "= " + state.arg(0));
        boolean expires = replayed.deadline(name) != Keyspace.NEVER;
        for (int i = 2; i < state.size() - (expires ? 2 : 0); i++) {
            text.append(' ').append(EntryPrinter.word(state.arg(i)));
        }
        return expires
                ? text.append(", expires ")
                        .append(EntryPrinter.time(replayed.deadline(name)))
                        .toString()
                : text.toString();
    }

    private void tellExpiry(long nowMillis, LogOutput out) throws IOException {
        if (Keyspace.isOver(deadline, nowMillis)) {
            out.line("      expired " + EntryPrinter.time(deadline));
            deadline = Keyspace.NEVER;
        }
    }

    private void tellEnd(LogScan scan, LogOutput out) throws IOException {
        String name = EntryPrinter.word(key);
        if (entries == 0) {
            out.note("No entry has touched " + name + (database == 0 ? "." : " in database " + database + "."));
        }
        long baseLsn = scan.cursor().baseLsn();
        if (baseLsn > 0) {
            String retained = firstLsn == 0 ? "none yet" : "from " + firstLsn + " on";
            out.note("Entries are retained " + retained + "; the base, at " + baseLsn
                    + ", tells only what was there then.");
        } else if (firstLsn > 0) {
            out.note("Entries are retained from " + firstLsn + " on" + (firstLsn == 1 ? ": all of them." : "."));
        }
    }
}
