package dev.miniredis.session;

import dev.miniredis.session.Session.Traffic;

/** The end of a session's connection: where output goes that is no reply of the request under way. */
public interface Outlet {
    /** Of a session without a connection. */
    Outlet NONE = new Outlet() {
        @Override
        public void push(byte[] bytes, long requiredLsn) {
            // there is no connection
        }

        @Override
        public void resume() {
            // nothing waits
        }

        @Override
        public Traffic traffic() {
            return Traffic.NONE;
        }
    };

    /**
     * Sends something after all that was sent before.
     *
     * @param bytes not to be changed from now on
     * @param requiredLsn the lsn that must be durable first
     */
    void push(byte[] bytes, long requiredLsn);

    /** The session no longer waits, or is to be closed: goes on with its requests. */
    void resume();

    /** What waits in the connection's buffers. */
    Traffic traffic();
}
