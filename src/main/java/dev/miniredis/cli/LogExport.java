package dev.miniredis.cli;

import dev.miniredis.command.CommandError;
import dev.miniredis.log.LogEntry;
import dev.miniredis.resp.ByteText;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.RequestWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code mini-redis log export}. A replay of its output gives the data of the log at any time: a
 * command that a deadline had a part in is replaced by its outcome, and so is every one of an export of a part of the
 * log.
 */
@Command(
        name = "export",
        description = {
            "Prints the log for another program: its base, then its entries.",
            "resp, the default, is for `redis-cli --pipe`: expiries are absolute there. json is an object a line."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class LogExport implements Callable<Integer> {
    @Mixin
    private LogFolder folder;

    @Mixin
    private EntryFilter filter;

    @Option(
            names = "--format",
            paramLabel = "<format>",
            defaultValue = "resp",
            description = "${COMPLETION-CANDIDATES}.")
    private Format format;

    private final ReplayedLog replayed = new ReplayedLog();
    private final KeyPlaces keyPlaces = new KeyPlaces();
    private final List<Placed> commands = new ArrayList<>();
    private int database;

    /** A command and the database that it works on. */
    private record Placed(int database, Request command) {}

    /** The form of the output. */
    enum Format {
        resp,
        json
    }

    @Override
    public Integer call() {
        return folder.run(out -> {
            try (LogScan scan = new LogScan(folder.directory(), out)) {
                while (scan.next()) {
                    if (!scan.isCoveredByBase()) {
                        export(scan, out);
                    }
                }
                return scan.exitCode();
            }
        });
    }

    private void export(LogScan scan, LogOutput out) throws IOException {
        LogEntry entry = scan.entry();
        boolean wanted = filter.matches(entry, scan.isBaseLine());
        if (format == Format.json) {
            if (wanted) {
                out.line(json(scan));
            }
            return;
        }
        commands.clear();
        replayed.at(scan.isBaseLine());
        EntryCommands.forEach(
                entry, (place, command) -> replay(place, command, entry.atMillis(), out)); // wanted or not
        if (wanted) {
            exportResp(out);
        }
    }

    /** Runs a command and finds what to print for it. */
    private void replay(int place, Request command, long atMillis, LogOutput out) throws IOException {
        boolean readsMortal = keyPlaces.anyKey(command, key -> replayed.isMortal(ReplayedLog.KeyName.of(place, key)));
        try {
            replayed.apply(place, command, atMillis);
        } catch (CommandError e) {
            out.note("mini-redis: " + EntryPrinter.word(command.arg(0)) + " is printed as it is: " + e.getMessage());
            commands.add(new Placed(place, command));
            return;
        }
        if (replayed.changed().isEmpty() || !(readsMortal || replayed.hasChangedSomethingMortal() || filter.isSet())) {
            commands.add(new Placed(place, command));
            return;
        }
        for (ReplayedLog.KeyName key : replayed.changed()) {
            replayed.state(key).forEach(state -> commands.add(new Placed(key.database(), state)));
        }
    }

    private void exportResp(LogOutput out) throws IOException {
        boolean together = commands.size() > 1;
        if (together) {
            select(commands.getFirst().database(), out);
            write(Request.of(ascii("MULTI")), out);
        }
        for (Placed placed : commands) {
            select(placed.database(), out);
            write(placed.command(), out);
        }
        if (together) {
            write(Request.of(ascii("EXEC")), out);
        }
    }

    private void select(int wanted, LogOutput out) throws IOException {
        if (database != wanted) {
            database = wanted;
            write(Request.of(ascii("SELECT"), ascii(Integer.toString(database))), out);
        }
    }

    private static void write(Request command, LogOutput out) throws IOException {
        out.write(RequestWriter.bytes(command));
    }

    private static String json(LogScan scan) {
        LogEntry entry = scan.entry();
        StringBuilder json = new StringBuilder("{");
        json.append(scan.isBaseLine() ? "\"base\":" : "\"lsn\":").append(entry.lsn());
        json.append(",\"time\":\"").append(EntryPrinter.time(entry.atMillis())).append('"');
        if (!scan.isBaseLine()) {
            Sender sender = Sender.of(entry.by());
            json.append(",\"user\":").append(JsonText.of(ByteText.bytes(sender.user())));
            json.append(",\"address\":").append(JsonText.of(sender.address()));
        }
        json.append(",\"db\":").append(entry.database()).append(",\"commands\":[");
        for (int i = 0; i < entry.commands().size(); i++) {
            json.append(i == 0 ? "[" : ",[");
            Request command = entry.commands().get(i);
            for (int word = 0; word < command.size(); word++) {
                json.append(word == 0 ? "" : ",")
                        .append(JsonText.of(command.arg(word).copy()));
            }
            json.append(']');
        }
        return json.append("]}").toString();
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
