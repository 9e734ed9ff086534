package dev.miniredis.command;

import static dev.miniredis.command.Trait.KeyFlag.ACCESS;
import static dev.miniredis.command.Trait.KeyFlag.DELETE;
import static dev.miniredis.command.Trait.KeyFlag.NOT_KEY;
import static dev.miniredis.command.Trait.KeyFlag.OW;
import static dev.miniredis.command.Trait.KeyFlag.RO;
import static dev.miniredis.command.Trait.KeyFlag.RW;
import static dev.miniredis.command.Trait.KeyFlag.UPDATE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.miniredis.engine.EngineHarness;
import dev.miniredis.resp.Request;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CommandKeysTest {
    private static final String XREAD = "XREAD [COUNT count] [BLOCK milliseconds] STREAMS key [key ...] id [id ...]";
    private static final String GEORADIUS =
            "GEORADIUS key longitude latitude radius <M | KM> [COUNT count [ANY]] [STORE key | STOREDIST key]";

    /**
     * The answers are those of COMMAND GETKEYS of Redis 7.0; "wrong" is an error or, for EVAL and the like, no keys.
     */
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "GET key; GET a; a",
                "DEL key [key ...]; DEL a b c; a b c",
                "MSET key value [key value ...]; MSET a 1 b 2; a b",
                "MSET key value [key value ...]; MSET a 1 b; a b",
                "BLPOP key [key ...] timeout; BLPOP a b 0; a b",
                "BITOP <AND | OR> destkey key [key ...]; BITOP AND d a b; d a b",
                "RENAME key newkey; RENAME a b; a b",
                "OBJECT ENCODING key; OBJECT ENCODING a; a",
                "EVAL script numkeys [key [key ...]] [arg [arg ...]]; EVAL x 2 a b c; a b",
                "EVAL script numkeys [key [key ...]] [arg [arg ...]]; EVAL x 0 a b; wrong",
                "EVAL script numkeys [key [key ...]] [arg [arg ...]]; EVAL x 3 a b; wrong",
                "EVAL script numkeys [key [key ...]] [arg [arg ...]]; EVAL x -1 a b; wrong",
                "EVAL script numkeys [key [key ...]] [arg [arg ...]]; EVAL x y a b; wrong",
                "EVAL script numkeys [key [key ...]] [arg [arg ...]]; EVAL x 9223372036854775807 a; wrong",
                "EVAL script numkeys [key [key ...]] [arg [arg ...]]; EVAL x 2147483647 a; wrong",
                "LMPOP numkeys key [key ...] <LEFT | RIGHT> [COUNT count]; LMPOP 2 a b LEFT; a b",
                "BLMPOP timeout numkeys key [key ...] <LEFT | RIGHT>; BLMPOP 0 2 a b LEFT; a b",
                "ZUNIONSTORE destination numkeys key [key ...]; ZUNIONSTORE d 2 a b; d a b",
                "ZUNIONSTORE destination numkeys key [key ...]; ZUNIONSTORE d 2 a; wrong",
                XREAD + "; XREAD STREAMS a b 1 2; a b",
                XREAD + "; XREAD COUNT 1 STREAMS a b 1; a",
                XREAD + "; XREAD COUNT 1 BLOCK 2; wrong",
                XREAD + "; XREAD COUNT 1 streams; wrong",
                GEORADIUS + "; GEORADIUS a 1 2 3 m STOREDIST x STORE y; a y x",
                GEORADIUS + "; GEORADIUS a 1 2 3 m; wrong"
            })
    void keys_are_found_by_the_usage_line(String usage, String request, String keys) {
        Syntax syntax = new Syntax(usage, usage.startsWith("OBJECT") ? 2 : 1);
        CommandKeys found =
                new CommandKeys(syntax, Collections.nCopies(syntax.keySpecs().size(), RO));
        assertThat(visit(found, request)).isEqualTo(keys);
    }

    private static String visit(CommandKeys keys, String line) {
        Request request = request(line);
        List<String> visited = new ArrayList<>();
        if (!keys.forEachKey(
                request, (index, flags) -> visited.add(request.arg(index).toString()))) {
            assertThat(visited).as("no key of a wrong request is visited").isEmpty();
            return "wrong";
        }
        return String.join(" ", visited);
    }

    private static Request request(String line) {
        return Request.of(EngineHarness.words(line).toArray(byte[][]::new));
    }

    @Test
    void flags_belong_to_the_places_in_turn() {
        CommandKeys keys = new CommandKeys(new Syntax("RENAME key newkey", 1), List.of(RW, ACCESS, DELETE, OW, UPDATE));
        List<String> visited = new ArrayList<>();
        Request request = request("RENAME a b");
        keys.forEachKey(request, (index, flags) -> visited.add(index + " " + flags));
        assertThat(visited).containsExactly("1 [RW, ACCESS, DELETE]", "2 [OW, UPDATE]");
    }

    @Test
    void keys_side_by_side_may_share_their_flags() {
        CommandKeys keys = new CommandKeys(new Syntax("LCS key1 key2 [LEN]", 1), List.of(RO, ACCESS));
        assertThat(keys.specs())
                .containsExactly(
                        new KeySpec(new KeySpec.Begin.Index(1), new KeySpec.Find.Range(1, 1, 0), Set.of(RO, ACCESS)));
        assertThat(visit(keys, "LCS a b LEN")).isEqualTo("a b");
    }

    @Test
    void a_row_that_forgets_the_flags_of_a_place_is_refused() {
        Syntax syntax = new Syntax("ZUNIONSTORE destination numkeys key [key ...]", 1);
        assertThatThrownBy(() -> new CommandKeys(syntax, List.of(OW, RO, RO)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("2 key specs, but flags for 3");
        assertThatThrownBy(() -> new CommandKeys(syntax, List.of(OW)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("each key needs its own flags");
    }

    @Test
    void what_a_usage_line_cannot_say_is_stated() {
        KeySpec source = new KeySpec(new KeySpec.Begin.Index(1), new KeySpec.Find.Range(0, 1, 0), Set.of(RO, ACCESS));
        KeySpec anywhere = new KeySpec(new KeySpec.Begin.Unknown(), new KeySpec.Find.Unknown(), Set.of(OW, UPDATE));
        Syntax syntax = new Syntax("SORT key [STORE destination]", 1);
        CommandKeys keys = new CommandKeys(syntax, List.of(source, anywhere));
        assertThat(keys.first()).isEqualTo(1);
        assertThat(keys.last()).isEqualTo(1);
        assertThat(keys.areMovable()).isTrue();
        assertThat(visit(keys, "SORT a STORE b")).isEqualTo("wrong");
        Trait.Walk walk = new Trait.Walk((request, visitor) -> {
            visitor.visit(1, source.flags());
            visitor.visit(3, anywhere.flags());
            return true;
        });
        assertThat(visit(new CommandKeys(syntax, List.of(source, anywhere, walk)), "SORT a STORE b"))
                .isEqualTo("a b");
    }

    /** {@code MIGRATE … KEYS key [key ...]} is looked for from the end. */
    @Test
    void a_keyword_may_be_looked_for_backwards() {
        KeySpec spec = new KeySpec(new KeySpec.Begin.Keyword("KEYS", -2), new KeySpec.Find.Range(-1, 1, 0), Set.of(RO));
        CommandKeys keys = new CommandKeys(new Syntax("MIGRATE host port", 1), List.of(spec));
        assertThat(visit(keys, "MIGRATE h 1 keys 0 KEYS a b")).isEqualTo("a b");
        assertThat(visit(keys, "MIGRATE KEYS 1")).isEqualTo("wrong");
    }

    @Test
    void channels_are_no_keys() {
        KeySpec channels = new KeySpec(new KeySpec.Begin.Index(1), new KeySpec.Find.Range(-1, 1, 0), Set.of(NOT_KEY));
        CommandKeys keys =
                new CommandKeys(new Syntax("SSUBSCRIBE shardchannel [shardchannel ...]", 1), List.of(channels));
        assertThat(keys.any()).isFalse();
        assertThat(keys.first()).as("but they have places").isEqualTo(1);
        assertThat(visit(keys, "SSUBSCRIBE a b")).isEmpty();
    }
}
