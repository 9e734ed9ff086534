package dev.miniredis.engine;

import dev.miniredis.notice.Notice;
import dev.miniredis.resp.Request;
import dev.miniredis.resp.Slice;
import dev.miniredis.session.Session;
import java.lang.System.Logger;
import java.nio.charset.StandardCharsets;

/** Recognises HTTP requests: a web page can make a browser send them to this port (cross-protocol scripting). */
final class CrossProtocol {
    private static final Logger LOGGER = System.getLogger(Engine.class.getName());

    private static final byte[] POST = "POST".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] HOST = "HOST:".getBytes(StandardCharsets.US_ASCII);

    private CrossProtocol() {}

    /** As Redis's {@code securityWarningCommand}. */
    static boolean isHttp(Request request) {
        Slice name = request.arg(0);
        return name.equalsIgnoreCase(POST) || name.equalsIgnoreCase(HOST);
    }

    /** Closes the connection and logs why. */
    static void cutOff(Session session) {
        Notice.CLIENT_SPEAKS_HTTP.tell(LOGGER, new String(session.origin(), StandardCharsets.UTF_8));
        session.abort();
    }
}
