package dev.miniredis.cli;

import java.io.IOException;

/** The transport of a connection's bytes. One thread uses it. */
interface Transport {
    void write(byte[] bytes, int offset, int length) throws IOException;

    /** Waits for at least one byte; -1 is the end. */
    int read(byte[] target, int offset, int length) throws IOException;

    /** Reads the bytes that have arrived, possibly none; -1 is the end. */
    int readNow(byte[] target) throws IOException;
}
