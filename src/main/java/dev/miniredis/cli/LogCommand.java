package dev.miniredis.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mini-redis log}: what can be done with a log without a server. */
@Command(
        name = LogCommand.NAME,
        description = "Works on a write log without a server.",
        mixinStandardHelpOptions = true,
        versionProvider = Version.class,
        subcommands = {LogRepairCommand.class, LogRestoreCommand.class, LogImportCommand.class})
final class LogCommand implements Runnable {
    static final String NAME = "log";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "a command is expected");
    }
}
