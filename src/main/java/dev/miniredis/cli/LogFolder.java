package dev.miniredis.cli;

import dev.miniredis.log.LogDirectory;
import dev.miniredis.log.LogException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** The log that a command reads, and the error handling of that command. */
final class LogFolder {
    static final int FINE = 0;
    static final int DIFFERENT = 1;
    static final int UNREADABLE = 2;

    @Spec(Spec.Target.MIXEE)
    private CommandSpec spec;

    @Option(
            names = {"-d", "--data-dir"},
            paramLabel = "<folder>",
            defaultValue = "${env:MINI_REDIS_DATA_DIR:-data}",
            description = "Folder of the write log, data by default.")
    private Path dataDir;

    /** The action of a command. */
    @FunctionalInterface
    interface Body {
        /** Does it; the exit code. */
        int run(LogOutput out) throws IOException, LogException;
    }

    LogDirectory directory() {
        return new LogDirectory(dataDir);
    }

    /**
     * The folder, for who does more than read.
     *
     * @throws LogException there is none; it is not created
     */
    Path existing() throws LogException {
        if (!Files.isDirectory(dataDir)) {
            throw new LogException("There is no folder " + dataDir + ".");
        }
        return dataDir;
    }

    PrintWriter err() {
        return spec.commandLine().getErr();
    }

    /** Runs a command, and reports if it cannot read or write. */
    int run(Body body) {
        LogOutput out = new LogOutput(System.out, err());
        try {
            int exitCode = body.run(out);
            out.flush();
            return exitCode;
        } catch (LogException unreadable) {
            err().println("mini-redis: " + unreadable.getMessage());
        } catch (LogOutput.ClosedException readerGone) {
            return UNREADABLE; // the reader of a pipe has gone, and knows it
        } catch (IOException failed) {
            err().println("mini-redis: Cannot read the log in " + dataDir + ": " + LogException.reason(failed));
        }
        return UNREADABLE;
    }
}
