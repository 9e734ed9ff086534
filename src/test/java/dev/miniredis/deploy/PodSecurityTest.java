package dev.miniredis.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** All pods keep to the standard, and whoever does not is found. */
final class PodSecurityTest {
    private static final ObjectMapper JSON = new ObjectMapper();

    @Test
    void all_pods_are_restricted() throws IOException {
        List<Object> objects = new ArrayList<>();
        for (String file : Manifests.files()) {
            if (file.startsWith("base/") || file.startsWith("restore/") || file.endsWith("cronjob.yaml")) {
                objects.add(Manifests.bind(Manifests.read(file)));
            }
        }
        List<PodTemplateSpec> pods = Kustomize.pods(objects);

        assertThat(pods).hasSize(3).allSatisfy(pod -> {
            assertThat(PodSecurity.violations(pod.getSpec())).isEmpty();
            assertThat(pod.getSpec().getAutomountServiceAccountToken()).isFalse();
            assertThat(pod.getSpec().getContainers())
                    .allSatisfy(container -> assertThat(
                                    container.getSecurityContext().getReadOnlyRootFilesystem())
                            .isTrue());
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            /hostNetwork                                        | true                             | Host Namespaces
            /hostPID                                            | true                             | Host Namespaces
            /hostIPC                                            | true                             | Host Namespaces
            /volumes/0/emptyDir                                 | null                             | Volume Types
            /securityContext/sysctls                            | [{"name":"a","value":"b"}]       | Sysctls
            /securityContext/runAsNonRoot                       | false                            | Running as Non-root
            /securityContext/runAsUser                          | 0                                | Running as Non-root user
            /securityContext/seccompProfile/type                | "Unconfined"                     | Seccomp
            /securityContext/seccompProfile                     | null                             | Seccomp
            /securityContext/seLinuxOptions                     | {"user":"system_u"}              | SELinux
            /containers/0/securityContext/privileged            | true                             | Privileged Containers
            /containers/0/securityContext/procMount             | "Unmasked"                       | /proc Mount Type
            /containers/0/securityContext/runAsNonRoot          | false                            | Running as Non-root
            /containers/0/securityContext/allowPrivilegeEscalation | null                          | Privilege Escalation
            /containers/0/securityContext/allowPrivilegeEscalation | true                          | Privilege Escalation
            /containers/0/securityContext/capabilities          | null                             | Capabilities
            /containers/0/securityContext/capabilities/drop     | ["CHOWN"]                        | Capabilities
            /containers/0/securityContext/capabilities/add      | ["SYS_ADMIN"]                    | Capabilities
            /containers/0/ports/0/hostPort                      | 6379                             | Host Ports
            """)
    void a_broken_rule_is_found(String pointer, String value, String control) throws IOException {
        JsonNode document = Manifests.read("base/statefulset.yaml");
        int slash = pointer.lastIndexOf('/');
        var parent = (ObjectNode) document.at("/spec/template/spec" + pointer.substring(0, slash));
        parent.set(pointer.substring(slash + 1), JSON.readTree(value));
        var pod =
                ((StatefulSet) Manifests.bind(document)).getSpec().getTemplate().getSpec();

        assertThat(PodSecurity.violations(pod)).containsExactly(control);
    }
}
