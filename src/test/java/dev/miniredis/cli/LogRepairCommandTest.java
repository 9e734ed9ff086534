package dev.miniredis.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.log.FsyncPolicy;
import dev.miniredis.log.LocalDisk;
import dev.miniredis.log.LocalLog;
import dev.miniredis.log.LogEntry;
import dev.miniredis.log.LogListener;
import dev.miniredis.log.OnDamage;
import dev.miniredis.log.ReadBatch;
import dev.miniredis.resp.Request;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the user of {@code mini-redis log repair} and {@code restore} sees. */
class LogRepairCommandTest {
    private static final LogListener NOBODY = new LogListener() {
        @Override
        public void durable(long lsn) {}

        @Override
        public void roomChanged() {}

        @Override
        public void synced(long nanos) {}
    };

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path folder;

    private int run(String... words) {
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out)).setErr(new PrintWriter(err));
        return commandLine.execute(words);
    }

    private Path data() {
        return folder.resolve("data");
    }

    private Path log() {
        return data().resolve("mini-redis.log");
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    /** Three entries, at the times 1000, 2000 and 3000. */
    @BeforeEach
    void write() throws Exception {
        try (LocalDisk disk = LocalDisk.open(data());
                LocalLog log = new LocalLog(disk, FsyncPolicy.ALWAYS, OnDamage.REFUSE, System::nanoTime)) {
            log.recover(ReadBatch::release, 0);
            log.start(NOBODY);
            for (int i = 1; i <= 3; i++) {
                log.append(new LogEntry()
                        .reset(1000L * i, ascii("default@here"), 0)
                        .add(Request.of(ascii("SET"), ascii("k" + i), ascii("v" + i))));
                log.submit();
                while (log.durableLsn() < i) {
                    Thread.onSpinWait();
                }
            }
        }
    }

    private static List<Long> lsns(Path directory) throws Exception {
        List<Long> lsns = new ArrayList<>();
        try (LocalDisk disk = LocalDisk.open(directory);
                LocalLog log = new LocalLog(disk, FsyncPolicy.ALWAYS, OnDamage.REFUSE, System::nanoTime)) {
            log.recover(
                    batch -> {
                        batch.entries().forEach(entry -> lsns.add(entry.lsn()));
                        batch.release();
                    },
                    0);
        }
        return lsns;
    }

    private void damage() throws Exception {
        String text = Files.readString(log());
        Files.writeString(log(), text.replace("\"k2\"", "\"kZ\""));
    }

    @Test
    void a_healthy_log_stays_as_it_is() throws Exception {
        byte[] before = Files.readAllBytes(log());
        assertThat(run("log", "repair", "-d", data().toString())).isZero();
        assertThat(out.toString()).isEqualTo("Nothing in " + data() + " is damaged; nothing was changed.\n");
        assertThat(Files.readAllBytes(log())).isEqualTo(before);
    }

    @Test
    void a_damaged_log_is_repaired_and_what_is_lost_is_told() throws Exception {
        damage();
        assertThat(run("log", "repair", "-d", data().toString())).isZero();
        assertThat(out.toString())
                .contains("line 3, byte ")
                .contains("entry 2 is lost")
                .contains("kept as mini-redis.log.damaged-");
        assertThat(lsns(data())).containsExactly(1L, 3L);
    }

    @Test
    void a_log_that_a_server_has_is_not_touched() throws Exception {
        damage();
        try (LocalDisk held = LocalDisk.open(data())) {
            assertThat(held.names()).contains("mini-redis.log");
            assertThat(run("log", "repair", "-d", data().toString())).isOne();
        }
        assertThat(err.toString()).contains("is in use by another Mini Redis server");
    }

    @Test
    void a_folder_that_is_not_there_is_not_made() {
        assertThat(run("log", "repair", "-d", folder.resolve("no").toString())).isOne();
        assertThat(err.toString()).isEqualTo("mini-redis: There is no folder " + folder.resolve("no") + ".\n");
        assertThat(folder.resolve("no")).doesNotExist();
    }

    private int restore(String until, Path to) {
        return run("log", "restore", "-d", data().toString(), "--until", until, "--to", to.toString());
    }

    @Test
    void a_moment_is_restored_while_a_server_has_the_log() throws Exception {
        Path copy = folder.resolve("copy");
        try (LocalDisk held = LocalDisk.open(data())) {
            assertThat(held.names()).contains("mini-redis.log");
            assertThat(restore("2", copy)).isZero();
        }
        assertThat(out.toString())
                .startsWith("Restored up to entry 2 of 1970-01-01T00:00:02Z, ")
                .endsWith("mini-redis server --data-dir " + copy + "\n");
        assertThat(lsns(copy)).containsExactly(1L, 2L);
        assertThat(restore("1970-01-01T00:00:01.999Z", folder.resolve("earlier")))
                .isZero();
        assertThat(lsns(folder.resolve("earlier"))).containsExactly(1L);
        assertThat(lsns(data())).containsExactly(1L, 2L, 3L);
    }

    @Test
    void what_cannot_be_restored_leaves_nothing_behind() {
        assertThat(restore("9", folder.resolve("copy"))).isOne();
        assertThat(err.toString()).contains("ends with entry 3, before entry 9");
        assertThat(folder.toFile().list()).containsExactly("data");
        assertThat(restore("2", data())).as("a folder in use").isOne();
        assertThat(err.toString()).contains("is not an empty folder");
        assertThat(restore("yesterday", folder.resolve("copy"))).isEqualTo(2);
        assertThat(err.toString()).contains("'yesterday' is neither the number of an entry nor a time like");
    }
}
