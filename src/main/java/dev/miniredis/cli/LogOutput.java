package dev.miniredis.cli;

import dev.miniredis.resp.ByteText;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.PrintWriter;

/** Bytes to standard output, in large pieces, and remarks to standard error, in their order. */
final class LogOutput {
    private static final int FULL_BYTES = 64 * 1024;

    private final PrintStream out;
    private final PrintWriter err;
    private final ByteArrayOutputStream waiting = new ByteArrayOutputStream(FULL_BYTES);

    LogOutput(PrintStream out, PrintWriter err) {
        this.out = out;
        this.err = err;
    }

    /** The output cannot be written: the reader of the pipe has gone, or the disk is full. */
    static final class ClosedException extends IOException {
        private static final long serialVersionUID = 1L;
    }

    void write(byte[] bytes) throws IOException {
        write(bytes, 0, bytes.length);
    }

    void write(byte[] bytes, int offset, int length) throws IOException {
        waiting.write(bytes, offset, length);
        if (waiting.size() >= FULL_BYTES) {
            flush();
        }
    }

    void line(String text) throws IOException {
        write(ByteText.bytes(text + "\n"));
    }

    /** A remark that is no part of the output. */
    void note(String text) throws IOException {
        flush();
        err.println(text);
        err.flush();
    }

    void flush() throws IOException {
        waiting.writeTo(out);
        waiting.reset();
        if (out.checkError()) {
            throw new ClosedException();
        }
    }
}
