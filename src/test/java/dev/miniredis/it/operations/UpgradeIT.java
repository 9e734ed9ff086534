package dev.miniredis.it.operations;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.it.Program;
import dev.miniredis.it.RespSocket;
import dev.miniredis.it.ServerProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A data folder that another version has written: what this one does with it, as docs/operations.md promises. */
class UpgradeIT {
    private static final Path KEPT = Path.of("src/test/resources/log/format-1");
    private static final String ACTIVE = "mini-redis.log";
    private static final String RETIRED = "mini-redis.1.log";

    @TempDir
    private Path folder;

    private Path dataDir;

    @BeforeEach
    void take_a_folder_of_an_older_version() throws IOException {
        dataDir = Files.createDirectory(folder.resolve("data"));
        Files.copy(KEPT.resolve(RETIRED), dataDir.resolve(RETIRED));
        Files.copy(KEPT.resolve(ACTIVE), dataDir.resolve(ACTIVE));
    }

    /** Its last entry is of a server with more databases than this one has. */
    private void cutOffEntry10() throws IOException {
        String text = Files.readString(dataDir.resolve(ACTIVE), StandardCharsets.ISO_8859_1);
        Files.writeString(
                dataDir.resolve(ACTIVE), text.substring(0, text.indexOf("{\"lsn\":10,")), StandardCharsets.ISO_8859_1);
    }

    @Test
    void an_older_log_is_served_and_written_on() throws IOException {
        cutOffEntry10();
        assertServes(":1");
        assertServes(":2");
        Program verify = Program.run(ServerProcess.LAUNCHER, "log", "verify", "--data-dir", dataDir.toString());
        assertThat(verify.exitCode()).as(verify.output()).isZero();
    }

    private void assertServes(String next) throws IOException {
        try (ServerProcess server = ServerProcess.in(dataDir).start();
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(socket.ask("GET", "user:2"))
                    .as("an entry with fields that only a later version knows")
                    .isEqualTo("Jane");
            assertThat(socket.ask("EXISTS", "user:1")).isEqualTo(":0");
            assertThat(socket.ask("STRLEN", "escapes")).isEqualTo(":80");
            assertThat(socket.ask("INCR", "since the upgrade")).isEqualTo(next);
            assertThat(socket.ask("SELECT", "3")).isEqualTo("OK");
            assertThat(socket.ask("EXISTS", "größe")).isEqualTo(":1");
            assertThat(server.err()).isEmpty();
        }
    }

    @Test
    void what_this_version_cannot_do_stops_the_start_and_restore_leads_back() throws IOException {
        byte[] before = Files.readAllBytes(dataDir.resolve(ACTIVE));
        ServerProcess server = ServerProcess.in(dataDir).begin();
        assertThat(server.awaitExit()).isEqualTo(1);
        assertThat(server.err())
                .containsExactly("mini-redis: Entry 10 of the log cannot be replayed: ERR DB index is out of range."
                        + " Another version of Mini Redis wrote it, or a tool. Start the one that wrote it, or run"
                        + " 'mini-redis log repair --data-dir " + dataDir
                        + "', or start with --on-damage=quarantine: both"
                        + " keep the file beside the log and go on without the entry.");
        assertThat(Files.readAllBytes(dataDir.resolve(ACTIVE))).isEqualTo(before);

        Path back = folder.resolve("back");
        Program restore = Program.run(
                ServerProcess.LAUNCHER,
                "log",
                "restore",
                "--data-dir",
                dataDir.toString(),
                "--until",
                "9",
                "--to",
                back.toString());
        assertThat(restore.exitCode()).as(restore.output()).isZero();
        dataDir = back;
        assertServes(":1");
    }

    @Test
    void both_ways_out_of_what_this_version_cannot_do_lead_to_a_start() throws IOException {
        Path quarantined = Files.createDirectory(folder.resolve("quarantined"));
        Files.copy(dataDir.resolve(RETIRED), quarantined.resolve(RETIRED));
        Files.copy(dataDir.resolve(ACTIVE), quarantined.resolve(ACTIVE));
        Program repair = Program.run(ServerProcess.LAUNCHER, "log", "repair", "--data-dir", dataDir.toString());
        assertThat(repair.exitCode()).as(repair.output()).isZero();
        assertThat(repair.output()).contains("entry 10 cannot be run (ERR DB index is out of range) and is left out");
        assertAnswers(ServerProcess.in(dataDir).start());
        assertAnswers(ServerProcess.in(quarantined)
                .options("--on-damage", "quarantine")
                .start());
    }

    private static void assertAnswers(ServerProcess started) throws IOException {
        try (ServerProcess server = started;
                RespSocket socket = new RespSocket(server.port())) {
            assertThat(socket.ask("GET", "user:2")).isEqualTo("Jane");
            assertThat(server.out()).anyMatch(line -> line.endsWith("Entry 10 is missing since a repair."));
        }
    }

    @Test
    void a_log_of_more_databases_asks_for_them() throws IOException {
        cutOffEntry10();
        ServerProcess server =
                ServerProcess.in(dataDir).options("--databases", "2").begin();
        assertThat(server.awaitExit()).isEqualTo(1);
        assertThat(server.err())
                .singleElement()
                .asString()
                .contains("changes database 3, and there are 2 databases: 0 to 1. Start with --databases 4 or more");
    }

    @Test
    void a_later_format_is_refused_by_its_name() throws IOException {
        String header = "{\"log\":\"mini-redis\",\"format\":2,\"first\":5";
        CRC32C crc = new CRC32C();
        crc.update(header.getBytes(StandardCharsets.US_ASCII));
        Files.delete(dataDir.resolve(RETIRED));
        Files.writeString(dataDir.resolve(ACTIVE), header + ",\"crc\":\"%08x\"}\n".formatted(crc.getValue()));
        ServerProcess server = ServerProcess.in(dataDir).begin();
        assertThat(server.awaitExit()).isEqualTo(1);
        assertThat(server.err())
                .containsExactly("mini-redis: " + dataDir.resolve(ACTIVE) + " is in format 2; this version reads"
                        + " format 1. Use the version that wrote it. Nothing was changed.");
    }
}
