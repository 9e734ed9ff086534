package dev.miniredis.embedded;

import dev.miniredis.command.AclFile;
import dev.miniredis.command.CommandError;
import dev.miniredis.log.LogException;
import dev.miniredis.notice.Notice;
import java.io.IOException;
import java.nio.file.Path;

/** The file of users on this machine's disk. */
final class LocalAclFile implements AclFile {
    private static final System.Logger LOGGER = System.getLogger("dev.miniredis.server");

    private final String name;
    private final ReplacedFile file;

    /** @param name as it was given */
    LocalAclFile(String name) {
        this.name = name;
        file = new ReplacedFile(Path.of(name));
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public String read() {
        try {
            return file.text();
        } catch (IOException e) {
            throw new CommandError("ERR Error loading ACLs, opening file " + LogException.reason(e));
        }
    }

    @Override
    public void write(String text) {
        try {
            file.replace(text);
        } catch (IOException e) {
            Notice.ACL_NOT_SAVED.tell(LOGGER, name, LogException.reason(e));
            throw new CommandError("ERR There was an error trying to save the ACLs. Please check the server logs for"
                    + " more information");
        }
    }
}
