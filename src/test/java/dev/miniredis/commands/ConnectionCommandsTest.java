package dev.miniredis.commands;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.engine.EngineHarness;
import dev.miniredis.session.Outlet;
import dev.miniredis.session.Session;
import org.junit.jupiter.api.Test;

/** What a transcript cannot tell, since it does not know the numbers of clients. */
class ConnectionCommandsTest {
    private final EngineHarness harness = new EngineHarness();

    private void connectAnother(long id, String name) {
        Session other = new Session(id, "10.0.0.8:1000", "10.0.0.1:6379", EngineHarness.START_MILLIS, Outlet.NONE);
        other.name(name);
        harness.engine().security().admit(other);
        harness.engine().clients().connected(other);
    }

    private String names(String line) {
        return harness.run(line)
                .replaceAll("(?s)\\$\\d+\r\n|id=\\d+ |addr=\\S+ laddr=\\S+ fd=-1 name=(\\S*) [^\n]*\n", "$1,");
    }

    @Test
    void client_list_shows_every_client() {
        harness.run("CLIENT SETNAME one");
        connectAnother(harness.session().id() + 1, "two");
        connectAnother(harness.session().id() + 2, "three");
        assertThat(names("CLIENT LIST").replace(",", " ").trim().split("\\s+")).containsExactly("one", "two", "three");
    }

    @Test
    void client_list_shows_the_clients_asked_for_in_the_order_asked_for() {
        harness.run("CLIENT SETNAME one");
        long id = harness.session().id();
        connectAnother(id + 1, "two");
        String list = names("CLIENT LIST ID " + (id + 1) + " 999 " + id + " " + (id + 1));
        assertThat(list.replace(",", " ").trim().split("\\s+")).containsExactly("two", "one", "two");
    }

    @Test
    void client_info_tells_how_long_ago() {
        harness.pass(61_000);
        assertThat(harness.run("CLIENT INFO")).contains(" age=61 idle=0 ");
        harness.run("PING");
        harness.pass(5_999);
        connectAnother(7, "later");
        String list = harness.run("CLIENT LIST ID 7");
        assertThat(list).contains("id=7 ").contains(" cmd=NULL ").contains(" age=66 idle=66 ");
    }

    @Test
    void shutdown_asks_the_host_and_answers_nothing() {
        assertThat(harness.run("SHUTDOWN NOSAVE NOW FORCE")).isEmpty();
        assertThat(harness.run("SHUTDOWN")).isEmpty();
        assertThat(harness.shutdowns()).isEqualTo(2);
    }
}
