package dev.miniredis.cli;

import dev.miniredis.log.LogCursor;
import dev.miniredis.log.LogDirectory;
import dev.miniredis.log.LogException;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code mini-redis log verify}. */
@Command(
        name = "verify",
        description = {
            "Reads every base and every segment and checks that nothing is damaged or missing.",
            "The exit code is 0 if all is whole, 1 if something is damaged, 2 if the log cannot be read. What a crash"
                    + " has cut short before it was synced is no damage."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class LogVerify implements Callable<Integer> {
    @Mixin
    private LogFolder folder;

    private Progress progress;
    private FileTotals file;
    private long finishedBytes;
    private long entries;
    private long problems;
    private long lostLines;

    /** What was found in a file. */
    private static final class FileTotals {
        final String name;
        final boolean base;
        long entries;
        long firstLsn;
        long lastLsn;
        long firstMillis;
        long lastMillis;
        long bytes;

        FileTotals(String name, boolean base) {
            this.name = name;
            this.base = base;
        }

        void add(LogCursor cursor) {
            long at = cursor.entry().atMillis();
            if (entries++ == 0) {
                firstLsn = cursor.entry().lsn();
                firstMillis = at;
            }
            lastLsn = cursor.entry().lsn();
            lastMillis = at;
        }

        @Override
        public String toString() {
            String what = name + ": " + entries + (base ? " lines, " : " entries, ") + bytes + " bytes";
            if (entries == 0) {
                return what;
            }
            return base
                    ? what + ", entries up to " + lastLsn + ", " + EntryPrinter.time(lastMillis)
                    : what + ", " + firstLsn + " to " + lastLsn + ", " + EntryPrinter.time(firstMillis) + " to "
                            + EntryPrinter.time(lastMillis);
        }
    }

    @Override
    public Integer call() {
        return folder.run(out -> {
            LogDirectory directory = folder.directory();
            try (LogCursor cursor = directory.readEverything()) {
                progress = new Progress(folder.err(), cursor.totalBytes(), StandardStreams.isErrorTerminal());
                LogCursor.Finding kind = cursor.next();
                while (kind != LogCursor.Finding.END) {
                    look(kind, cursor, out);
                    kind = cursor.next();
                }
                endFile(out);
            }
            String markProblem = directory.markProblem();
            if (markProblem != null) {
                out.line(markProblem + ", so nothing tells whether the end of the log is missing");
            }
            for (String other : directory.otherFiles()) {
                out.line(other + ": no part of the log, not checked");
            }
            return sum(out);
        });
    }

    private void look(LogCursor.Finding kind, LogCursor cursor, LogOutput out) throws IOException, LogException {
        if (kind == LogCursor.Finding.FILE) {
            endFile(out);
            file = new FileTotals(cursor.fileName(), cursor.isInBase());
        }
        file.bytes = cursor.endOffset();
        progress.at(finishedBytes + file.bytes);
        switch (kind) {
            case ENTRY -> {
                long durable = cursor.entry().durable();
                if (durable >= cursor.entry().lsn()) {
                    problem("it says that entry " + durable + " was durable before it was written", cursor, out);
                }
                file.add(cursor);
            }
            case BASE_LINE -> file.add(cursor);
            case LOST -> {
                lostLines++;
                say(LogScan.lost(cursor), out);
            }
            case DAMAGE -> problem(cursor.problem(), cursor, out);
            case TORN -> say(LogScan.torn(cursor), out);
            case FILE, CLOSED, MISSED, END -> {}
        }
    }

    private void problem(String what, LogCursor cursor, LogOutput out) throws IOException {
        problems++;
        say(cursor.location() + ": line " + cursor.lineNumber() + ", byte " + cursor.offset() + ": " + what, out);
    }

    private void say(String line, LogOutput out) throws IOException {
        progress.clear();
        out.line(line);
        out.flush();
    }

    private void endFile(LogOutput out) throws IOException {
        if (file != null) {
            finishedBytes += file.bytes;
            entries += file.base ? 0 : file.entries;
            say(file.toString(), out);
        }
    }

    private int sum(LogOutput out) throws IOException {
        String lost = lostLines == 0 ? "" : ", " + lostLines + " known losses";
        if (problems == 0) {
            out.line("All is whole: " + entries + " entries" + lost + ".");
            return LogFolder.FINE;
        }
        out.line(problems + (problems == 1 ? " problem" : " problems") + " in " + entries + " entries" + lost + ".");
        return LogFolder.DIFFERENT;
    }
}
