package dev.miniredis.cli;

import dev.miniredis.log.LocalDisk;
import dev.miniredis.log.LogException;
import dev.miniredis.log.Repair;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
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

    @Mixin
    private LogFolder folder;

    @Override
    public Integer call() throws InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        try (LocalDisk disk = LocalDisk.open(folder.existing())) {
            List<String> done = new Repair(disk, System.currentTimeMillis()).run();
            done.forEach(out::println);
            if (done.isEmpty()) {
                out.println("Nothing in " + disk.location() + " is damaged; nothing was changed.");
            }
            return spec.exitCodeOnSuccess();
        } catch (LogException e) {
            folder.err().println("mini-redis: " + e.getMessage());
        } catch (IOException e) {
            folder.err().println("mini-redis: Closing the log failed: " + LogException.reason(e));
        }
        return spec.exitCodeOnExecutionException();
    }
}
