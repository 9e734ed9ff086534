package dev.miniredis.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** What a command line came to in this process. Output is a string with a character for each byte. */
record CommandRun(int exitCode, String out, String err) {
    static CommandRun of(String... arguments) {
        PrintStream before = System.out;
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        try {
            int exitCode = Main.commandLine()
                    .setErr(new PrintWriter(err, true, StandardCharsets.UTF_8))
                    .execute(arguments);
            return new CommandRun(
                    exitCode, out.toString(StandardCharsets.ISO_8859_1), err.toString(StandardCharsets.UTF_8));
        } finally {
            System.setOut(before);
        }
    }
}
