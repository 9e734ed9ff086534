package dev.miniredis.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/** The log as somebody else's program reads it: JSON Lines, by the documented format alone. */
public final class LogFile {
    private static final JsonMapper JSON = new JsonMapper();
    private static final byte[] CRC_FIELD = ",\"crc\":\"".getBytes(StandardCharsets.US_ASCII);
    private static final int CRC_DIGITS = 8;

    private final Path path;

    public LogFile(Path dataDir) {
        path = dataDir.resolve("mini-redis.log");
    }

    public Path path() {
        return path;
    }

    /**
     * The entries in the file, each line of which is checked.
     *
     * @throws AssertionError a line is no entry, its checksum is wrong, or an entry is missing
     */
    public List<JsonNode> entries() throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        List<JsonNode> entries = new ArrayList<>();
        long expected = 0;
        int from = 0;
        while (from < bytes.length) {
            int to = from;
            while (to < bytes.length && bytes[to] != '\n') {
                to++;
            }
            if (to > from) {
                JsonNode line = line(bytes, from, to);
                if (expected == 0) {
                    assertThat(line.get("log").asText()).isEqualTo("mini-redis");
                    assertThat(line.get("format").asInt()).isEqualTo(1);
                    expected = line.get("first").asLong();
                } else if (line.has("lsn")) { // else it says only that all before it is on disk
                    assertThat(line.get("lsn").asLong()).isEqualTo(expected);
                    assertThat(line.get("by").asText()).startsWith("default@127.0.0.1:");
                    expected++;
                    entries.add(line);
                }
            }
            from = to + 1;
        }
        return entries;
    }

    private static JsonNode line(byte[] bytes, int from, int to) throws IOException {
        JsonNode line = JSON.readTree(bytes, from, to - from);
        int body = to - 1 - 1 - CRC_DIGITS - CRC_FIELD.length;
        assertThat(Arrays.copyOfRange(bytes, body, body + CRC_FIELD.length)).isEqualTo(CRC_FIELD);
        CRC32C crc = new CRC32C();
        crc.update(bytes, from, body - from);
        assertThat(line.get("crc").asText()).isEqualTo(String.format("%08x", crc.getValue()));
        return line;
    }

    /** That the file ends with an entry and its one line feed. */
    public void assertNoBlanksAtTheEnd() throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        assertThat(new String(bytes, bytes.length - 2, 2, StandardCharsets.US_ASCII))
                .isEqualTo("}\n");
    }

    /** That the file ends with room for more entries, as it does while a server has it. */
    public void assertBlanksAtTheEnd() throws IOException {
        byte[] bytes = Files.readAllBytes(path);
        assertThat(new String(bytes, bytes.length - 2, 2, StandardCharsets.US_ASCII))
                .isEqualTo("\n\n");
    }
}
