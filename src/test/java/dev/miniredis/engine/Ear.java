package dev.miniredis.engine;

import dev.miniredis.session.Outlet;
import dev.miniredis.session.Session;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A client that keeps what it gets besides the replies to its requests. */
final class Ear implements Outlet {
    final List<String> heard = new ArrayList<>();
    final List<Long> requiredLsn = new ArrayList<>();
    final Session session;

    Ear(int id) {
        session = new Session(id, "10.0.0.9:" + id, "10.0.0.1:6379", EngineHarness.START_MILLIS, this);
    }

    /** One that is connected. */
    static Ear of(EngineHarness harness, int id) {
        Ear ear = new Ear(id);
        harness.engine().security().admit(ear.session);
        harness.engine().clients().connected(ear.session);
        return ear;
    }

    @Override
    public void push(byte[] bytes, long bytesLsn) {
        heard.add(new String(bytes, StandardCharsets.ISO_8859_1)
                .replaceAll("[*>$]\\d+\r\n", "")
                .replace("\r\n", " "));
        requiredLsn.add(bytesLsn);
    }

    @Override
    public void resume() {
        heard.add("resumed");
    }

    @Override
    public Session.Traffic traffic() {
        return Session.Traffic.NONE;
    }
}
