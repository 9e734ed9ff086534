package dev.miniredis.migrate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.miniredis.rdb.Crc64;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RDB files byte by byte: layouts that no installed Redis writes any more or yet, and damage. */
class RdbReaderTest {
    private static final Path FILES = Path.of("src/test/resources/migrate");

    /** What was read, a line each. */
    private static final class Recorder implements RdbSink {
        private final List<String> lines = new ArrayList<>();

        @Override
        public void about(String name, String value) {}

        @Override
        public void string(RdbKey key, byte[] value) {
            lines.add(line(key) + "=" + ImportedLog.latin1(value));
        }

        @Override
        public void unread(RdbKey key, String type) {
            lines.add(line(key) + " " + type);
        }

        @Override
        public void unread(String what) {
            lines.add(what);
        }

        private static String line(RdbKey key) {
            String deadline = key.hasDeadline() ? "@" + key.deadlineMillis() : "";
            return key.database() + ":" + ImportedLog.latin1(key.name()) + deadline;
        }
    }

    /** An RDB file being put together: texts are Latin-1, with a byte for their lengths. */
    private static final class Rdb {
        private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

        Rdb(int version) {
            this("REDIS%04d".formatted(version));
        }

        Rdb(String header) {
            raw(header);
        }

        Rdb raw(String text) {
            bytes.writeBytes(ImportedLog.latin1(text));
            return this;
        }

        Rdb put(int... values) {
            for (int value : values) {
                bytes.write(value);
            }
            return this;
        }

        Rdb text(String text) {
            return put(text.length()).raw(text);
        }

        Rdb zeros(int count) {
            return raw("\0".repeat(count));
        }

        /** A key that shows whether what stands before it was read to its end. */
        byte[] end() {
            return put(0).text("last").text("v").put(255).zeros(8).bytes.toByteArray();
        }

        /** The same, with a checksum. */
        byte[] checkedEnd() {
            byte[] bytes = end();
            Crc64 crc = new Crc64();
            crc.update(bytes, 0, bytes.length - Long.BYTES);
            return ByteBuffer.wrap(bytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putLong(bytes.length - Long.BYTES, crc.value())
                    .array();
        }
    }

    private static FileInput input(byte[] rdb) {
        return new FileInput(Path.of("dump.rdb"), Channels.newChannel(new ByteArrayInputStream(rdb)), rdb.length);
    }

    private static List<String> read(byte[] rdb) throws IOException, ImportException {
        Recorder recorder = new Recorder();
        try (FileInput in = input(rdb)) {
            new RdbReader(in, recorder).read();
            assertThat(in.remaining()).isZero();
        }
        return recorder.lines;
    }

    private static void assertReadPast(Rdb rdb, String type) throws Exception {
        assertThat(read(rdb.end())).containsExactly("0:k " + type, "0:last=v");
    }

    private static Rdb key(int version, int layout) {
        return new Rdb(version).put(layout).text("k");
    }

    @Test
    void the_checksum_is_that_of_jones() {
        Crc64 crc = new Crc64();
        byte[] digits = ImportedLog.latin1("123456789");
        crc.update(digits, 0, 4);
        crc.update(digits, 4, 9);
        assertThat(crc.value()).isEqualTo(0xe9c6d914c4b8d9caL);
    }

    @Test
    void lengths_of_all_sizes_are_read() throws Exception {
        String text = "x".repeat(300);
        assertThat(read(new Rdb(6)
                        .put(0)
                        .text("k14")
                        .put(0x41, 0x2c)
                        .raw(text)
                        .put(0)
                        .text("k32")
                        .put(0x80, 0, 0, 1, 0x2c)
                        .raw(text)
                        .put(0)
                        .text("k64")
                        .put(0x81, 0, 0, 0, 0, 0, 0, 1, 0x2c)
                        .raw(text)
                        .end()))
                .containsExactly("0:k14=" + text, "0:k32=" + text, "0:k64=" + text, "0:last=v");
    }

    @Test
    void integers_are_read_as_their_digits() throws Exception {
        assertThat(read(new Rdb(6)
                        .put(0, 0xc0, 0xff, 0xc1, 0, 0x80)
                        .put(0)
                        .text("i")
                        .put(0xc2, 0, 0, 0, 0x80)
                        .end()))
                .containsExactly("0:-1=-32768", "0:i=-2147483648", "0:last=v");
    }

    @Test
    void opcodes_say_things_of_the_next_key_only() throws Exception {
        assertThat(read(new Rdb(9)
                        .put(254, 2, 251, 1, 1)
                        .put(253, 1, 0, 0, 0)
                        .put(248, 5, 249, 7)
                        .put(0)
                        .text("a")
                        .text("1")
                        .put(252, 1, 0, 0, 0, 0, 0, 0, 0)
                        .put(0)
                        .text("b")
                        .text("2")
                        .put(254, 0)
                        .end()))
                .containsExactly("2:a@1000=1", "2:b@1=2", "0:last=v");
    }

