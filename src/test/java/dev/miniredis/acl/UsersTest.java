package dev.miniredis.acl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.miniredis.resp.Slice;
import java.nio.charset.StandardCharsets;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UsersTest {
    private static final String NOTHING_CHANGED =
            "WARNING: ACL errors detected, no change to the previously active ACL rules was performed";
    private static final String ANYBODY = "user default on nopass sanitize-payload ~* &* +@all";

    /** Two commands, of which one is a subcommand of a third. */
    private static final CommandIndex INDEX = new CommandIndex() {
        private final List<String> names = List.of("get", "set", "config", "config|get");

        @Override
        public int count() {
            return names.size();
        }

        @Override
        public int find(String fullName) {
            return names.indexOf(fullName);
        }

        @Override
        public String name(int number) {
            return names.get(number);
        }

        @Override
        public boolean isSubcommand(int number) {
            return number == 3;
        }

        @Override
        public BitSet subcommands(int number) {
            return BitSet.valueOf(new long[] {number == 2 ? 0b1000 : 0});
        }

        @Override
        public BitSet category(String name) {
            Map<String, Long> categories = Map.of("read", 0b0001L, "write", 0b0010L, "admin", 0b1100L);
            return categories.containsKey(name) ? BitSet.valueOf(new long[] {categories.get(name)}) : null;
        }
    };

    private Users users;

    @BeforeEach
    void one_user() {
        users = new Users(INDEX);
    }

    private static Slice slice(String text) {
        return new Slice(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private void set(String name, String... rules) throws RuleException {
        users.put(users.changed(name, List.of(rules)));
    }

    private boolean may(String name, String command) {
        return users.find(name).selectors().getFirst().allowsCommand(INDEX.find(command), null);
    }

    @Test
    void everybody_may_do_everything_at_first() {
        assertThat(users.isOpen()).isTrue();
        assertThat(users.defaultUser().mayDoAll()).isTrue();
        assertThat(users.text()).isEqualTo(ANYBODY + "\n");
    }

    @Test
    void a_wrong_rule_changes_nothing_of_a_user() throws RuleException {
        set("ann", "on", ">pw", "+get", "~a*");
        String before = users.find("ann").toString();

        assertThatThrownBy(() -> set("ann", "+set", "reset", "nonsense"))
                .isInstanceOf(RuleException.class)
                .hasMessage("Error in ACL SETUSER modifier 'nonsense': Syntax error");
        assertThat(users.find("ann")).hasToString(before);
        assertThat(may("ann", "set")).isFalse();
    }

    @Test
    void a_change_is_seen_by_whoever_is_that_user_already() throws RuleException {
        set("ann", "on", "nopass", "+@all", "~*", "&*");
        User connected = users.logIn("ann", slice("any"));
        assertThat(connected.mayDoAll()).isTrue();

        set("ann", "-get");
        assertThat(connected.mayDoAll()).isFalse();
        assertThat(may("ann", "get")).isFalse();
        assertThat(may("ann", "set")).isTrue();
    }

    @Test
    void the_later_rule_counts() throws RuleException {
        set("ann", "+@read", "-get");
        set("bob", "-get", "+@read");
        assertThat(may("ann", "get")).isFalse();
        assertThat(may("bob", "get")).isTrue();
        assertThat(users.find("ann").selectors().getFirst().commandRules()).isEqualTo("-@all +@read -get");
        assertThat(users.find("bob").selectors().getFirst().commandRules()).isEqualTo("-@all -get +@read");
    }

    @Test
    void a_command_brings_its_subcommands_and_takes_them_away() throws RuleException {
        set("ann", "+config");
        assertThat(may("ann", "config|get")).isTrue();
        set("ann", "-config");
        assertThat(may("ann", "config|get")).isFalse();
        set("ann", "+config|get");
        assertThat(may("ann", "config|get")).isTrue();
        assertThat(may("ann", "config")).isFalse();
    }

    @Test
    void a_password_is_one_of_several_until_it_is_removed() throws RuleException {
        set("ann", "on", ">one", ">two");
        assertThat(users.logIn("ann", slice("one"))).isNotNull();
        assertThat(users.logIn("ann", slice("two"))).isNotNull();
        assertThat(users.logIn("ann", slice("three"))).isNull();
        assertThat(users.logIn("ann", slice(""))).isNull();

        set("ann", "<one");
        assertThat(users.logIn("ann", slice("one"))).isNull();
        set("ann", "off");
        assertThat(users.logIn("ann", slice("two"))).isNull();
        assertThat(users.logIn("nobody", slice("two"))).isNull();
    }

    @Test
    void what_is_shown_of_the_users_makes_the_same_users() throws RuleException {
        set("ann", "on", ">pw", "+@read", "-get", "+config|get", "~a*", "%R~r*", "%W~w*", "&news.*", "(+set ~b*)");
        set("zoe", "skip-sanitize-payload", "nopass", "allchannels", "+@all", "-@admin");
        String text = users.text();

        Users others = new Users(INDEX);
        assertThat(others.load(text, "users.acl")).isEmpty();
        assertThat(others.text()).isEqualTo(text);
        assertThat(text).doesNotContain("pw");
    }

    @Test
    void a_file_is_followed_whole_or_not_at_all() throws RuleException {
        set("ann", "on", "nopass");
        String before = users.text();

        assertThatThrownBy(() -> users.load("user bob on +get\nuser eve +nosuch\n", "users.acl"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "users.acl:2: Error in applying operation '+nosuch': Unknown command or category name in ACL. "
                                + NOTHING_CHANGED);
        assertThatThrownBy(() -> users.load("\n\nuser\n", "f"))
                .hasMessage("f:3 should start with user keyword followed by the username. " + NOTHING_CHANGED);
        assertThatThrownBy(() -> users.load("user a on\nuser a off\n", "f"))
                .hasMessage("WARNING: Duplicate user 'a' found on line 2. " + NOTHING_CHANGED);
        assertThatThrownBy(() -> users.load("user a >secret secret\n", "f"))
                .hasMessage("f:1: Syntax error. " + NOTHING_CHANGED);
        assertThat(users.text()).isEqualTo(before);
    }

    @Test
    void a_file_tells_who_is_gone_and_opens_the_default_user_that_it_does_not_name() throws RuleException {
        users.defaultPassword("sesame");
        assertThat(users.isOpen()).isFalse();
        set("ann", "on", "nopass");
        User ann = users.find("ann");

        assertThat(users.load("user bob on\n", "f")).containsExactly(ann);
        assertThat(users.isOpen()).isTrue();
        assertThat(users.all()).extracting(User::name).containsExactly("bob", "default");
    }

    @Test
    void a_declaration_adds_to_the_others() throws RuleException {
        users.declare(List.of("ann on nopass +get".split(" ")));
        users.declare(List.of("default on >pw +@all ~*".split(" ")));
        assertThat(users.all()).extracting(User::name).containsExactly("ann", "default");
        assertThat(users.isOpen()).isFalse();
        assertThatThrownBy(() -> users.declare(List.of("ann off".split(" ")))).hasMessage("Duplicate user");
        assertThatThrownBy(() -> users.declare(List.of("bob +nosuch".split(" "))))
                .hasMessage("Unknown command or category name in ACL");
        assertThat(users.find("bob")).isNull();
    }
}
