package dev.miniredis.torture;

import dev.miniredis.it.RespSocket;
import java.io.IOException;
import java.util.Random;

/** What a connection does until the server ends. */
interface Client {
    /**
     * Sends and reads, and checks what it reads.
     *
     * @param random decides everything that the client decides
     * @param round the number of this life of the server
     * @param acknowledged to be called for each command of which the reply has come
     * @throws IOException the server has ended
     * @throws AssertionError it has answered what must not be
     */
    void run(RespSocket socket, Random random, int round, Runnable acknowledged) throws IOException;
}
