package dev.miniredis.log;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * What a recovery came to: a result, or a refusal.
 *
 * @param entries what was handed over; of no meaning when the start was refused
 * @param result null when the start was refused
 * @param refusal null when it was not
 */
record Recovered(List<RecordedEntry> entries, Recovery.Result result, String refusal) {
    static final long NOW = 1000;

    static Recovered from(Disk disk) {
        return from(disk, Moment.END);
    }

    static Recovered from(Disk disk, Moment until) {
        List<RecordedEntry> entries = new ArrayList<>();
        try {
            Recovery.Result result = new Recovery(
                            disk,
                            batch -> {
                                batch.entries().forEach(entry -> entries.add(RecordedEntry.of(entry)));
                                batch.release();
                            },
                            NOW,
                            until,
                            new RecoveryProgress())
                    .run();
            return new Recovered(entries, result, null);
        } catch (LogException e) {
            return new Recovered(entries, null, e.getMessage());
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    boolean isRefused() {
        return refusal != null;
    }
}
