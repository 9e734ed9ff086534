package dev.miniredis.cli;

import dev.miniredis.log.LogException;
import dev.miniredis.log.Moment;
import dev.miniredis.log.NewDirectory;
import dev.miniredis.log.ReadOnlyDirectory;
import dev.miniredis.log.Restore;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mini-redis log restore}: a new log that ends at a moment of the past; a server may be writing the old one. */
@Command(
        name = "restore",
        description = "Copies the log up to a moment of the past into a new folder, for a server to go on from there.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class LogRestoreCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private LogFolder folder;

    @Option(
            names = "--until",
            required = true,
            paramLabel = "<lsn|time>",
            converter = MomentConverter.class,
            description = "The last entry (1041), or the time up to which (2026-11-23T05:30:00Z).")
    private Moment until;

    @Option(names = "--to", required = true, paramLabel = "<folder>", description = "The new folder.")
    private Path target;

    @Override
    public Integer call() throws InterruptedException {
        try {
            ReadOnlyDirectory source = new ReadOnlyDirectory(folder.existing());
            restore(source);
            return spec.exitCodeOnSuccess();
        } catch (LogException e) {
            folder.err().println("mini-redis: " + e.getMessage());
            return spec.exitCodeOnExecutionException();
        }
    }

    private void restore(ReadOnlyDirectory source) throws LogException, InterruptedException {
        try (NewDirectory made = NewDirectory.create(target)) {
            Restore.Result result = new Restore(source, made.disk()).until(until);
            made.finish();
            spec.commandLine()
                    .getOut()
                    .println("Restored up to entry " + result.lastLsn() + " of "
                            + Instant.ofEpochMilli(result.lastMillis()) + ", " + result.bytes() + " bytes. To go on"
                            + " from there: mini-redis server --data-dir " + target);
        }
    }
}
