package dev.miniredis.command;

import dev.miniredis.resp.Request;
import java.util.List;

/** Other servers, to which values are moved. */
public interface Peers {
    /** Without a network. */
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
     * The reply of a server.
     *
     * @param lines one for each request, in their order; fewer if something failed
     * @param failed null if nothing did
     */
    record Answers(List<String> lines, Step failed) {}

    /**
     * Sends requests, each of which is answered with one line, and waits for the answers. What they tell the other
     * server is on this one's disk first.
     *
     * <p>The engine's thread waits meanwhile, as Redis's does, so that no client changes what is being moved.
     *
     * @param timeoutMillis the longest time without any progress
     * @param shownLsn up to where the log must be durable before anything is sent
     * @throws CommandError it cannot become durable
     */
    Answers ask(String host, int port, List<Request> requests, long timeoutMillis, long shownLsn);
}
