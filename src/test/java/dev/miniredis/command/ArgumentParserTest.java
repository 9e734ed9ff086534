package dev.miniredis.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.miniredis.resp.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a usage line makes of a request, for lines as all groups of Redis's commands have them; the errors are those of
 * Redis 7.0.
 */
class ArgumentParserTest {
    /** Lines of the notation, by the name of a command. */
    private static final Map<String, String> LINES = Map.ofEntries(
            line("SET key value [NX | XX] [GET] [EX seconds:integer | PX milliseconds:integer | EXAT unix-time-seconds"
                    + " | PXAT unix-time-milliseconds | KEEPTTL]"),
            line("HSET key field value [field value ...]"),
            line("LPOP key [count:integer]"),
            line("SRANDMEMBER key [count:integer]"),
            line("AUTH [username] password"),
            line("HELLO [protover:integer [AUTH username password] [SETNAME clientname]]"),
            line("BITCOUNT key [start:integer end:integer [BYTE | BIT]]"),
            line("ZRANDMEMBER key [count:integer [WITHSCORES]]"),
            line("LPOS key element [RANK rank:integer] [COUNT num-matches:integer] [MAXLEN len:integer]"),
            line(
                    "SORT key [BY pattern] [LIMIT offset:integer count:integer] [GET pattern [GET pattern ...]] [ASC | DESC]"
                            + " [ALPHA] [STORE destination]"),
            line("ZADD key [NX | XX] [GT | LT] [CH] [INCR] score:double member [score:double member ...]"),
            line("ZRANGE key start stop [BYSCORE | BYLEX] [REV] [LIMIT offset:integer count:integer] [WITHSCORES]"),
            line("XADD key [NOMKSTREAM] [<MAXLEN | MINID> [= | ~] threshold [LIMIT count:integer]] <* | id> field value"
                    + " [field value ...]"),
            line("XREAD [COUNT count:integer] [BLOCK milliseconds:integer] STREAMS key [key ...] id [id ...]"),
            line("XCLAIM key group consumer min-idle-time id [id ...] [TIME ms:integer] [FORCE]"),
            line("EVAL script numkeys:integer [key [key ...]] [arg [arg ...]]"),
            line("SINTERCARD numkeys:integer key [key ...] [LIMIT limit:integer]"),
            line("BLMPOP timeout:double numkeys:integer key [key ...] <LEFT | RIGHT> [COUNT count:integer]"),
            line("ZUNION numkeys:integer key [key ...] [WEIGHTS weight:integer [weight:integer ...]]"
                    + " [AGGREGATE <SUM | MIN | MAX>] [WITHSCORES]"),
            line("GEOSEARCH key <FROMMEMBER member | FROMLONLAT longitude:double latitude:double>"
                    + " <BYRADIUS radius:double <M | KM | FT | MI> | BYBOX width:double height:double <M | KM | FT | MI>>"
                    + " [ASC | DESC] [COUNT count:integer [ANY]] [WITHCOORD] [WITHDIST] [WITHHASH]"),
            line("BITFIELD key [GET encoding offset | [OVERFLOW <WRAP | SAT | FAIL>] <SET encoding offset value:integer"
                    + " | INCRBY encoding offset increment:integer> [GET encoding offset | [OVERFLOW <WRAP | SAT | FAIL>]"
                    + " <SET encoding offset value:integer | INCRBY encoding offset increment:integer> ...]]"));

