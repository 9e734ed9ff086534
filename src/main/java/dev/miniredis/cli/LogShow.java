package dev.miniredis.cli;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code mini-redis log show}. */
@Command(
        name = "show",
        description = {
            "Prints the entries of the log in their order, those of the base first.",
            "The exit code is 1 if something of the log is damaged; all that can be read is printed."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class LogShow implements Callable<Integer> {
    @Mixin
    private LogFolder folder;

    @Mixin
    private EntryFilter filter;

    @Mixin
    private EntryPrinter printer;

    @Option(
            names = "-n",
            paramLabel = "<count>",
            converter = EntryCount.class,
            description = "Only the last so many of them.")
    private Long count;

    @Override
    public Integer call() {
        return folder.run(out -> {
            LastEntries last = new LastEntries(out, count == null ? LastEntries.ALL : count);
            try (LogScan scan = new LogScan(folder.directory(), out)) {
                while (scan.next()) {
                    if (filter.matches(scan.entry(), scan.isBaseLine())) {
                        last.add(printer.print(scan));
                    }
                }
                last.end();
                return scan.exitCode();
            }
        });
    }
}
