package dev.miniredis.engine;

import dev.miniredis.command.Command;
import dev.miniredis.resp.Quoted;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import dev.miniredis.session.Session;

/** What {@code MONITOR} shows of a request, as Redis's {@code replicationFeedMonitors} writes it. */
final class MonitorLine {
    private MonitorLine() {}

    static String of(Session session, Command command, Request request, long nowMillis) {
        StringBuilder line = new StringBuilder()
                .append(nowMillis / 1000)
                .append(String.format(".%03d000 [%d %s]", nowMillis % 1000, session.database(), session.address()));
        for (int i = 0; i < request.size(); i++) {
            line.append(' ');
            if (command.isSecret(request, i)) {
                line.append('"').append(Command.REDACTED).append('"');
                continue;
            }
            Slice arg = request.arg(i);
            Quoted.append(line, arg.bytes(), arg.offset(), arg.length());
        }
        return line.toString();
    }
}