    /** What some rows say besides. */
    private static final Map<String, List<Trait>> TRAITS = Map.of(
            "SET",
            List.of(Trait.Check.byBody("seconds", "milliseconds")),
            "HSET",
            List.of(Trait.OptionError.ARITY),
            "LPOP",
            List.of(Trait.OptionError.ARITY, Trait.Check.range("count", 0, Long.MAX_VALUE, CommandError.POSITIVE)),
            "LPOS",
            List.of(Trait.Check.range("COUNT", 0, Long.MAX_VALUE, new CommandError("ERR COUNT can't be negative"))),
            "ZADD",
            List.of(Trait.Arguments.TAKES_ALTERNATIVES),
            "XREAD",
            List.of(new Trait.OptionError((call, index) ->
                    call.options.has(Keyword.STREAMS) ? new CommandError("ERR Unbalanced") : CommandError.SYNTAX)),
            "SINTERCARD",
            List.of(
                    Trait.Check.range("numkeys", 1, Integer.MAX_VALUE, new CommandError("ERR numkeys should be > 0")),
                    Trait.Check.range("LIMIT", 0, Long.MAX_VALUE, new CommandError("ERR LIMIT can't be negative"))),
            "BLMPOP",
            List.of(
                    Trait.Arguments.ONCE,
                    Trait.Check.range("numkeys", 1, Integer.MAX_VALUE, new CommandError("ERR numkeys should be > 0"))),
            "GEOSEARCH",
            List.of(Trait.Arguments.ANY_ORDER, new Trait.Check("m", (call, index) -> {
                throw new CommandError("ERR unsupported unit");
            })),
            "BITFIELD",
            List.of(
                    Trait.Arguments.TAKES_ALTERNATIVES,
                    new Trait.Check("OVERFLOW", (call, index) -> {
                        if (call.text(index).equals("FOO")) {
                            throw new CommandError("ERR Invalid OVERFLOW type specified");
                        }
                    }),
                    new Trait.Check("encoding", (call, index) -> {
                        if (!call.text(index).startsWith("i")) {
                            throw new CommandError("ERR Invalid bitfield type");
                        }
                    })));

    private final Call call = new Call(null, null, 0);

    private static Map.Entry<String, String> line(String usage) {
        return Map.entry(usage.split(" ", 2)[0], usage);
    }

    private void parse(String line) {
        String name = line.split(" ", 2)[0];
        parse(LINES.get(name), line, TRAITS.getOrDefault(name, List.of()).toArray(Trait[]::new));
    }

    private void parse(String usage, String line, Trait... traits) {
        CommandTable table =
                new CommandTable().group(Group.GENERIC).row(usage, "1.0.0", "").other(body -> {}, traits);
        Request request = request(line);
        call.parse(table.commandOf(request), request);
    }

