package dev.miniredis.cli;

import dev.miniredis.log.LogEntry;
import dev.miniredis.log.LogException;
import dev.miniredis.log.Moment;
import dev.miniredis.resp.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mini-redis log diff}. */
@Command(
        name = "diff",
        description = {
            "Compares two logs by the numbers of their entries, or prints what happened between two moments of one.",
            "Entries for which a base stands are compared no more. The exit code is 0 if there is no difference, 1 if"
                    + " there is one."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class LogDiff implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private LogFolder folder;

    @Mixin
    private EntryPrinter printer;

    @Option(
            names = "-n",
            paramLabel = "<count>",
            defaultValue = "10",
            converter = EntryCount.class,
            description = "How many differences to print, ${DEFAULT-VALUE} by default.")
    private Long limit;

    @Parameters(index = "0", paramLabel = "<A>", description = "A data folder; or a number or a time.")
    private String first;

    @Parameters(index = "1", paramLabel = "<B>", description = "Another one; of the same kind as A.")
    private String second;

    private long differing;
    private boolean onlyOne;

    @Override
    public Integer call() {
        if (Files.isDirectory(Path.of(first)) && Files.isDirectory(Path.of(second))) {
            return folder.run(this::compareFolders);
        }
        Moment from;
        Moment to;
        try {
            from = Moment.parse(first);
            to = Moment.parse(second);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(
                    spec.commandLine(),
                    "'" + first + "' and '" + second + "' are neither two folders nor two moments",
                    e);
        }
        return folder.run(out -> tellBetween(from, to, out));
    }

    /** What B has and A has not, both being the same log at a moment. */
    private int tellBetween(Moment from, Moment to, LogOutput out) throws IOException, LogException {
        long count = 0;
        boolean begins = false;
        try (LogScan scan = new LogScan(folder.directory(), out)) {
            while (scan.next()) {
                LogEntry entry = scan.entry();
                if (scan.isBaseLine()) {
                    begins |= !from.includes(entry.lsn(), entry.atMillis());
                } else if (!from.includes(entry.lsn(), entry.atMillis())
                        && to.includes(entry.lsn(), entry.atMillis())) {
                    if (count++ < limit) {
                        out.write(printer.print(scan));
                    }
                }
            }
            if (begins) {
                out.note("A base stands for what happened up to entry "
                        + scan.cursor().baseLsn() + ": of that, nothing is told.");
            }
            out.line(count == 0 ? "No entry in between." : "Only in B: " + entries(count) + ".");
            return count == 0 ? scan.exitCode() : LogFolder.DIFFERENT;
        }
    }

    private int compareFolders(LogOutput out) throws IOException, LogException {
        try (LogScan one = new LogScan(directory(first), out);
                LogScan other = new LogScan(directory(second), out)) {
            boolean oneGoesOn = nextEntry(one);
            boolean otherGoesOn = nextEntry(other);
            long oneBase = one.cursor().baseLsn();
            long otherBase = other.cursor().baseLsn();
            long compared = 0;
            OnlyIn onlyInOne = new OnlyIn("A", otherBase);
            OnlyIn onlyInOther = new OnlyIn("B", oneBase);
            while (oneGoesOn || otherGoesOn) {
                long oneLsn = oneGoesOn ? one.entry().lsn() : Long.MAX_VALUE;
                long otherLsn = otherGoesOn ? other.entry().lsn() : Long.MAX_VALUE;
                if (oneLsn == otherLsn) {
                    compared++;
                    compare(one, other, out);
                } else if (oneLsn < otherLsn) {
                    onlyInOne.add(oneLsn, out);
                } else {
                    onlyInOther.add(otherLsn, out);
                }
                oneGoesOn = oneLsn <= otherLsn ? nextEntry(one) : oneGoesOn;
                otherGoesOn = otherLsn <= oneLsn ? nextEntry(other) : otherGoesOn;
            }
            onlyInOne.end(out);
            onlyInOther.end(out);
            tellBase("A", oneBase, other.cursor().lastLsn(), out);
            tellBase("B", otherBase, one.cursor().lastLsn(), out);
            out.line("Compared: " + entries(compared) + ", " + differing + " of them different.");
            return differing > 0 || onlyOne ? LogFolder.DIFFERENT : Math.max(one.exitCode(), other.exitCode());
        }
    }

    private static dev.miniredis.log.LogDirectory directory(String folder) {
        return new dev.miniredis.log.LogDirectory(Path.of(folder));
    }

    private static boolean nextEntry(LogScan scan) throws IOException, LogException {
        while (scan.next()) {
            if (!scan.isBaseLine()) {
                return true;
            }
        }
        return false;
    }

    private void compare(LogScan one, LogScan other, LogOutput out) throws IOException {
        if (isSame(one.entry(), other.entry())) {
            return;
        }
        if (differing++ < limit) {
            out.line("Entry " + one.entry().lsn() + " differs:");
            out.write("A  ".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            out.write(printer.print(one));
            out.write("B  ".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            out.write(printer.print(other));
        }
    }

    /** Whether two entries have the same contents, apart from how they were written. */
    private static boolean isSame(LogEntry one, LogEntry other) {
        boolean same = one.atMillis() == other.atMillis()
                && one.database() == other.database()
                && Arrays.equals(one.by(), other.by())
                && one.commands().size() == other.commands().size();
        for (int i = 0; same && i < one.commands().size(); i++) {
            same = isSame(one.commands().get(i), other.commands().get(i));
        }
        return same;
    }

    private static boolean isSame(Request one, Request other) {
        boolean same = one.size() == other.size();
        for (int i = 0; same && i < one.size(); i++) {
            same = one.arg(i).contentEquals(other.arg(i).copy());
        }
        return same;
    }

    /** A base of one log stands for entries that the other does not have at all. */
    private void tellBase(String name, long baseLsn, long otherLast, LogOutput out) throws IOException {
        if (baseLsn > otherLast) {
            onlyOne = true;
            out.line("Only in " + name + ": " + (otherLast + 1) + " to " + baseLsn + ", for which its base stands.");
        }
        if (baseLsn > 0) {
            out.note("In " + name + " a base stands for the entries up to " + baseLsn + ": they are not compared.");
        }
    }

    private static String entries(long count) {
        return count == 1 ? "1 entry" : count + " entries";
    }

    /** Ranges of entries that only one log has, but for those that the other's base stands for. */
    private final class OnlyIn {
        private final String name;
        private final long otherBase;
        private long from;
        private long to;

        OnlyIn(String name, long otherBase) {
            this.name = name;
            this.otherBase = otherBase;
        }

        void add(long lsn, LogOutput out) throws IOException {
            if (lsn <= otherBase) {
                return;
            }
            if (from > 0 && lsn != to + 1) {
                end(out);
            }
            from = from == 0 ? lsn : from;
            to = lsn;
        }

        void end(LogOutput out) throws IOException {
            if (from > 0) {
                onlyOne = true;
                out.line("Only in " + name + ": " + from + (to > from ? " to " + to : "") + ".");
                from = 0;
            }
        }
    }
}
