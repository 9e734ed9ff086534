package dev.miniredis.migrate;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Append-only files with anything in them: they are read, or torn, or told to be damaged, and nothing else. */
class AofReaderTest {
    private static final Path FILE =
            Path.of("src/test/resources/migrate/data-dir/appendonlydir/appendonly.aof.2.incr.aof");

    /** How many commands there are; negative where it is damaged or torn. */
    private static int read(byte[] aof) throws IOException {
        AofReader reader =
                new AofReader(new FileInput(FILE, Channels.newChannel(new ByteArrayInputStream(aof)), aof.length));
        try {
            int commands = 0;
            while (reader.next() != null) {
                commands++;
            }
            return commands;
        } catch (ImportException | EOFException told) {
            return -1;
        }
    }

    @Test
    void whatever_stands_in_a_file_is_read_or_told() throws Exception {
        byte[] aof = Files.readAllBytes(FILE);
        assertThat(read(aof)).isGreaterThan(5);
        int told = 0;
        for (int at = 0; at < aof.length; at++) {
            byte was = aof[at];
            for (int value : "\0*$#9-\r\n\u00ff".chars().toArray()) {
                aof[at] = (byte) value;
                told += read(aof) < 0 ? 1 : 0; // any other exception fails this test
            }
            aof[at] = was;
        }
        assertThat(told).isGreaterThan(aof.length);
    }

    @Test
    void every_truncation_is_read_or_torn() throws Exception {
        byte[] aof = Files.readAllBytes(FILE);
        int torn = 0;
        for (int length = 0; length < aof.length; length++) {
            torn += read(Arrays.copyOf(aof, length)) < 0 ? 1 : 0;
        }
        assertThat(torn).isGreaterThan(aof.length / 2);
    }
}