    private static Request request(String line) {
        return Request.of(Stream.of(line.split(" "))
                .map(word -> word.replace("''", "").getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                // request; its options, each with the place of its first value
                "SET k v; ''",
                "SET k v nx Get EX 10; NX@4 GET@5 EX@6",
                "SET k v NX NX; NX@4 NX@5",
                "HSET k a 1 b 2; ''",
                "HELLO 3 SETNAME x AUTH u p; SETNAME@3 AUTH@5",
                "BITCOUNT k 1 2 BIT; BIT@5",
                "ZRANDMEMBER k -5 WITHSCORES; WITHSCORES@4",
                "LPOS k e MAXLEN 7 RANK -1; MAXLEN@4 RANK@6",
                "SORT k GET a LIMIT 0 1 GET #; GET@3 LIMIT@5 GET@8",
                "SORT k BY GET ALPHA; BY@3 ALPHA@5",
                "ZADD k 1 a; ''",
                "ZADD k NX CH 1 a 2 b; NX@3 CH@4",
                "ZADD k XX 1 NX; XX@3",
                "ZRANGE k 0 -1; ''",
                "ZRANGE k (1 +inf BYSCORE LIMIT 0 10 WITHSCORES; BYSCORE@5 LIMIT@6 WITHSCORES@9",
                "XADD k * a 1; AUTO_ID@3",
                "XADD k 1-1 a 1 b 2; ''",
                "XADD k NOMKSTREAM MAXLEN ~ 100 LIMIT 5 * a 1; NOMKSTREAM@3 MAXLEN@4 ABOUT@5 LIMIT@7 AUTO_ID@9",
                "XADD k MINID 3 5-0 a 1; MINID@3",
                "XREAD COUNT 2 STREAMS a b 0 0; COUNT@2 STREAMS@4",
                "XCLAIM k g c 0 1-1 2-1 FORCE TIME 7; FORCE@8 TIME@9",
                "SINTERCARD 2 a LIMIT LIMIT 1; LIMIT@5",
                "BLMPOP 0.5 2 LEFT RIGHT LEFT COUNT 3; LEFT@6 COUNT@7",
                "ZUNION 2 a b WEIGHTS 1 2 AGGREGATE max WITHSCORES; WEIGHTS@5 AGGREGATE@8 MAX@9 WITHSCORES@10",
                "GEOSEARCH k ASC BYBOX 1 2 km FROMMEMBER m COUNT 3 ANY; ASC@3 BYBOX@4 KM@7 FROMMEMBER@8 COUNT@10 ANY@12",
                "GEOSEARCH k FROMLONLAT 1.5 -2e1 BYRADIUS 0x10 MI; FROMLONLAT@3 BYRADIUS@6 MI@8",
                "BITFIELD k; ''",
                "BITFIELD k GET i8 0 OVERFLOW SAT SET i8 0 1 INCRBY i4 #1 2; GET@3 OVERFLOW@6 SAT@7 SET@8 INCRBY@12"
            })
    void the_options_of_a_request_are_found(String line, String options) {
        parse(line);
        List<String> found = new ArrayList<>();
        for (int i = 0; i < call.options.size(); i++) {
            found.add(call.options.keyword(i) + "@" + call.options.index(i));
            assertThat(call.options.has(call.options.keyword(i))).isTrue();
        }
        assertThat(String.join(" ", found)).isEqualTo(options);
        assertThat(call.options.has(Keyword.FILTERBY)).isFalse();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                // request; its values: name, how many, the place of the first
                "SRANDMEMBER k 3; count 1 2",
                "LPOP k; count 0 0",
                "AUTH p; username 0 0",
                "AUTH u p; username 1 1",
                "AUTH u p; password 1 2",
                "HSET k a 1 b 2 c 3; field 3 2",
                "HSET k a 1 b 2 c 3; value 3 3",
                "BITCOUNT k; start 0 0",
                "ZADD k NX CH 1 a 2 b; score 2 4",
                "XADD k MAXLEN = 9 7-0 a 1; id 1 5",
                "XADD k MAXLEN = 9 7-0 a 1; field 1 6",
                "XREAD STREAMS a b 0 5; key 2 2",
                "XREAD STREAMS a b 0 5; id 2 4",
                "XCLAIM k g c 0 1-1 2-1 FORCE; id 2 5",
                "EVAL s 0 x y; key 0 0",
                "EVAL s 0 x y; arg 2 3",
                "EVAL s 2 x y z; key 2 3",
                "EVAL s 2 x y z; arg 1 5",
                "BLMPOP 0 2 a b LEFT; key 2 3",
                "ZUNION 2 a b WEIGHTS 1 2; weight 2 5"
            })
    void the_values_of_a_request_are_found_by_their_names(String line, String value) {
        parse(line);
        String name = value.split(" ", 2)[0];
        assertThat(name + " " + call.options.count(name) + " " + call.options.index(name))
                .isEqualTo(value);
        assertThat(call.options.has(name)).isEqualTo(call.options.count(name) > 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "SET k v FOO; ERR syntax error",
                "SET k v NX XX; ERR syntax error",
                "SET k v EX 10 KEEPTTL; ERR syntax error",
                "SET k v EX; ERR syntax error",
                "SET k v EX x FOO; ERR syntax error",
                "HSET k a 1 b; ERR wrong number of arguments for 'hset' command",
                "LPOP k 1 2; ERR wrong number of arguments for 'lpop' command",
                "LPOP k x; ERR value is out of range, must be positive",
                "LPOP k -1; ERR value is out of range, must be positive",
                "SRANDMEMBER k x; ERR value is not an integer or out of range",
                "SRANDMEMBER k 1 2; ERR syntax error",
                "SRANDMEMBER k x 2; ERR syntax error",
                "LPOP k x 2; ERR wrong number of arguments for 'lpop' command",
                "AUTH u p x; ERR syntax error",
                "HELLO x; ERR value is not an integer or out of range",
                "HELLO 3 AUTH u; ERR syntax error",
                "BITCOUNT k 1; ERR syntax error",
                "BITCOUNT k 1 x FOO; ERR value is not an integer or out of range",
                "BITCOUNT k 1 2 FOO; ERR syntax error",
                "ZRANDMEMBER k x FOO; ERR value is not an integer or out of range",
                "ZRANDMEMBER k 1 FOO; ERR syntax error",
                "LPOS k e RANK x; ERR value is not an integer or out of range",
                "LPOS k e COUNT -1; ERR COUNT can't be negative",
                "LPOS k e FOO; ERR syntax error",
                "SORT k LIMIT 1 x FOO; ERR value is not an integer or out of range",
                "SORT k LIMIT 1; ERR syntax error",
                "ZADD k NX XX; ERR syntax error",
                "ZADD k NX 1 a 2; ERR syntax error",
                "ZRANGE k 0 1 BYSCORE BYLEX; ERR syntax error",
                "ZRANGE k 0 1 LIMIT x 1 FOO; ERR value is not an integer or out of range",
                "XADD k * a 1 b; ERR syntax error",
                "XADD k MAXLEN * a; ERR syntax error",
                "XREAD COUNT 1 STREAMS a b 1; ERR Unbalanced",
                "XREAD COUNT x STREAMS a 1; ERR value is not an integer or out of range",
                "XREAD COUNT 1 a 1; ERR syntax error",
                "EVAL s x; ERR value is not an integer or out of range",
                "EVAL s -1 a; ERR syntax error",
                "EVAL s 3 a b; ERR syntax error",
                "SINTERCARD 0 a; ERR numkeys should be > 0",
                "SINTERCARD x a; ERR numkeys should be > 0",
                "SINTERCARD 2 a; ERR syntax error",
                "SINTERCARD 1 a LIMIT x; ERR LIMIT can't be negative",
                "SINTERCARD 1 a FOO; ERR syntax error",
                "BLMPOP x y a LEFT; ERR numkeys should be > 0",
                "BLMPOP 0 1 a COUNT 1 LEFT; ERR syntax error",
                "BLMPOP 0 3 a LEFT; ERR syntax error",
                "BLMPOP 0 1 a LEFT COUNT 1 COUNT 1; ERR syntax error",
                "ZUNION 2 a b WEIGHTS 1; ERR syntax error",
                "ZUNION 2 a b WEIGHTS 1 x; ERR value is not an integer or out of range",
                "ZUNION 2 a b AGGREGATE FOO; ERR syntax error",
                "GEOSEARCH k FROMMEMBER m ASC WITHDIST WITHHASH; ERR syntax error",
                "GEOSEARCH k FROMMEMBER m BYRADIUS x m; ERR value is not a valid float",
                "GEOSEARCH k FROMMEMBER m BYRADIUS 1 x; ERR unsupported unit",
                "GEOSEARCH k FROMMEMBER m FROMLONLAT 1 2 BYRADIUS 1 m; ERR syntax error",
                "GEOSEARCH k FROMMEMBER m BYRADIUS 1 m ANY; ERR syntax error",
                "BITFIELD k OVERFLOW FOO; ERR Invalid OVERFLOW type specified",
                "BITFIELD k GET x99 0 FOO; ERR Invalid bitfield type",
                "BITFIELD k SET i8 0 x; ERR value is not an integer or out of range",
                "BITFIELD k GET i8; ERR syntax error"
            })
    void the_first_error_from_the_left_is_the_answer(String line, String error) {
        assertThatThrownBy(() -> parse(line)).isInstanceOf(CommandError.class).hasMessage(error);
    }

