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

    /** Visits a command. */
    @FunctionalInterface
    interface Visitor {
        void visit(int database, Request command) throws IOException;
    }

    /** Visits all commands but the SELECTs that only name the database of the next one. */
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
