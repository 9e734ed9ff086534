package dev.miniredis.command;

import static dev.miniredis.command.ParameterType.integer;
import static dev.miniredis.command.ParameterType.oneOf;
import static dev.miniredis.command.ParameterType.port;
import static dev.miniredis.command.ParameterType.text;
import static dev.miniredis.command.ParameterType.yesOrNo;

/** Parameters of encrypted connections, which there are none of. */
final class TlsParameters {
    private TlsParameters() {}

    static void addTo(ParameterList all) {
        all.fixed("tls-port", port(), "0")
                .fixed("tls-auth-clients", oneOf("no", "yes", "optional"), "yes")
                .fixed("tls-ca-cert-dir", text(), "")
                .fixed("tls-ca-cert-file", text(), "")
                .fixed("tls-cert-file", text(), "")
                .fixed("tls-ciphers", text(), "")
                .fixed("tls-ciphersuites", text(), "")
                .fixed("tls-client-cert-file", text(), "")
                .fixed("tls-client-key-file", text(), "")
                .fixed("tls-client-key-file-pass", text(), "")
                .fixed("tls-cluster", yesOrNo(), "no")
                .fixed("tls-dh-params-file", text(), "")
                .fixed("tls-key-file", text(), "")
                .fixed("tls-key-file-pass", text(), "")
                .fixed("tls-prefer-server-ciphers", yesOrNo(), "no")
                .fixed("tls-protocols", text(), "")
                .fixed("tls-replication", yesOrNo(), "no")
                .fixed("tls-session-cache-size", integer(0), "20480")
                .fixed("tls-session-cache-timeout", integer(0), "300")
                .fixed("tls-session-caching", yesOrNo(), "yes");
    }
}