    @Test
    void a_body_may_parse_later() {
        parse(
                "LCS key1 key2 [LEN] [MINMATCHLEN length:integer]",
                "LCS a b LEN MINMATCHLEN x",
                Trait.Arguments.PARSED_BY_BODY);
        assertThat(call.options.has(Keyword.LEN)).as("not parsed yet").isFalse();
        assertThatThrownBy(call.options::parse).isSameAs(CommandError.NOT_AN_INTEGER);
        assertThat(call.options.has(Keyword.LEN)).isTrue();
    }

    @Test
    void an_error_may_name_the_word() {
        Trait named = new Trait.OptionError((failed, index) -> new CommandError("ERR no " + failed.text(index)));
        assertThatThrownBy(() -> parse("X a [NX | XX]", "X 1 NX FOO", named)).hasMessage("ERR no FOO");
        assertThatThrownBy(() -> parse("X a [COUNT b]", "X 1 COUNT", named))
                .as("an option without its value")
                .hasMessage("ERR no COUNT");
    }

    @Test
    void a_subcommand_without_options_has_redis_own_error() {
        CommandTable table = new CommandTable().group(Group.SERVER);
        table.row("S", "1.0.0", "").container(null, "1.0.0", body -> {});
        table.row("S GET [count]", "1.0.0", "").other(body -> {});
        Request request = request("S GET 1 2");
        assertThatThrownBy(() -> call.parse(table.commandOf(request), request))
                .hasMessage("ERR unknown subcommand or wrong number of arguments for 'GET'. Try S HELP.");
    }

