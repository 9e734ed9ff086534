package dev.miniredis.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Capabilities;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.xpath.XPathFactory;
import org.junit.jupiter.api.Test;

/**
 * What one manifest says of another, of the image or of the project is true. An API server takes each manifest by itself
 * and would find none of these mistakes; the cluster would, in the night.
 */
final class DeploymentFactsTest {
    private final StatefulSet set;
    private final PodSpec pod;
    private final Container container;
    private final List<Service> services;
    private final List<String> containerfile;

    DeploymentFactsTest() throws IOException {
        set = (StatefulSet) Manifests.bind(Manifests.read("statefulset.yaml"));
        pod = set.getSpec().getTemplate().getSpec();
        container = pod.getContainers().getFirst();
        services = List.of(service("service.yaml"), service("service-headless.yaml"));
        containerfile = Files.readAllLines(Manifests.DEPLOY.resolve("Containerfile"));
    }

    @Test
    void the_selectors_match_the_labels_of_the_pod() {
        Map<String, String> labels = set.getSpec().getTemplate().getMetadata().getLabels();

        assertThat(labels).containsAllEntriesOf(set.getSpec().getSelector().getMatchLabels());
        assertThat(set.getSpec().getSelector().getMatchLabels()).isNotEmpty();
        assertThat(services)
                .extracting(service -> service.getSpec().getSelector())
                .allSatisfy(selector -> {
                    assertThat(selector).isNotEmpty();
                    assertThat(labels).containsAllEntriesOf(selector);
                });
    }

    @Test
    void clients_reach_the_redis_port_through_the_service_mini_redis() {
        Service service = services.getFirst();

        assertThat(service.getMetadata().getName()).isEqualTo("mini-redis");
        assertThat(service.getSpec().getPorts()).singleElement().satisfies(port -> {
            assertThat(port.getPort()).isEqualTo(6379);
            assertThat(port.getTargetPort().getStrVal()).isEqualTo("redis");
        });
    }

    @Test
    void the_governing_service_is_the_headless_one() {
        Service headless = services.getLast();

        assertThat(headless.getMetadata().getName()).isEqualTo(set.getSpec().getServiceName());
        assertThat(headless.getSpec().getClusterIP()).isEqualTo("None");
    }

    @Test
    void services_lead_to_ports_that_the_container_names() {
        assertThat(ports()).containsOnly(Map.entry("redis", 6379), Map.entry("management", 9000));
        assertThat(services.stream().flatMap(service -> service.getSpec().getPorts().stream()))
                .extracting(port -> port.getTargetPort().getStrVal())
                .isSubsetOf(ports().keySet());
    }

    @Test
    void pods_are_served_without_a_password_and_only_those_of_the_namespace() throws IOException {
        assertThat(container.getEnv())
                .filteredOn(variable -> variable.getName().equals("MINI_REDIS_PROTECTED_MODE"))
                .extracting(EnvVar::getValue)
                .containsExactly("no");
        assertThat(containerfile).contains("ENV MINI_REDIS_PROTECTED_MODE=no");

        NetworkPolicySpec policy = ((NetworkPolicy) Manifests.bind(Manifests.read("networkpolicy.yaml"))).getSpec();
        assertThat(policy.getPolicyTypes()).containsExactly("Ingress");
        assertThat(policy.getPodSelector().getMatchLabels())
                .isEqualTo(set.getSpec().getSelector().getMatchLabels());
        assertThat(policy.getIngress())
                .filteredOn(rule -> rule.getPorts().stream()
                        .anyMatch(port -> !port.getPort().getStrVal().equals("management")))
                .singleElement()
                .satisfies(rule -> assertThat(rule.getFrom()).singleElement().satisfies(peer -> {
                    assertThat(peer.getPodSelector()).isNotNull();
                    assertThat(peer.getNamespaceSelector()).isNull();
                    assertThat(peer.getIpBlock()).isNull();
                }));
        assertThat(policy.getIngress().stream().flatMap(rule -> rule.getPorts().stream()))
                .extracting(port -> port.getPort().getStrVal())
                .containsExactlyInAnyOrderElementsOf(ports().keySet());
    }

    @Test
    void the_probes_ask_the_health_endpoints() {
        assertThat(Map.of(
                        "/q/health/started", container.getStartupProbe(),
                        "/q/health/live", container.getLivenessProbe(),
                        "/q/health/ready", container.getReadinessProbe()))
                .allSatisfy((path, probe) -> {
                    assertThat(probe.getHttpGet().getPath()).isEqualTo(path);
                    assertThat(probe.getHttpGet().getPort().getStrVal()).isEqualTo("management");
                });
    }

    @Test
    void a_long_replay_and_a_slow_disk_do_not_restart_the_pod() {
        assertThat(patienceSeconds(container.getStartupProbe())).isGreaterThanOrEqualTo(1800);
        assertThat(patienceSeconds(container.getLivenessProbe())).isGreaterThanOrEqualTo(60);
    }

    @Test
    void prometheus_is_led_to_the_metrics() {
        assertThat(set.getSpec().getTemplate().getMetadata().getAnnotations())
                .containsEntry("prometheus.io/scrape", "true")
                .containsEntry("prometheus.io/port", ports().get("management").toString())
                .containsEntry("prometheus.io/path", "/q/metrics");
    }