    @Test
    void what_belongs_to_no_key_is_read_past() throws Exception {
        assertThat(read(new Rdb(12)
                        .put(250)
                        .text("redis-ver")
                        .text("7.4.0")
                        .put(244, 1, 2, 3)
                        .put(245)
                        .text("library")
                        .put(247, 9, 2, 1, 2, 5, 5)
                        .text("text")
                        .put(0)
                        .end()))
                .containsExactly("function library", "module's own data", "0:last=v");
    }

    @ParameterizedTest
    @ValueSource(ints = {9, 10, 11, 12, 13, 16, 17, 20})
    void a_value_that_is_one_string_is_read_past(int layout) throws Exception {
        String type = RdbType.of(new RdbVersion(false, 12), layout).typeName();
        assertReadPast(key(11, layout).text("packed"), type);
        assertReadPast(key(11, layout).put(0xc3, 5, 6, 1, 'a', 'b', 0x40, 1), type);
        assertReadPast(key(11, layout).put(0xc1, 1, 2), type);
    }

    @Test
    void the_layouts_of_lists_sets_hashes_and_sorted_sets_are_read_past() throws Exception {
        assertReadPast(key(6, 1).put(2).text("a").text("b"), "list");
        assertReadPast(key(6, 2).put(2).text("a").text("b"), "set");
        assertReadPast(
                key(6, 3)
                        .put(4)
                        .text("a")
                        .text("1.5")
                        .text("b")
                        .put(253)
                        .text("c")
                        .put(254)
                        .text("d")
                        .put(255),
                "zset");
        assertReadPast(key(6, 4).put(1).text("f").text("v"), "hash");
        assertReadPast(key(8, 5).put(1).text("a").zeros(8), "zset");
        assertReadPast(key(8, 14).put(2).text("ziplist").text("another"), "list");
        assertReadPast(key(10, 18).put(2, 1).text("plain").put(2).text("packed"), "list");
    }

    @Test
    void hashes_with_fields_that_expire_are_read_past() throws Exception {
        assertReadPast(
                key(12, 24)
                        .zeros(8)
                        .put(2, 0)
                        .text("f")
                        .text("v")
                        .put(5)
                        .text("g")
                        .text("w"),
                "hash");
        assertReadPast(key(12, 25).zeros(8).text("listpack"), "hash");
    }

    @Test
    void modules_are_read_past() throws Exception {
        assertReadPast(
                key(9, 7)
                        .put(0x81)
                        .zeros(8)
                        .put(1, 7, 2, 8, 3)
                        .zeros(4)
                        .put(4)
                        .zeros(8)
                        .put(5)
                        .text("s")
                        .put(0),
                "module");
    }

    @ParameterizedTest
    @ValueSource(ints = {15, 19, 21})
    void streams_of_all_versions_are_read_past(int layout) throws Exception {
        Rdb stream =
                key(11, layout).put(1).text("0123456789abcdef").text("listpack").put(1, 2, 3);
        if (layout > 15) {
            stream.put(1, 2, 3, 4, 5);
        }
        stream.put(1).text("group").put(1, 2);
        if (layout > 15) {
            stream.put(9);
        }
        stream.put(1)
                .zeros(24)
                .put(3)
                .put(1)
                .text("consumer")
                .zeros(layout == 21 ? 16 : 8)
                .put(1)
                .zeros(16);
        assertReadPast(stream, "stream");
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 22, 23})
    void a_value_whose_end_cannot_be_told_is_refused_with_its_key(int layout) {
        assertThatThrownBy(() -> read(key(12, layout).text("?").end()))
                .isInstanceOf(ImportException.class)
                .hasMessageContaining("the key k at byte 10 is of a kind (" + layout + ")");
    }

    @Test
    void a_newer_version_is_read_where_all_in_it_is_known() throws Exception {
        assertThat(read(new Rdb(13)
                        .put(252, 1, 0, 0, 0, 0, 0, 0, 0)
                        .put(243, 1)
                        .zeros(4)
                        .put(2, 5, 5)
                        .text("s")
                        .put(0)
                        .put(0)
                        .text("k")
                        .text("1")
                        .checkedEnd()))
                .containsExactly("module's metadata of a key", "0:k@1=1", "0:last=v");
        assertThat(read(new Rdb("VALKEY081").checkedEnd())).containsExactly("0:last=v");
    }

    @Test
    void a_newer_version_with_something_that_is_not_known_is_refused_by_its_name() {
        assertThatThrownBy(() -> read(new Rdb(13).put(26).text("k").checkedEnd()))
                .isInstanceOf(ImportException.class)
                .hasMessageContaining("the key k at byte 10 is of a kind (26)");
        assertThatThrownBy(() -> read(new Rdb(14).put(240).text("k").checkedEnd()))
                .isInstanceOf(ImportException.class)
                .hasMessageContaining("version 14, newer than 12 (Redis 8.0)")
                .hasMessageContaining("byte 9 (opcode 240) is not known");
        assertThatThrownBy(() -> read(new Rdb("VALKEY081").put(242).checkedEnd()))
                .isInstanceOf(ImportException.class)
                .hasMessageContaining("version 81 of Valkey, newer than 80 (Valkey 9.0)");
        assertThatThrownBy(() -> read(new Rdb(13).end()))
                .isInstanceOf(ImportException.class)
                .hasMessageContaining("has no checksum");
    }

