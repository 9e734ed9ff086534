package dev.miniredis.embedded;

import dev.miniredis.config.ConfigException;
import dev.miniredis.config.ConfigFile;
import dev.miniredis.log.LogException;
import dev.miniredis.notice.Notice;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.function.UnaryOperator;

/** The file of parameters on this machine's disk. */
final class LocalConfigFile implements ConfigFile {
    private static final System.Logger LOGGER = System.getLogger("dev.miniredis.server");

    private final ReplacedFile file;

    LocalConfigFile(Path path) {
        file = new ReplacedFile(path);
    }

    @Override
    public void rewrite(UnaryOperator<String> edit) {
        try {
            file.replace(edit.apply(text()));
            Notice.CONFIG_REWRITTEN.tell(LOGGER);
        } catch (IOException e) {
            Notice.CONFIG_NOT_REWRITTEN.tell(LOGGER, LogException.reason(e));
            throw new ConfigException("ERR Rewriting config file: " + LogException.reason(e));
        }
    }

    private String text() throws IOException {
        try {
            return file.text();
        } catch (NoSuchFileException e) { // it was removed: it is written anew
            return "";
        }
    }
}