    /** Of options that are given twice, the last one counts; all of them are there in their order. */
    @Test
    void the_last_of_a_kind_counts() {
        parse("LPOS k e COUNT 1 COUNT 2");
        assertThat(call.options.integer(Keyword.COUNT)).isEqualTo(2);
        assertThat(call.options.integer("num-matches", 9)).isEqualTo(2);
        assertThat(call.options.size()).isEqualTo(2);
        parse("LPOS k e");
        assertThat(call.options.integer("num-matches", 9)).isEqualTo(9);
        assertThat(call.options.index(Keyword.COUNT)).as("of the call before").isZero();
    }

    @Test
    void many_options_are_kept_in_their_order() {
        parse("SORT k" + " GET a".repeat(100));
        assertThat(call.options.size()).isEqualTo(100);
        assertThat(call.options.index(99)).isEqualTo(201);
    }

    @ParameterizedTest
    @CsvSource({
        "1, 1",
        "-1.5, -1.5",
        "+.5, 0.5",
        "1e3, 1000",
        "0x10, 16",
        "0x1p3, 8",
        "inf, Infinity",
        "-Infinity, -Infinity",
        "1., 1",
        "-0, -0.0"
    })
    void a_double_is_read_as_c_reads_it(String text, double value) {
        parse("X [BYRADIUS radius:double]", "X BYRADIUS " + text);
        assertThat(call.real(2)).isEqualTo(value);
    }

    @ParameterizedTest
    @CsvSource({"''", "x", "1x", "nan", "1e400", "1e-400", "1d", "0x", ".", "--1", "1e", "1_0"})
    void what_is_no_double_is_an_error(String text) {
        assertThatThrownBy(() -> parse("X [BYRADIUS radius:double]", "X BYRADIUS " + (text.isEmpty() ? "''" : text)))
                .isSameAs(CommandError.NOT_A_FLOAT);
    }

    @Test
    void a_row_whose_traits_do_not_fit_its_line_is_refused() {
        assertThatThrownBy(() -> parse("X [NX]", "X", Trait.Check.byBody("seconds")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("a check names seconds");
        assertThatThrownBy(() -> parse("X [NOSUCH]", "X"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no keyword NOSUCH");
    }

    @Test
    void a_line_that_allows_every_request_of_its_arity_needs_no_parser() {
        for (String usage : List.of(
                "X",
                "X key",
                "X key value",
                "X key [key ...]",
                "X [section [section ...]]",
                "X key field:integer [key ...]")) {
            assertThat(new Syntax(usage, 1).parser(Set.of(), List.of()))
                    .as(usage)
                    .isNull();
        }
    }
}
