package dev.miniredis.engine;

import dev.miniredis.command.Command;
import dev.miniredis.resp.Quoted;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import dev.miniredis.session.Session;
import dev.miniredis.stats.SlowLog;
import java.util.Locale;

/**
 * What {@code MONITOR} shows of a request, as Redis's {@code replicationFeedMonitors} writes it; but cut off after a
 * while, since a quoted byte may take four.
 */
final class MonitorLine {
    /** The line is cut after about so many bytes. */
    private static final int MAX_BYTES = 1024 * 1024;

    private MonitorLine() {}

    static String of(Session session, Command command, Request request, long nowMicros) {
        StringBuilder line = new StringBuilder()
                .append(nowMicros / 1_000_000)
                .append(String.format(
                        Locale.ROOT, ".%06d [%d %s]", nowMicros % 1_000_000, session.database(), session.address()));
        for (int i = 0; i < request.size(); i++) {
            if (line.length() > MAX_BYTES) {
                return line.append(" ... (")
                        .append(request.size() - i)
                        .append(" more arguments)")
                        .toString();
            }
            line.append(' ');
            if (command.isSecret(request, i)) {
                line.append('"').append(SlowLog.REDACTED).append('"');
                continue;
            }
            Slice arg = request.arg(i);
            int shown = Math.min(arg.length(), MAX_BYTES);
            Quoted.append(line, arg.bytes(), arg.offset(), shown);
            if (shown < arg.length()) {
                line.append("... (").append(arg.length() - shown).append(" more bytes)");
            }
        }
        return line.toString();
    }
}
