package dev.miniredis.it.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.it.Program;
import dev.miniredis.it.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What docs/operations.md tells people to do, done: its blocks marked {@code <!-- run -->}, one after the other in one
 * shell. Each line marked {@code <!-- shows -->} after one must be among what it prints; numbers, times and addresses
 * differ.
 */
class OperationsDocIT {
    private static final Pattern BLOCK = Pattern.compile(
            "<!-- run -->\n```sh\n(?<commands>.*?)```\n(?:<!-- shows -->\n```\n(?<shows>.*?)```\n)?", Pattern.DOTALL);
    private static final String END_OF_BLOCK = "=== end of block ===";

    @TempDir
    private Path folder;

    private record Block(String commands, List<String> shows) {}

    private static List<Block> blocks() throws IOException {
        List<Block> blocks = new ArrayList<>();
        Matcher found = BLOCK.matcher(Files.readString(Path.of("docs", "operations.md")));
        while (found.find()) {
            String shows = found.group("shows");
            blocks.add(new Block(
                    found.group("commands"),
                    shows == null ? List.of() : shows.lines().toList()));
        }
        return blocks;
    }

    /** A program that is found before the machine's own, and calls it in another way. */
    private void wrap(String name, String call) throws IOException {
        Path bin = Files.createDirectories(folder.resolve("bin"));
        Path wrapper = Files.writeString(bin.resolve(name), "#!/bin/sh\nexec " + call + " \"$@\"\n");
        Files.setPosixFilePermissions(wrapper, PosixFilePermissions.fromString("rwxr-xr-x"));
    }

    private static String masked(String line) {
        return line.replaceAll("\\d+", "0").replaceAll(" +", " ").strip();
    }

    @Test
    void the_commands_of_the_document_do_what_it_says() throws IOException {
        Program.assumeInstalled("redis-cli");
        int port = ServerProcess.freePort();
        String redisCli = Program.run("sh", "-c", "command -v redis-cli").out().strip();
        wrap("redis-cli", redisCli + " -p " + port);
        wrap("mini-redis", ServerProcess.LAUNCHER);
        List<Block> blocks = blocks();
        assertThat(blocks).hasSizeGreaterThan(5);
        StringBuilder script = new StringBuilder("""
                set -eu
                trap 'status=$?; kill $(jobs -p) 2>/dev/null || true; wait; exit $status' EXIT
                export PATH="$PWD/bin:$PATH" MINI_REDIS_PORT=%d MINI_REDIS_HTTP_PORT=0 MINI_REDIS_JAVA_OPTS=-Xmx512m
                mkdir session
                cd session
                """.formatted(port));
        for (Block block : blocks) {
            script.append(block.commands())
                    .append("echo '")
                    .append(END_OF_BLOCK)
                    .append("'\n");
        }
        Files.write(folder.resolve("script.sh"), script.toString().getBytes(StandardCharsets.UTF_8));

        Program run = Program.in(folder, "timeout", "100", "bash", "script.sh");

        assertThat(run.exitCode()).as(run.output()).isZero();
        String[] printed = run.out().split(END_OF_BLOCK + "\n");
        for (int i = 0; i < blocks.size(); i++) {
            List<String> lines = printed[i].lines().map(OperationsDocIT::masked).toList();
            for (String expected : blocks.get(i).shows()) {
                assertThat(lines).as(blocks.get(i).commands()).contains(masked(expected));
            }
        }
    }
}