    @Test
    void the_data_directory_is_on_the_claimed_volume() {
        List<String> claims = set.getSpec().getVolumeClaimTemplates().stream()
                .map(claim -> claim.getMetadata().getName())
                .toList();
        List<String> volumes = pod.getVolumes().stream().map(Volume::getName).toList();
        String dataDirectory = container.getArgs().get(container.getArgs().indexOf("--data-dir") + 1);

        assertThat(container.getVolumeMounts())
                .extracting(VolumeMount::getName)
                .containsExactlyInAnyOrderElementsOf(
                        Stream.concat(claims.stream(), volumes.stream()).toList());
        assertThat(container.getVolumeMounts())
                .filteredOn(mount -> mount.getMountPath().equals(dataDirectory))
                .extracting(VolumeMount::getName)
                .isEqualTo(claims);
    }

    @Test
    void what_the_jvm_writes_has_a_place_beside_the_read_only_root() {
        assertThat(container.getVolumeMounts())
                .filteredOn(mount -> mount.getMountPath().equals("/tmp"))
                .singleElement()
                .satisfies(mount -> assertThat(pod.getVolumes())
                        .filteredOn(volume -> volume.getName().equals(mount.getName()))
                        .extracting(Volume::getEmptyDir)
                        .hasSize(1)
                        .doesNotContainNull());
    }

    @Test
    void one_process_at_a_time_writes_the_log() {
        assertThat(set.getSpec().getReplicas()).isEqualTo(1);
        assertThat(set.getSpec().getVolumeClaimTemplates())
                .extracting(PersistentVolumeClaim::getSpec)
                .allSatisfy(claim -> assertThat(claim.getAccessModes()).containsExactly("ReadWriteOnce"));
    }

    @Test
    void the_service_does_not_overwrite_our_own_settings() {
        assertThat(pod.getEnableServiceLinks()).isFalse();
    }

    @Test
    void the_pod_keeps_to_the_restricted_pod_security_standard() {
        assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod.getSecurityContext().getRunAsUser()).isPositive();
        assertThat(pod.getSecurityContext().getRunAsGroup()).isPositive();
        assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(pod.getAutomountServiceAccountToken()).isFalse();
        assertThat(container.getSecurityContext()).satisfies(security -> {
            assertThat(security.getReadOnlyRootFilesystem()).isTrue();
            assertThat(security.getAllowPrivilegeEscalation()).isFalse();
            assertThat(security.getCapabilities())
                    .returns(List.of("ALL"), Capabilities::getDrop)
                    .returns(List.of(), Capabilities::getAdd);
        });
    }

    @Test
    void the_data_volume_is_writable_for_the_user() {
        assertThat(pod.getSecurityContext().getFsGroup())
                .isEqualTo(pod.getSecurityContext().getRunAsGroup());
    }

    @Test
    void memory_is_limited_and_the_processor_is_not_throttled() {
        Map<String, Quantity> requests = container.getResources().getRequests();
        Map<String, Quantity> limits = container.getResources().getLimits();

        assertThat(requests).containsOnlyKeys("cpu", "memory");
        assertThat(limits).containsOnlyKeys("memory");
        assertThat(limits.get("memory").getNumericalAmount())
                .isGreaterThanOrEqualTo(requests.get("memory").getNumericalAmount());
    }

    @Test
    void the_image_is_that_of_the_projects_version() throws Exception {
        var document = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse("pom.xml");
        String version = XPathFactory.newInstance().newXPath().evaluate("/project/version", document);

        assertThat(Manifests.kustomization().images())
                .containsExactly(new Manifests.Image(container.getImage(), version));
        assertThat(containerfile).anyMatch(line -> line.contains("image.version=\"" + version + "\""));
    }

    @Test
    void the_image_and_the_pod_agree() throws IOException {
        var security = pod.getSecurityContext();

        assertThat(instruction("USER")).isEqualTo(security.getRunAsUser() + ":" + security.getRunAsGroup());
        assertThat(instruction("EXPOSE").split(" "))
                .containsExactlyInAnyOrderElementsOf(
                        ports().values().stream().map(Object::toString).toList());
        assertThat(new ObjectMapper().readValue(instruction("CMD"), String[].class))
                .containsExactlyElementsOf(container.getArgs());
        assertThat(container.getVolumeMounts())
                .extracting(VolumeMount::getMountPath)
                .contains(instruction("VOLUME"));
    }

    private Map<String, Integer> ports() {
        return container.getPorts().stream()
                .collect(Collectors.toMap(ContainerPort::getName, ContainerPort::getContainerPort));
    }

    private static int patienceSeconds(Probe probe) {
        return probe.getPeriodSeconds() * probe.getFailureThreshold();
    }

    /** The rest of the last line of the Containerfile that begins with a word: the final stage is the image. */
    private String instruction(String word) {
        return containerfile.reversed().stream()
                .filter(line -> line.startsWith(word + " "))
                .map(line -> line.substring(word.length()).strip())
                .findFirst()
                .orElseThrow(() -> new AssertionError("no " + word + " in the Containerfile"));
    }

    private static Service service(String file) throws IOException {
        return (Service) Manifests.bind(Manifests.read(file));
    }
}
