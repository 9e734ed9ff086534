package dev.miniredis.server;

import dev.miniredis.command.CommandError;
import dev.miniredis.command.ConfigFile;
import dev.miniredis.log.LogException;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import org.jboss.logging.Logger;

/** The file of parameters on this machine's disk. */
final class LocalConfigFile implements ConfigFile {
    private static final Logger LOGGER = Logger.getLogger("dev.miniredis.server");

    private final ReplacedFile file;

    LocalConfigFile(Path path) {
        file = new ReplacedFile(path);
    }

    @Override
    public void rewrite(UnaryOperator<String> edit) {
        try {
            file.replace(edit.apply(text()));
            LOGGER.info("CONFIG REWRITE executed with success.");
        } catch (IOException e) {
            LOGGER.warnf("CONFIG REWRITE failed: %s", LogException.reason(e));
            throw new CommandError("ERR Rewriting config file: " + LogException.reason(e));
        }
    }

    private String text() throws IOException {
        try {
            return file.text();
        } catch (NoSuchFileException e) { // somebody has removed it: there will be one again
            return "";
        }
    }
}
