package dev.miniredis.deploy;

import io.fabric8.kubernetes.api.model.Capabilities;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.SeccompProfile;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Volume;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;

/**
 * The rules of Kubernetes's Pod Security Standards, level "restricted", which holds the rules of "baseline" too: a
 * namespace that is labelled so takes no pod that breaks one.
 */
final class PodSecurity {
    private static final Set<String> PROFILES = Set.of("RuntimeDefault", "Localhost");
    private static final Set<String> MAY_BE_ADDED = Set.of("NET_BIND_SERVICE");

    private PodSecurity() {}

    /** What of a pod breaks a rule, by the names that the standard has for the controls. */
    static List<String> violations(PodSpec pod) {
        List<String> found = new ArrayList<>();
        PodSecurityContext shared = Objects.requireNonNullElseGet(pod.getSecurityContext(), PodSecurityContext::new);
        add(
                found,
                isTrue(pod.getHostNetwork()) || isTrue(pod.getHostPID()) || isTrue(pod.getHostIPC()),
                "Host Namespaces");
        add(found, !shared.getSysctls().isEmpty(), "Sysctls");
        add(found, !pod.getVolumes().stream().allMatch(PodSecurity::isOfAnAllowedType), "Volume Types");
        Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream())
                .forEach(container -> look(container, shared, found));
        return found;
    }

    private static void look(Container container, PodSecurityContext shared, List<String> found) {
        SecurityContext own = Objects.requireNonNullElseGet(container.getSecurityContext(), SecurityContext::new);
        Capabilities capabilities = Objects.requireNonNullElseGet(own.getCapabilities(), Capabilities::new);
        Boolean nonRoot = own.getRunAsNonRoot() != null ? own.getRunAsNonRoot() : shared.getRunAsNonRoot();
        Long user = own.getRunAsUser() != null ? own.getRunAsUser() : shared.getRunAsUser();
        SeccompProfile seccomp = own.getSeccompProfile() != null ? own.getSeccompProfile() : shared.getSeccompProfile();
        add(found, isTrue(own.getPrivileged()), "Privileged Containers");
        add(found, container.getPorts().stream().anyMatch(port -> port.getHostPort() != null), "Host Ports");
        add(found, own.getProcMount() != null && !own.getProcMount().equals("Default"), "/proc Mount Type");
        add(found, own.getSeLinuxOptions() != null || shared.getSeLinuxOptions() != null, "SELinux");
        add(found, !Boolean.FALSE.equals(own.getAllowPrivilegeEscalation()), "Privilege Escalation");
        add(found, !isTrue(nonRoot), "Running as Non-root");
        add(found, user != null && user == 0, "Running as Non-root user");
        add(found, seccomp == null || !PROFILES.contains(seccomp.getType()), "Seccomp");
        add(
                found,
                !capabilities.getDrop().contains("ALL") || !MAY_BE_ADDED.containsAll(capabilities.getAdd()),
                "Capabilities");
    }

    private static boolean isOfAnAllowedType(Volume volume) {
        return Stream.of(
                        volume.getConfigMap(),
                        volume.getCsi(),
                        volume.getDownwardAPI(),
                        volume.getEmptyDir(),
                        volume.getEphemeral(),
                        volume.getPersistentVolumeClaim(),
                        volume.getProjected(),
                        volume.getSecret())
                .anyMatch(Objects::nonNull);
    }

    private static void add(List<String> found, boolean isBroken, String control) {
        if (isBroken) {
            found.add(control);
        }
    }

    private static boolean isTrue(Boolean value) {
        return Boolean.TRUE.equals(value);
    }
}
