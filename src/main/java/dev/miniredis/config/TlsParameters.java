package dev.miniredis.config;

import static dev.miniredis.config.ParameterType.integer;
import static dev.miniredis.config.ParameterType.port;
import static dev.miniredis.config.ParameterType.text;
import static dev.miniredis.config.ParameterType.yesOrNo;

import dev.miniredis.config.Parameter.Change;

/** Parameters of encrypted connections that have a single value here; {@link Tuning} has those that can be set. */
final class TlsParameters {
    private TlsParameters() {}

    static void addTo(ParameterList all) {
        all.setting("tls-port", port(), "0", Change.FIXED)
                .fixed("tls-ca-cert-dir", text(), "")
                .fixed("tls-ciphers", text(), "")
                .fixed("tls-ciphersuites", text(), "")
                .fixed("tls-client-cert-file", text(), "")
                .fixed("tls-client-key-file", text(), "")
                .fixed("tls-client-key-file-pass", text(), "")
                .fixed("tls-cluster", yesOrNo(), "no")
                .fixed("tls-dh-params-file", text(), "")
                .fixed("tls-prefer-server-ciphers", yesOrNo(), "yes")
                .fixed("tls-replication", yesOrNo(), "no")
                .fixed("tls-session-cache-size", integer(0), Integer.toString(Tuning.TLS_SESSIONS))
                .fixed("tls-session-cache-timeout", integer(0), Integer.toString(Tuning.TLS_SESSION_SECONDS))
                .fixed("tls-session-caching", yesOrNo(), "yes");
    }
}
