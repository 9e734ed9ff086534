package dev.miniredis.command;

import dev.miniredis.resp.Request;
import java.util.List;

/** Other servers, to which values are moved. */
public interface Peers {
    /** Where there is no network. */
    Peers NONE = (host, port, requests, timeoutMillis, shownLsn) -> new Answers(List.of(), Step.CONNECTING);

    /** What may fail on the way, in the words of the error. */
    enum Step {
        CONNECTING("connecting to the client"),
        WRITING("writing to target instance"),
        READING("reading to target instance");

        private final String words;

        Step(String words) {
            this.words = words;
        }

        public String words() {
            return words;
        }
    }

    /**
     * What a server has answered.
     *
     * @param lines one for each request, in their order; fewer if something failed
     * @param failed null if nothing did
     */
    record Answers(List<String> lines, Step failed) {}

    /**
     * Sends requests, each of which is answered with one line, and waits for the answers. What they tell the other server is on
     * this one's disk first.
     *
     * <p>This server stands still meanwhile, as Redis does: so nobody changes what is being moved.
     *
     * @param timeoutMillis the longest time in which nothing comes or goes
     * @param shownLsn up to where the log must be durable before anything is sent
     * @throws CommandError it cannot become durable
     */
    Answers ask(String host, int port, List<Request> requests, long timeoutMillis, long shownLsn);
}
