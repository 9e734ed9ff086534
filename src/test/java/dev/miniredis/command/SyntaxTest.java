package dev.miniredis.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SyntaxTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                // usage; words of the name; arity; first key; last key
                "PING; 1; 1; 0; 0",
                "PING [message]; 1; -1; 0; 0",
                "ECHO message; 1; 2; 0; 0",
                "GET key; 1; 2; 1; 1",
                "SET key value [NX | XX] [GET] [EX seconds | KEEPTTL]; 1; -3; 1; 1",
                "DEL key [key ...]; 1; -2; 1; -1",
                "KEYS pattern; 1; 2; 0; 0",
                "INFO [section [section ...]]; 1; -1; 0; 0",
                "CLIENT ID; 2; 2; 0; 0",
                "CLIENT SETNAME connection-name; 2; 3; 0; 0",
                "CLIENT SETINFO <LIB-NAME libname | LIB-VER libver>; 2; 4; 0; 0",
                "CLIENT LIST [TYPE <NORMAL | MASTER>] [ID client-id [client-id ...]]; 2; -2; 0; 0",
                "HELLO [protover [AUTH username password] [SETNAME clientname]]; 1; -1; 0; 0",
                "OBJECT ENCODING key; 2; 3; 2; 2",
                "SORT key [LIMIT offset count] [GET pattern [GET pattern ...]]; 1; -2; 1; 1",
                "BITOP <AND | OR> destkey key [key ...]; 1; -4; 2; -1",
                "EXPIRE key seconds [NX | XX | GT | LT]; 1; -3; 1; 1",
                "MSET key value [key value ...]; 1; -3; 1; -1",
                "BLPOP key [key ...] timeout; 1; -3; 1; -2",
                "RENAME key newkey; 1; 3; 1; 2",
                "EVAL script numkeys [key [key ...]] [arg [arg ...]]; 1; -3; 0; 0",
                "ZUNIONSTORE destination numkeys key [key ...] [WEIGHTS weight [weight ...]]; 1; -4; 1; 1",
                "XREAD [COUNT count] [BLOCK milliseconds] STREAMS key [key ...] id [id ...]; 1; -4; 0; 0",
                "SHUTDOWN [NOSAVE | SAVE] [NOW] [FORCE] [ABORT]; 1; -1; 0; 0"
            })
    void arity_and_keys_follow_from_the_usage_line(String usage, int nameWords, int arity, int firstKey, int lastKey) {
        Syntax syntax = new Syntax(usage, nameWords);
        assertThat(syntax.arity()).isEqualTo(arity);
        CommandKeys keys = new CommandKeys(syntax, flags(syntax));
        assertThat(keys.first()).isEqualTo(firstKey);
        assertThat(keys.last()).isEqualTo(lastKey);
        assertThat(syntax.usage()).isEqualTo(usage);
    }

    private static List<Trait> flags(Syntax syntax) {
        return Collections.nCopies(syntax.keySpecs().size(), Trait.KeyFlag.RO);
    }

    @Test
    void the_name_is_in_small_letters() {
        assertThat(new Syntax("GET key", 1).name()).isEqualTo("get");
        assertThat(new Syntax("CLIENT NO-EVICT mode", 2).name()).isEqualTo("client|no-evict");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "GET key; key:KEY",
                "KEYS pattern; pattern:PATTERN",
                "X seconds:integer; seconds:INTEGER",
                "X unix-time-seconds; unix-time-seconds:UNIX_TIME",
                "X value; value:STRING",
                "X [value]; value:STRING?",
                "X key [key ...]; key:KEY+",
                "X [key [key ...]]; key:KEY?+",
                "X [NX | XX]; (nx:NX xx:XX)?",
                "X <A | B value>; (a:A value:STRING=B)",
                "X [GET]; get:GET?",
                "X [EX seconds:integer]; seconds:INTEGER=EX?",
                "X [TYPE <A | B>]; TYPE(a:A b:B)?",
                "X [ID client-id:integer [client-id:integer ...]]; client-id:INTEGER=ID?+",
                "X [a b]; {a:STRING b:STRING}?",
                "X [GET client-id:integer [GET client-id:integer ...]]; client-id:INTEGER=GET?++",
                "X [TO host port:integer [FORCE]]; TO{host:STRING port:INTEGER force:FORCE?}?",
                "X [COUNT count:integer [ANY]]; {count:INTEGER=COUNT any:ANY?}?",
                "X [a [b c] [D e]]; {a:STRING {b:STRING c:STRING}? e:STRING=D?}?",
                "X [A | B | C d]; (a:A b:B d:STRING=C)?",
                "X a [b] c; a:STRING b:STRING? c:STRING"
            })
    void arguments_follow_from_the_usage_line(String usage, String arguments) {
        assertThat(show(new Syntax(usage, 1).arguments())).isEqualTo(arguments);
    }

    /** As COMMAND DOCS of Redis has it: the keyword belongs to all that it comes before. */
    @Test
    void a_keyword_before_several_values_is_the_token_of_the_block() {
        assertThat(show(new Syntax("X [AUTH username password]", 1).arguments()))
                .isEqualTo("AUTH{username:STRING password:STRING}?");
        assertThat(show(new Syntax("X [LIMIT offset:integer count:integer] [GET]", 1).arguments()))
                .isEqualTo("LIMIT{offset:INTEGER count:INTEGER}? get:GET?");
        assertThat(new Syntax("X LIMIT", 1).arity()).isEqualTo(2);
        assertThat(new Syntax("X <LIMIT offset count>", 1).arity()).isEqualTo(4);
    }

    /**
     * name:TYPE, a keyword as name:KEYWORD or name:TYPE=KEYWORD; ( ) one of, { } a block; ? optional, + multiple, ++
     * each with the keyword.
     */
    private static String show(List<Argument> arguments) {
        return arguments.stream().map(SyntaxTest::show).collect(Collectors.joining(" "));
    }

    private static String show(Argument argument) {
        String token = argument.token();
        String what = switch (argument.type()) {
            case ONEOF -> (token == null ? "" : token) + "(" + show(argument.children()) + ")";
            case BLOCK -> (token == null ? "" : token) + "{" + show(argument.children()) + "}";
            case PURE_TOKEN -> argument.name() + ":" + token;
            default -> argument.name() + ":" + argument.type() + (token == null ? "" : "=" + token);
        };
        return what
                + (argument.optional() ? "?" : "")
                + (argument.multiple() ? "+" : "")
                + (argument.multipleToken() ? "+" : "");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "X [",
                "X [a",
                "X [a | ",
                "X [a |",
                "X <a",
                "X []",
                "X <>",
                "X [a | | b]",
                "X [| a]",
                "X a ]",
                "X [a]]",
                "X >",
                "X [a>",
                "X <a]",
                "X a | b",
                "X [...]",
                "X <"
            })
    void a_line_that_does_not_follow_the_notation_is_refused(String usage) {
        assertThatThrownBy(() -> new Syntax(usage, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(usage);
    }
}
