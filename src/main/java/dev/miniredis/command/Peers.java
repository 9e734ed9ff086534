package dev.miniredis.command;

import dev.miniredis.resp.Request;
import java.util.List;

/** Connections to other servers, for MIGRATE. */
public interface Peers {
    /** There is no network: connecting always fails. */
    Peers NONE = (host, port, requests, timeoutMillis, requiredLsn) -> new Answers(List.of(), Step.CONNECTING);

    /** The step that failed, worded for Redis's error text. */
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
     * The replies of a server.
     *
     * @param lines one line per request, in order; fewer if a step failed
     * @param failed the step that failed; null if none failed
     */
    record Answers(List<String> lines, Step failed) {}

    /**
     * Sends requests whose replies are single lines, and waits for the replies. It first waits until the data that the
     * requests contain is durable on this server.
     *
     * <p>It blocks the engine's thread, as in Redis, so the data that is being moved cannot change.
     *
     * @param timeoutMillis the maximum time without progress
     * @param requiredLsn the lsn that must be durable before anything is sent
     * @throws CommandError the log cannot become durable
     */
    Answers ask(String host, int port, List<Request> requests, long timeoutMillis, long requiredLsn);
}
