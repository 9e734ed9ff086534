package dev.miniredis.cli;

import dev.miniredis.engine.DryRun;
import dev.miniredis.log.LocalDisk;
import dev.miniredis.log.LogException;
import dev.miniredis.log.Repair;
import java.io.IOException;
import java.io.PrintWriter;
import java.util.ArrayList;
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
            "Makes a damaged log readable again: without the lines that are damaged, and without the entries that cannot be run;",
            "with a note of what is missing. It needs as much memory as a server with the data.",
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
            Repair repair = new Repair(disk, System.currentTimeMillis());
            List<String> done = new ArrayList<>(repair.run());
            done.forEach(out::println);
            out.flush();
            List<String> setAside = repair.run(new DryRun());
            setAside.forEach(out::println);
            if (done.isEmpty() && setAside.isEmpty()) {
                out.println("Nothing in " + disk.location() + " is damaged; nothing was changed.");
            }
            return spec.exitCodeOnSuccess();
        } catch (LogException e) {
            folder.err().println("mini-redis: " + e.getMessage());
        } catch (OutOfMemoryError e) {
            folder.err()
                    .println("mini-redis: Not enough memory to run what the log holds: it needs as much as the server."
                            + " JAVA_TOOL_OPTIONS=-Xmx8g gives more.");
        } catch (IOException e) {
            folder.err().println("mini-redis: Closing the log failed: " + LogException.reason(e));
        }
        return spec.exitCodeOnExecutionException();
    }
}
