package dev.miniredis.cli;

import dev.miniredis.migrate.Import;
import dev.miniredis.migrate.ImportException;
import dev.miniredis.migrate.ImportProgress;
import dev.miniredis.migrate.ImportReport;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mini-redis log import}: makes a data directory of what Redis keeps on its disk. */
@Command(
        name = LogImportCommand.NAME,
        description = {
            "Imports the data of a Redis into a new data folder.",
            "Imported are strings with their databases and expiry times. What else there is, is counted and named."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:Everything was imported.",
            "1:Nothing was imported, and the folder was not made.",
            "2:The command line is wrong.",
            "3:The folder was made; something was left out, which was named."
        })
final class LogImportCommand implements Callable<Integer> {
    static final String NAME = "import";

    private static final int EXIT_LEFT_OUT = 3;
    private static final long REFRESH_NANOS = 200_000_000;
    private static final double NANOS_PER_SECOND = 1e9;

    /** The server's default. */
    private static final int DEFAULT_DATABASES = 16;

    @Spec
    private CommandSpec spec;

    @Parameters(
            paramLabel = "<source>",
            description = "A dump.rdb, an append-only file, its appendonlydir, or the folder that Redis keeps them in.")
    private Path source;

    @Option(
            names = "--to",
            paramLabel = "<folder>",
            required = true,
            description = "The data folder to make; must not exist, or be empty.")
    private Path directory;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        PrintWriter err = spec.commandLine().getErr();
        ProgressLine progress = new ProgressLine(out, StandardStreams.isOutputTerminal());
        long start = System.nanoTime();
        try {
            ImportReport report = Import.run(source, directory, System.currentTimeMillis(), progress);
            progress.clear();
            print(report, (System.nanoTime() - start) / NANOS_PER_SECOND, out);
            report.warnings().forEach(warning -> err.println("Warning: " + warning));
            boolean whole = report.leftOut().isEmpty() && report.warnings().isEmpty();
            return whole ? 0 : EXIT_LEFT_OUT;
        } catch (ImportException e) {
            return fail(progress, err, e.getMessage());
        } catch (OutOfMemoryError e) {
            return fail(
                    progress,
                    err,
                    "Not enough memory. An append-only file needs as much as the server with its data;"
                            + " JAVA_TOOL_OPTIONS=-Xmx8g gives more.");
        }
    }

    private int fail(ProgressLine progress, PrintWriter err, String message) {
        progress.clear();
        err.println(spec.qualifiedName() + ": " + message + " Nothing was imported.");
        return 1;
    }

    private void print(ImportReport report, double seconds, PrintWriter out) {
        String by = report.madeBy().isEmpty() ? "" : ", written by " + report.madeBy();
        out.println("Imported " + report.taken() + by + ".");
        report.passedOver().forEach(file -> out.println("  not read: " + file));
        report.remarks().forEach(remark -> out.println("  " + remark));
        report.entries()
                .forEach((database, count) -> out.println("  db" + database + ": " + count(count, "entry", "entries")));
        if (report.expiredKeys() > 0) {
            out.println("  expired and not imported: " + count(report.expiredKeys(), "key", "keys"));
        }
        if (!report.leftOut().isEmpty()) {
            out.println("  not imported: "
                    + report.leftOut().entrySet().stream()
                            .map(LogImportCommand::leftOut)
                            .collect(Collectors.joining(", ")));
        }
        if (report.isCommandLeftOut()) {
            out.println(
                    "  These commands are not known yet, or cannot be run on what was imported. What they changed is"
                            + " missing, older than in Redis, or without its expiry time.");
            out.println("  For the strings as they are now: redis-cli SAVE, then import the dump.rdb.");
        }
        out.println("  " + count(report.entryCount(), "entry", "entries") + ", " + bytes(report.logBytes()) + ", "
                + oneDecimal(seconds) + " s");
        out.println("Next: " + databases(report) + "mini-redis server --data-dir " + quoted(directory.toString()));
        out.flush();
    }

    private static String leftOut(Map.Entry<String, ImportReport.LeftOut> entry) {
        ImportReport.LeftOut left = entry.getValue();
        String first =
                Stream.of(left.first(), left.place()).filter(Objects::nonNull).collect(Collectors.joining(", "));
        return left.count() + " " + entry.getKey() + (first.isEmpty() ? "" : " (first: " + first + ")");
    }

    /** A server with fewer databases would refuse the log. */
    private static String databases(ImportReport report) {
        int last = report.entries().isEmpty() ? 0 : report.entries().lastKey();
        return last < DEFAULT_DATABASES ? "" : "MINI_REDIS_DATABASES=" + (last + 1) + " ";
    }

    private static String quoted(String path) {
        return path.matches("[\\w./-]+") ? path : "'" + path.replace("'", "'\\''") + "'";
    }

    private static String count(long count, String one, String more) {
        return count + " " + (count == 1 ? one : more);
    }

    private static String bytes(long bytes) {
        if (bytes < 1024) {
            return bytes + " bytes";
        }
        double value = bytes;
        String unit = "";
        for (String larger : new String[] {"KB", "MB", "GB", "TB"}) {
            if (value >= 1024) {
                value /= 1024;
                unit = larger;
            }
        }
        return oneDecimal(value) + " " + unit;
    }

    private static String oneDecimal(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    /** One line that is overwritten, if the output is a terminal. */
    private static final class ProgressLine implements ImportProgress {
        private final PrintWriter out;
        private final boolean shown;
        private long lastNanos = System.nanoTime();
        private int length;

        ProgressLine(PrintWriter out, boolean shown) {
            this.out = out;
            this.shown = shown;
        }

        @Override
        public void at(long done, long of, long entries) {
            long now = System.nanoTime();
            if (!shown || now - lastNanos < REFRESH_NANOS) {
                return;
            }
            lastNanos = now;
            long percent = of == 0 ? 100 : done * 100 / of;
            show("Importing: " + percent + " % of " + bytes(of) + ", " + count(entries, "entry", "entries"));
        }

        private void show(String text) {
            out.print("\r" + text + " ".repeat(Math.max(0, length - text.length())));
            out.flush();
            length = text.length();
        }

        void clear() {
            if (length > 0) {
                show("");
                out.print("\r");
                out.flush();
            }
        }
    }
}