    @Test
    void what_is_valkey_s_own_is_read_as_valkey_writes_it() throws Exception {
        Rdb rdb = new Rdb("VALKEY080")
                .put(243)
                .text("job")
                .put(2, 1, 5, 0x40, 7, 0x40, 9)
                .put(22)
                .text("k")
                .put(2)
                .text("f")
                .text("v")
                .put(255, 255, 255, 255, 255, 255, 255, 255)
                .text("g")
                .text("w")
                .zeros(8);
        assertReadPast(rdb, "hash");
        assertThat(RdbVersion.begins("VALKEY080")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"REDIS00x1", "REDIS0000", "VALKEY0x0", "VALKEY000", "REDISABCD"})
    void a_header_without_a_version_is_damage(String header) {
        assertThatThrownBy(() -> read(new Rdb(header).end()))
                .isInstanceOf(ImportException.class)
                .hasMessageContaining("is damaged at byte 0: the version of the RDB file is no number");
    }

    @Test
    void the_last_times_there_are_are_deadlines() throws Exception {
        assertThat(read(new Rdb(10)
                        .put(252, 255, 255, 255, 255, 255, 255, 255, 127)
                        .put(0)
                        .text("last of all")
                        .text("1")
                        .put(252, 254, 255, 255, 255, 255, 255, 255, 127)
                        .put(0)
                        .text("before it")
                        .text("2")
                        .end()))
                .containsExactly(
                        "0:last of all@9223372036854775807=1", "0:before it@9223372036854775806=2", "0:last=v");
    }

    @Test
    void lengths_beyond_the_file_take_no_memory() {
        assertThatThrownBy(() -> read(
                        key(9, 0).put(0x80, 0x3f, 0xff, 0xff, 0xff).raw("x").end()))
                .isInstanceOf(ImportException.class)
                .hasMessageContaining("ends here, in the middle of the key k");
        assertThatThrownBy(() -> read(key(9, 0)
                        .put(0xc3, 3, 0x80, 0x3f, 0xff, 0xff, 0xff)
                        .raw("abc")
                        .end()))
                .isInstanceOf(ImportException.class)
                .hasMessageContaining("3 bytes cannot be unpacked to");
        assertThatThrownBy(() -> read(key(9, 2).put(0x81, 0xff).zeros(7).end()))
                .isInstanceOf(ImportException.class)
                .hasMessageContaining("nothing has 18374686479671623680 elements");
    }

    @ParameterizedTest
    @ValueSource(strings = {"all-types.rdb", "strings.rdb"})
    void every_truncation_is_told(String name) throws Exception {
        byte[] whole = Files.readAllBytes(FILES.resolve(name));
        assertThat(read(whole)).isNotEmpty();
        for (int length = 0; length < whole.length; length++) {
            byte[] torn = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> read(torn))
                    .as("the first %d bytes", length)
                    .isInstanceOf(ImportException.class)
                    .hasMessageContaining("is damaged at byte " + length);
        }
    }

    @ParameterizedTest
    @CsvSource({"all-types.rdb, 7", "strings.rdb, 1"}) // of the larger file each seventh bit, in time each of a byte's
    void flipped_bits_are_told(String name, int step) throws Exception {
        byte[] rdb = Files.readAllBytes(FILES.resolve(name));
        for (int bit = 0; bit < rdb.length * 8; bit += step) {
            rdb[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(isTold(rdb)).as("bit %d", bit).isTrue();
            rdb[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "all-types.rdb, REDIS0010",
        "all-types.rdb, REDIS0099",
        "all-types.rdb, VALKEY080",
        "strings.rdb, REDIS0010"
    })
    void whatever_stands_in_a_file_is_read_or_told(String name, String header) throws Exception {
        byte[] rdb = Files.readAllBytes(FILES.resolve(name));
        System.arraycopy(ImportedLog.latin1(header), 0, rdb, 0, header.length());
        int told = 0;
        for (int at = header.length(); at < rdb.length; at++) {
            byte was = rdb[at];
            for (int value : new int[] {0, 0x3f, 0x80, 0x81, 0xc3, 0xf3, 0xfc}) {
                rdb[at] = (byte) value;
                told += isTold(rdb) ? 1 : 0; // any other exception fails this test
            }
            rdb[at] = was;
        }
        assertThat(told).isGreaterThan(rdb.length);
    }

    /** Whether there is an error, or a rest, which an import would warn of. */
    private static boolean isTold(byte[] rdb) throws IOException {
        try (FileInput in = input(rdb)) {
            new RdbReader(in, new Recorder()).read();
            return in.remaining() > 0;
        } catch (ImportException told) {
            return true;
        }
    }
}
