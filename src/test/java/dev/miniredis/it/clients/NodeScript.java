package dev.miniredis.it.clients;

import dev.miniredis.it.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.stream.Stream;

/** Scripts for Node, with the modules that they need from npm. */
public final class NodeScript {
    public static final Path FOLDER = Path.of("src/test/clients").toAbsolutePath();
    private static final Path MODULES = Path.of("target/client-tests").toAbsolutePath();

    private NodeScript() {}

    /** Skips the test where there is no Node, other than in CI. */
    public static int versionOfNode() throws IOException {
        Program.assumeInstalled("node");
        return Integer.parseInt(Program.run("node", "--print", "process.versions.node.split('.')[0]")
                .out()
                .strip());
    }

    /** Runs one to its end. Skips the test where Node or npm is missing, other than in CI. */
    public static Program run(String script, String... arguments) throws IOException {
        Program.assumeInstalled("node");
        Program.assumeInstalled("npm");
        install();
        String[] command = Stream.concat(
                        Stream.of("node", FOLDER.resolve(script).toString()), Stream.of(arguments))
                .toArray(String[]::new);
        return Program.in(MODULES, command);
    }

    /** Gets the modules, once for all tests of a checkout. */
    private static void install() throws IOException {
        Path wanted = FOLDER.resolve("package.json");
        Path installed = MODULES.resolve("installed.json");
        if (Files.exists(installed) && Files.mismatch(wanted, installed) < 0) {
            return;
        }
        Files.createDirectories(MODULES);
        Files.copy(wanted, MODULES.resolve("package.json"), StandardCopyOption.REPLACE_EXISTING);
        Program run = Program.in(
                MODULES, "npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--engine-strict=false");
        Program.assume(run.exitCode() == 0, "npm cannot install the modules: " + run.output());
        Files.copy(wanted, installed, StandardCopyOption.REPLACE_EXISTING);
    }
}
