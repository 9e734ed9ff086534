package dev.miniredis.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.engine.EngineHarness;
import dev.miniredis.resp.ProtocolException;
import dev.miniredis.resp.ReplyReader;
import dev.miniredis.resp.ReplyValue;
import dev.miniredis.resp.ReplyValue.Items;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** SCAN with more keys than a transcript can tell, since their order is nobody's business. */
class ScanCommandTest {
    private static final int KEYS = 3000;

    private final EngineHarness harness = new EngineHarness();

    @BeforeEach
    void set_keys() {
        for (int i = 0; i < KEYS; i++) {
            harness.run("SET k" + i + " v");
        }
    }

    /** All keys of a scan, and how many calls it took as the last element. */
    private List<String> scan(String options) throws IOException, ProtocolException {
        List<String> keys = new ArrayList<>();
        String cursor = "0";
        int calls = 0;
        do {
            String reply = harness.run("SCAN " + cursor + options);
            List<ReplyValue> parts = ((Items)
                            new ReplyReader(new ByteArrayInputStream(reply.getBytes(StandardCharsets.ISO_8859_1)))
                                    .read())
                    .values();
            cursor = parts.get(0).toString();
            ((Items) parts.get(1)).values().forEach(key -> keys.add(key.toString()));
            assertThat(++calls).isLessThan(2 * KEYS);
        } while (!cursor.equals("0"));
        keys.add(Integer.toString(calls));
        return keys;
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " COUNT 1", " COUNT 7", " COUNT 1000", " COUNT 1000000", " TYPE string", " MATCH *"})
    void a_whole_scan_shows_every_key_once(String options) throws IOException, ProtocolException {
        List<String> keys = scan(options);
        assertThat(keys.subList(0, keys.size() - 1))
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.range(0, KEYS).mapToObj(i -> "k" + i).toList());
    }

    @Test
    void a_larger_count_takes_fewer_calls() throws IOException, ProtocolException {
        assertThat(Integer.parseInt(scan("").getLast())).isBetween(KEYS / 30, KEYS);
        assertThat(Integer.parseInt(scan(" COUNT 1000").getLast())).isBetween(2, 12);
        assertThat(scan(" COUNT 9223372036854775807").getLast()).isEqualTo("1");
    }

    @Test
    void match_and_type_leave_out_what_they_do_not_want() throws IOException, ProtocolException {
        List<String> keys = scan(" MATCH k29?9 COUNT 50");
        assertThat(keys.subList(0, keys.size() - 1))
                .containsExactlyInAnyOrder(
                        "k2909", "k2919", "k2929", "k2939", "k2949", "k2959", "k2969", "k2979", "k2989", "k2999");
        assertThat(scan(" TYPE hash")).hasSize(1);
    }

    @Test
    void a_scan_waits_for_the_last_change_of_any_key() {
        long last = harness.log().entries().getLast().lsn();
        harness.run("SCAN 0");
        assertThat(harness.engine().requiredLsn()).isEqualTo(last);
    }
}
