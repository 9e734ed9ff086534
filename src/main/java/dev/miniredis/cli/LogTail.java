package dev.miniredis.cli;

import dev.miniredis.log.LogException;
import java.io.IOException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jline.utils.Signals;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mini-redis log tail}. */
@Command(
        name = "tail",
        description = {
            "Prints the last entries of the log and, with -f, each that comes, until Ctrl-C.",
            "With a filter, the last that it lets through."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class LogTail implements Callable<Integer> {
    private static final long POLL_MILLIS = 50;

    @Mixin
    private LogFolder folder;

    @Mixin
    private EntryFilter filter;

    @Mixin
    private EntryPrinter printer;

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with what a server adds, into new segments too.")
    private boolean follow;

    @Option(
            names = "-n",
            paramLabel = "<count>",
            defaultValue = "10",
            converter = EntryCount.class,
            description = "How many of the last entries, ${DEFAULT-VALUE} by default.")
    private Long count;

    @Override
    public Integer call() {
        return folder.run(out -> {
            try (LogScan scan = new LogScan(folder.directory(), out)) {
                LastEntries last = new LastEntries(out, count);
                if (follow) {
                    follow(scan, last, new LastEntries(out, LastEntries.ALL));
                    return LogFolder.FINE;
                }
                print(scan, last);
                return scan.exitCode();
            }
        });
    }

    private void print(LogScan scan, LastEntries target) throws IOException, LogException {
        while (scan.next()) {
            if (filter.matches(scan.entry(), scan.isBaseLine())) {
                target.add(printer.print(scan));
            }
        }
        target.end();
    }

    /**
     * Prints the present entries, then new ones, until the user ends it: from the first line on, that is no
     * error.
     */
    private void follow(LogScan scan, LastEntries there, LastEntries coming) throws IOException, LogException {
        CountDownLatch stop = new CountDownLatch(1);
        Object before = Signals.register("INT", stop::countDown);
        try {
            print(scan, there);
            while (!stop.await(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
                print(scan, coming);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            Signals.unregister("INT", before);
        }
    }
}
