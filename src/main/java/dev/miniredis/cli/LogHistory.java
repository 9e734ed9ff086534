package dev.miniredis.cli;

import dev.miniredis.log.LogEntry;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import java.io.IOException;
import java.util.List;
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
    private final Deadlines deadlines = new Deadlines();
    private byte[] key;
    private long deadline = Deadlines.NEVER;
    private long entries;
    private long firstLsn;

    @Override
    public Integer call() {
        key = keyBytes();
        return folder.run(out -> {
            try (LogScan scan = new LogScan(folder.directory(), out)) {
                while (scan.next()) {
                    if (firstLsn == 0 && !scan.isBaseLine()) {
                        firstLsn = scan.entry().lsn();
                    }
                    tell(scan, out);
                }
                tellExpiry(System.currentTimeMillis(), out);
                tellEnd(scan, out);
                return scan.exitCode();
            }
        });
    }

    private byte[] keyBytes() {
        try {
            byte[] typed = CommandLineBytes.of(List.of(keyText)).getFirst();
            byte[] parsed = TypedBytes.parse(keyText).bytes();
            return keyText.startsWith("\"") ? parsed : typed;
        } catch (TypeConversionException wrong) {
            throw new ParameterException(spec.commandLine(), wrong.getMessage());
        }
    }

    private void tell(LogScan scan, LogOutput out) throws IOException {
        LogEntry entry = scan.entry();
        String effect = null;
        boolean touched = false;
        for (Request command : entry.commands()) {
            long given = deadlines.apply(entry.database(), command, entry.atMillis());
            if (touches(entry, command)) {
                if (!touched) {
                    tellExpiry(entry.atMillis(), out);
                }
                touched = true;
                effect = effect(command, given);
                deadline = given;
            }
        }
        if (touched) {
            entries++;
            out.write(printer.print(scan));
            if (effect != null) {
                out.line("      " + effect);
            }
        }
    }

    private boolean touches(LogEntry entry, Request command) {
        String name = Deadlines.name(command);
        if (name.equals("FLUSHALL")) {
            return true;
        }
        return entry.database() == database
                && (name.equals("FLUSHDB") || keyPlaces.anyKey(command, word -> word.contentEquals(key)));
    }

    private static String effect(Request command, long given) {
        if (Deadlines.isSet(command)) {
            Slice value = command.arg(2);
            String expiry = given == Deadlines.NEVER ? "" : ", expires " + EntryPrinter.time(given);
            return "= " + EntryPrinter.word(value) + expiry;
        }
        return switch (Deadlines.name(command)) {
            case "DEL", "FLUSHDB", "FLUSHALL" -> "gone";
            default -> null;
        };
    }

    private void tellExpiry(long nowMillis, LogOutput out) throws IOException {
        if (deadline <= nowMillis) {
            out.line("      expired " + EntryPrinter.time(deadline));
            deadline = Deadlines.NEVER;
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
