package dev.miniredis.cli;

import dev.miniredis.log.LogEntry;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * {@code mini-redis log export}. A replay of what it prints comes to what the log came to, whenever it happens: what
 * hung on the time or on what was there is replaced by its outcome.
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

    private final Deadlines deadlines = new Deadlines();
    private int database;

    /** What is printed. */
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
        List<Request> commands = new ArrayList<>();
        for (Request command : entry.commands()) { // also those not wanted: others may keep their deadlines
            commands.add(lasting(command, deadlines.apply(entry.database(), command, entry.atMillis())));
        }
        if (wanted && format == Format.json) {
            out.line(json(scan));
        } else if (wanted) {
            exportResp(entry.database(), commands, out);
        }
    }

    /** The command without what hangs on the time of the replay: EX, PX, KEEPTTL; NX and XX were met, GET is answered. */
    private static Request lasting(Request command, long deadline) {
        if (!Deadlines.isSet(command) || command.size() == 3) {
            return command;
        }
        byte[] set = command.arg(0).copy();
        byte[] key = command.arg(1).copy();
        byte[] value = command.arg(2).copy();
        return deadline == Deadlines.NEVER
                ? Request.of(set, key, value)
                : Request.of(set, key, value, ascii("PXAT"), ascii(Long.toString(deadline)));
    }

    private void exportResp(int entryDatabase, List<Request> commands, LogOutput out) throws IOException {
        if (database != entryDatabase) {
            database = entryDatabase;
            write(Request.of(ascii("SELECT"), ascii(Integer.toString(database))), out);
        }
        boolean together = commands.size() > 1;
        if (together) {
            write(Request.of(ascii("MULTI")), out);
        }
        for (Request command : commands) {
            write(command, out);
        }
        if (together) {
            write(Request.of(ascii("EXEC")), out);
        }
    }

    private static void write(Request command, LogOutput out) throws IOException {
        out.write(ascii("*" + command.size() + "\r\n"));
        for (int i = 0; i < command.size(); i++) {
            Slice word = command.arg(i);
            out.write(ascii("$" + word.length() + "\r\n"));
            out.write(word.bytes(), word.offset(), word.length());
            out.write(ascii("\r\n"));
        }
    }

    private static String json(LogScan scan) {
        LogEntry entry = scan.entry();
        StringBuilder json = new StringBuilder("{");
        json.append(scan.isBaseLine() ? "\"base\":" : "\"lsn\":").append(entry.lsn());
        json.append(",\"time\":\"").append(EntryPrinter.time(entry.atMillis())).append('"');
        if (!scan.isBaseLine()) {
            Sender sender = Sender.of(entry.by());
            json.append(",\"user\":").append(JsonText.of(sender.user()));
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
