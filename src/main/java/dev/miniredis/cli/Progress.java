package dev.miniredis.cli;

import java.io.PrintWriter;

/** A progress bar on standard error; nothing if that is not a terminal. */
final class Progress {
    private static final int WIDTH = 40;

    private final PrintWriter err;
    private final long total;
    private final boolean shown;
    private long shownPercent = -1;

    Progress(PrintWriter err, long total, boolean shown) {
        this.err = err;
        this.total = Math.max(1, total);
        this.shown = shown;
    }

    void at(long done) {
        long percent = Math.min(100, done * 100 / total);
        if (shown && percent != shownPercent) {
            shownPercent = percent;
            int full = (int) (percent * WIDTH / 100);
            err.print("\r[" + "#".repeat(full) + " ".repeat(WIDTH - full) + "] " + percent + " %");
            err.flush();
        }
    }

    /** Removes the bar, so that a line can be printed. */
    void clear() {
        if (shown && shownPercent >= 0) {
            err.print("\r\033[K");
            err.flush();
            shownPercent = -1;
        }
    }
}
