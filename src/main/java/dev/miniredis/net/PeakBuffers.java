package dev.miniredis.net;

import java.util.Arrays;

/** The largest buffers that any client had in the last seconds: Redis's {@code client_recent_max_*_buffer}. */
final class PeakBuffers {
    private static final int SECONDS = 8;

    private final long[] inputs = new long[SECONDS];
    private final long[] outputs = new long[SECONDS];
    private long second;

    /** Notes what a client has now. */
    void note(long nowSeconds, long inputBytes, long outputBytes) {
        advance(nowSeconds);
        int slot = (int) (second % SECONDS);
        inputs[slot] = Math.max(inputs[slot], inputBytes);
        outputs[slot] = Math.max(outputs[slot], outputBytes);
    }

    /** Forgets what is too old. */
    private void advance(long nowSeconds) {
        for (long passed = Math.max(second, nowSeconds - SECONDS); passed < nowSeconds; passed++) {
            int slot = (int) ((passed + 1) % SECONDS);
            inputs[slot] = 0;
            outputs[slot] = 0;
        }
        second = Math.max(second, nowSeconds);
    }

    long input(long nowSeconds) {
        advance(nowSeconds);
        return Arrays.stream(inputs).max().getAsLong();
    }

    long output(long nowSeconds) {
        advance(nowSeconds);
        return Arrays.stream(outputs).max().getAsLong();
    }
}
