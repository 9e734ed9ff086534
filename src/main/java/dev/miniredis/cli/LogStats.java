package dev.miniredis.cli;

import dev.miniredis.command.Command;
import dev.miniredis.command.CommandTable;
import dev.miniredis.commands.AllCommands;
import dev.miniredis.log.LogEntry;
import dev.miniredis.resp.Request;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mini-redis log stats}. */
@picocli.CommandLine.Command(
        name = "stats",
        description = "Tells how much the log holds, of which commands and keys, and by whom.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class LogStats implements Callable<Integer> {
    /** Different keys, users or addresses that are counted apart. */
    private static final int PLACES = 10_000;
    /** A longer key is truncated, so that memory stays bounded. */
    private static final int MAX_KEY_BYTES = 200;

    @Mixin
    private LogFolder folder;

    @Option(
            names = "-n",
            paramLabel = "<count>",
            defaultValue = "10",
            converter = EntryCount.class,
            description = "How many keys, users, addresses and large entries to name, ${DEFAULT-VALUE} by default.")
    private Long limit;

    private final CommandTable table = AllCommands.table();
    private final Map<String, Total> commands = new TreeMap<>();
    private final MostFrequent keys = new MostFrequent(PLACES);
    private final MostFrequent users = new MostFrequent(PLACES);
    private final MostFrequent hosts = new MostFrequent(PLACES);
    private final PriorityQueue<Large> largest = new PriorityQueue<>(Comparator.comparingLong(Large::bytes));
    private long entries;
    private long bytes;
    private long baseLines;
    private long baseBytes;
    private long firstLsn;
    private long firstMillis;
    private long lastMillis;

    private record Total(long count, long bytes) {}

    private record Large(long lsn, String what, long bytes) {}

    @Override
    public Integer call() {
        return folder.run(out -> {
            try (LogScan scan = new LogScan(folder.directory(), out)) {
                while (scan.next()) {
                    count(scan);
                }
                print(scan, out);
                return scan.exitCode();
            }
        });
    }

    private void count(LogScan scan) throws IOException {
        int length = scan.cursor().lineLength() + 1;
        if (scan.isBaseLine()) {
            baseLines++;
            baseBytes += length;
            return;
        }
        LogEntry entry = scan.entry();
        if (entries++ == 0) {
            firstLsn = entry.lsn();
            firstMillis = entry.atMillis();
        }
        lastMillis = entry.atMillis();
        bytes += length;
        EntryCommands.forEach(
                entry,
                (database, command) -> count(command, length / entry.commands().size(), database));
        Sender sender = Sender.of(entry.by());
        users.add(sender.user());
        hosts.add(sender.host());
        if (largest.size() < limit || !largest.isEmpty() && largest.peek().bytes() < length) {
            largest.add(new Large(entry.lsn(), summary(entry), length));
            if (largest.size() > limit) {
                largest.remove();
            }
        }
    }

    private void count(Request command, long length, int database) {
        Command known = table.named(command);
        String name = known == null ? "others" : known.name().toUpperCase(Locale.ROOT);
        commands.merge(
                name,
                new Total(1, length),
                (one, other) -> new Total(one.count() + other.count(), one.bytes() + other.bytes()));
        if (known != null) {
            known.forEachKey(
                    command,
                    (index, flags) -> keys.add((database == 0 ? "" : "db" + database + " ") + key(command, index)));
        }
    }

    private static String key(Request command, int index) {
        byte[] key = command.arg(index).copy();
        return key.length <= MAX_KEY_BYTES
                ? EntryPrinter.word(key)
                : EntryPrinter.word(java.util.Arrays.copyOf(key, MAX_KEY_BYTES)) + "...";
    }

    private static String summary(LogEntry entry) {
        Request first = entry.commands().getFirst();
        String more = entry.commands().size() > 1 ? " and " + (entry.commands().size() - 1) + " more" : "";
        return EntryPrinter.word(first.arg(0)) + (first.size() > 1 ? " " + key(first, 1) : "") + more;
    }

    private void print(LogScan scan, LogOutput out) throws IOException {
        long spanMillis = lastMillis - firstMillis;
        if (baseLines > 0 || scan.cursor().baseLsn() > 0) {
            out.line("base      " + baseLines + " lines, " + baseBytes + " bytes, stands for entries up to "
                    + scan.cursor().baseLsn());
        }
        out.line("entries   " + entries
                + (entries == 0 ? "" : ", " + firstLsn + " to " + scan.cursor().lastLsn()));
        out.line("bytes     " + bytes);
        if (entries == 0) {
            return;
        }
        out.line("time      " + EntryPrinter.time(firstMillis) + " to " + EntryPrinter.time(lastMillis));
        if (spanMillis > 0) {
            out.line("rate      " + String.format(Locale.ROOT, "%.1f entries/s", entries * 1000.0 / spanMillis));
        }
        out.line("\ncommands");
        for (Map.Entry<String, Total> command : commands.entrySet()) {
            Total total = command.getValue();
            out.line(column(total.count()) + "  " + command.getKey() + ", " + total.bytes() + " bytes");
        }
        print("keys written most", keys, out);
        print("users", users, out);
        print("addresses, without their ports", hosts, out);
        out.line("\nlargest entries, in bytes");
        for (Large large : largest.stream()
                .sorted(Comparator.comparingLong(Large::bytes).reversed().thenComparingLong(Large::lsn))
                .toList()) {
            out.line(column(large.bytes()) + "  entry " + large.lsn() + ", " + large.what());
        }
    }

    private void print(String title, MostFrequent counted, LogOutput out) throws IOException {
        out.line("\n" + title + (counted.isExact() ? "" : " (approximate: there are more than " + PLACES + ")"));
        List<MostFrequent.Count> top = counted.top(Math.toIntExact(limit));
        for (MostFrequent.Count count : top) {
            String error = count.error() == 0 ? "" : ", perhaps " + count.error() + " fewer";
            out.line(column(count.count()) + "  " + count.word() + error);
        }
    }

    private static String column(long number) {
        return String.format(Locale.ROOT, "%10d", number);
    }
}
