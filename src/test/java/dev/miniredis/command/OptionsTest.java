package dev.miniredis.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.miniredis.resp.Request;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the usage line makes of a request's options, for lines as the commands of Redis have them. */
class OptionsTest {
    private static final String ZADD = "ZADD key [NX | XX] [GT | LT] [COPY] score member [score member ...]";
    private static final String SORT =
            "SORT key [BY pattern] [LIMIT offset:integer count:integer] [GET pattern [GET pattern ...]] [ASC | DESC]";
    private static final String BLMPOP = "BLMPOP timeout key [key ...] <MIN | MAX> [COUNT count:integer]";

    private final Call call = new Call(null, null, 0);

    private void begin(String usage, String line, Trait... traits) {
        CommandTable table =
                new CommandTable().group(Group.GENERIC).row(usage, "1.0.0", "").other(body -> {}, traits);
        Request request = Request.of(Stream.of(line.split(" "))
                .map(word -> word.getBytes(StandardCharsets.US_ASCII))
                .toArray(byte[][]::new));
        call.check(table.commandOf(request), request, 1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "X a [NX | XX] [COUNT n]; X 1 nx; NX",
                "X a [NX | XX] [COUNT n]; X 1 Count 7 XX; COUNT XX",
                "X a [NX | XX] [COUNT n]; X 1 NX NX; NX",
                "X a [LIMIT b c] [GET p [GET p ...]]; X 1 GET 2 LIMIT 3 4 GET 5; LIMIT GET",
                "X a [KEYS key [key ...]] [FORCE]; X 1 FORCE KEYS FORCE; FORCE KEYS",
                "X [a [AUTH b c] [FORCE]]; X; ''"
            })
    void what_the_line_allows_is_read(String usage, String line, String given) {
        begin(usage, line);
        List<String> read = new ArrayList<>();
        for (Keyword keyword : Keyword.values()) {
            if (call.options.has(keyword)) {
                read.add(keyword.name());
            }
        }
        assertThat(read).containsExactlyInAnyOrder(given.isEmpty() ? new String[0] : given.split(" "));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "X a [NX | XX] [COUNT n]; X 1 FOO",
                "X a [NX | XX] [COUNT n]; X 1 NX XX",
                "X a [NX | XX] [COUNT n]; X 1 COUNT",
                "X a [LIMIT b c] [GET p [GET p ...]]; X 1 LIMIT 3",
                "X a [LIMIT b c] [GET p [GET p ...]]; X 1 GET"
            })
    void what_it_does_not_allow_is_a_syntax_error(String usage, String line) {
        assertThatThrownBy(() -> begin(usage, line)).isSameAs(CommandError.SYNTAX);
    }

    @Test
    void a_row_may_say_what_it_replies_instead_and_take_alternatives_together() {
        Trait error = new Trait.OptionError((failed, index) -> new CommandError("ERR no " + failed.text(index)));
        assertThatThrownBy(() -> begin("X a [NX | XX]", "X 1 NX FOO", error)).hasMessage("ERR no FOO");
        begin("X a [NX | XX]", "X 1 NX XX", Trait.Arguments.TAKES_ALTERNATIVES);
        assertThat(call.options.has(Keyword.NX)).isTrue();
        assertThat(call.options.has(Keyword.XX)).isTrue();
    }

    @Test
    void a_body_that_reads_looks_at_each_option_before_the_next() {
        begin(SORT, "SORT k GET a LIMIT 1 x FOO", Trait.Arguments.READ_BY_BODY);
        assertThat(call.options.has(Keyword.GET)).as("not read yet").isFalse();
        List<String> seen = new ArrayList<>();
        assertThatThrownBy(() -> call.options.read(2, (option, index) -> {
                    seen.add(option + "@" + index);
                    if (option == Keyword.LIMIT) {
                        call.integer(index + 1);
                    }
                }))
                .isSameAs(CommandError.NOT_AN_INTEGER);
        assertThat(seen).containsExactly("GET@3", "LIMIT@5");
    }

    @Test
    void what_stands_before_other_arguments_is_read_from_there() {
        begin(BLMPOP, "BLMPOP 0 a b MIN COUNT 3", Trait.Arguments.READ_BY_BODY);
        call.options.read(5, Options.NOTHING);
        assertThat(call.options.integer(Keyword.COUNT)).isEqualTo(3);
        begin(ZADD, "ZADD k NX COPY 1 a", Trait.Arguments.READ_BY_BODY);
        assertThat(call.options.readUntilValue(2)).isEqualTo(4);
        assertThat(call.options.has(Keyword.NX)).isTrue();
        assertThat(call.options.has(Keyword.COPY)).isTrue();
        assertThat(call.options.has(Keyword.XX)).isFalse();
        begin(ZADD, "ZADD k NX XX 1 a", Trait.Arguments.READ_BY_BODY);
        assertThatThrownBy(() -> call.options.readUntilValue(2)).isSameAs(CommandError.SYNTAX);
    }
}
