package dev.miniredis.cli;

import dev.miniredis.log.LocalDisk;
import dev.miniredis.log.LogException;
import dev.miniredis.log.Repair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code mini-redis log repair}: {@link Repair} from the command line, while no server has the log. */
@Command(
        name = "repair",
        description = {
            "Makes a damaged log readable again: without the lines that are damaged, and with a note of what is missing.",
            "Each damaged file is kept beside the log. Exit code 0 when the log is whole now, 1 when it cannot be repaired."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class LogRepairCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Option(
            names = {"-d", "--data-dir"},
            paramLabel = "<folder>",
            defaultValue = "${env:MINI_REDIS_DATA_DIR:-data}",
            description = "Folder of the write log, data by default.")
    private Path dataDir;

    @Override
    public Integer call() throws InterruptedException {
        var commandLine = spec.commandLine();
        if (!Files.isDirectory(dataDir)) {
            commandLine.getErr().println("mini-redis: There is no folder " + dataDir + ".");
            return spec.exitCodeOnExecutionException();
        }
        try (LocalDisk disk = LocalDisk.open(dataDir)) {
            List<String> done = new Repair(disk, System.currentTimeMillis()).run();
            done.forEach(commandLine.getOut()::println);
            if (done.isEmpty()) {
                commandLine.getOut().println("Nothing in " + dataDir + " is damaged; nothing was changed.");
            }
            return spec.exitCodeOnSuccess();
        } catch (LogException e) {
            commandLine.getErr().println("mini-redis: " + e.getMessage());
        } catch (IOException e) {
            commandLine.getErr().println("mini-redis: Cannot close " + dataDir + ": " + LogException.reason(e));
        }
        return spec.exitCodeOnExecutionException();
    }
}
