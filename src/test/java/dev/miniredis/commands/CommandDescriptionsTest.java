package dev.miniredis.commands;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.miniredis.command.Command;
import dev.miniredis.engine.EngineHarness;
import dev.miniredis.resp.ProtocolException;
import dev.miniredis.resp.ReplyReader;
import dev.miniredis.resp.ReplyValue;
import dev.miniredis.resp.ReplyValue.Int;
import dev.miniredis.resp.ReplyValue.Items;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * COMMAND INFO and COMMAND DOCS tell of our commands what the real server tells of its own. Not compared: tips,
 * summaries, histories and the names of arguments, which differ from version to version.
 */
class CommandDescriptionsTest {
    /** What a server older than 7.2 does not have, or describes otherwise. */
    private static final Set<String> SINCE_7_2 = Set.of(
            "client|no-touch",
            "waitaof",
            "client|setinfo",
            "cluster|myshardid",
            "command|getkeys",
            "command|getkeysandflags");

    /** Its arguments nest deeper than usage lines can say. */
    private static final String NOT_IN_ONE_LINE = "bitfield";
    /** Since 7.2 their documents say that it may have no source, and that one of two options is optional, not each. */
    private static final Set<String> OTHERWISE_BEFORE_7_2 = Set.of("pfmerge", "migrate");

    private static RealRedis redis;
    private static RedisConnection connection;

    /** An element of COMMAND INFO. */
    private record Info(
            String name,
            long arity,
            Set<String> flags,
            long firstKey,
            long lastKey,
            long step,
            Set<String> categories,
            List<String> keySpecs) {}

    /** A value of COMMAND DOCS. */
    private record Docs(String group, String since, List<Argument> arguments) {}

    /** An argument of COMMAND DOCS. */
    private record Argument(String type, String token, Set<String> flags, List<Argument> children) {}

    @BeforeAll
    static void start_redis() throws IOException {
        redis = RealRedis.startIfInstalled();
        if (redis != null) {
            connection = new RedisConnection(RealRedis.HOST, redis.port());
            connection.ask("HELLO 3");
        }
    }

    @AfterAll
    static void stop_redis() throws IOException {
        if (redis != null) {
            connection.close();
            redis.close();
        }
    }

    @TestFactory
    Stream<DynamicTest> command_info_agrees_with_the_real_server() {
        return names().map(name -> DynamicTest.dynamicTest(name, () -> {
            ReplyValue theirs = items(askRedis("COMMAND INFO " + name, name)).getFirst();
            ReplyValue ours = items(askUs("COMMAND INFO " + name)).getFirst();
            assertThat(info(ours)).isEqualTo(info(theirs));
        }));
    }

    @TestFactory
    Stream<DynamicTest> command_docs_agree_with_the_real_server() {
        return names().filter(name -> !name.equals(NOT_IN_ONE_LINE) && !OTHERWISE_BEFORE_7_2.contains(name))
                .map(name -> DynamicTest.dynamicTest(name, () -> {
                    ReplyValue theirs =
                            map(askRedis("COMMAND DOCS " + name, name)).get(name);
                    ReplyValue ours = map(askUs("COMMAND DOCS " + name)).get(name);
                    assertThat(docs(ours)).isEqualTo(docs(theirs));
                }));
    }

    /** The full names of all commands and subcommands. */
    private static Stream<String> names() {
        return AllCommands.table().commands().stream()
                .flatMap(command -> Stream.concat(Stream.of(command), command.subcommands().stream()))
                .map(Command::name);
    }

    private static ReplyValue askRedis(String line, String name) throws IOException, ProtocolException {
        assumeTrue(redis != null, RealRedis.MISSING);
        ReplyValue reply = parse(connection.ask(line));
        assumeTrue(
                !isOlderThan72() || !SINCE_7_2.contains(name), "the redis-server installed is older than this command");
        return reply;
    }

    private static boolean isOlderThan72() throws IOException {
        return connection.ask("INFO server").matches("(?s).*redis_version:([1-6]|7\\.[01])\\..*");
    }

    private static ReplyValue askUs(String line) throws IOException, ProtocolException {
        EngineHarness harness = new EngineHarness();
        harness.run("HELLO 3");
        return parse(harness.run(line));
    }

    private static ReplyValue parse(String reply) throws IOException, ProtocolException {
        return new ReplyReader(new ByteArrayInputStream(reply.getBytes(StandardCharsets.ISO_8859_1))).read();
    }

    private static Info info(ReplyValue value) {
        List<ReplyValue> fields = items(value);
        List<String> keySpecs = new ArrayList<>();
        for (ReplyValue keySpec : items(fields.get(8))) {
            Map<String, ReplyValue> parts = map(keySpec);
            keySpecs.add(words(parts.get("flags")) + " " + parts.get("begin_search") + " " + parts.get("find_keys")
                    + " " + parts.get("notes"));
        }
        return new Info(
                fields.get(0).toString(),
                number(fields.get(1)),
                words(fields.get(2)),
                number(fields.get(3)),
                number(fields.get(4)),
                number(fields.get(5)),
                words(fields.get(6)),
                keySpecs);
    }

    private static Docs docs(ReplyValue value) {
        Map<String, ReplyValue> fields = map(value);
        return new Docs(
                fields.get("group").toString(), fields.get("since").toString(), arguments(fields.get("arguments")));
    }

    private static List<Argument> arguments(ReplyValue value) {
        return value == null
                ? List.of()
                : items(value).stream().map(CommandDescriptionsTest::argument).toList();
    }

    private static Argument argument(ReplyValue value) {
        Map<String, ReplyValue> fields = map(value);
        String type = fields.get("type").toString();
        String token = String.valueOf(fields.get("token"));
        Set<String> flags = fields.containsKey("flags") ? words(fields.get("flags")) : new TreeSet<>();
        List<Argument> children = arguments(fields.get("arguments"));
        if (type.equals("block") && children.size() == 1) { // 7.0 wraps some arguments into a block of their own
            Argument only = children.getFirst();
            flags.addAll(only.flags());
            return new Argument(only.type(), token.equals("null") ? only.token() : token, flags, only.children());
        }
        return new Argument(type, token, flags, children);
    }

    private static long number(ReplyValue value) {
        return ((Int) value).value();
    }

    private static Set<String> words(ReplyValue value) {
        Set<String> words = new TreeSet<>();
        items(value).forEach(word -> words.add(word.toString()));
        return words;
    }

    private static List<ReplyValue> items(ReplyValue value) {
        return ((Items) value).values();
    }

    private static Map<String, ReplyValue> map(ReplyValue value) {
        Map<String, ReplyValue> map = new LinkedHashMap<>();
        Iterator<ReplyValue> values = items(value).iterator();
        while (values.hasNext()) {
            map.put(values.next().toString(), values.next());
        }
        return map;
    }
}
