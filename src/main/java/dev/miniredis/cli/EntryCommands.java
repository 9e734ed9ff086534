package dev.miniredis.cli;

import dev.miniredis.log.LogEntry;
import dev.miniredis.resp.Request;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** The commands of an entry with the database that each works on: an EXEC may have gone from one to another. */
final class EntryCommands {
    private static final byte[] SELECT = "SELECT".getBytes(StandardCharsets.US_ASCII);

    private EntryCommands() {}

    /** Takes the commands. */
    @FunctionalInterface
    interface Visitor {
        void visit(int database, Request command) throws IOException;
    }

    /** Visits all but those that only say which database comes next. */
    static void forEach(LogEntry entry, Visitor visitor) throws IOException {
        int database = entry.database();
        List<Request> commands = entry.commands();
        for (int i = 0; i < commands.size(); i++) {
            Request command = commands.get(i);
            if (command.size() == 2
                    && command.arg(0).equalsIgnoreCase(SELECT)
                    && command.arg(1).isLong()) {
                database = Math.toIntExact(command.arg(1).toLong());
            } else {
                visitor.visit(database, command);
            }
        }
    }
}
