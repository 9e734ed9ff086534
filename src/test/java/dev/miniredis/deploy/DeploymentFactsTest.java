package dev.miniredis.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.apps.StatefulSetPersistentVolumeClaimRetentionPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
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
 * What one manifest says of another, of the image or of the project is true. An API server takes each manifest by
 * itself and would find none of these mistakes; the cluster would, in the night.
 */
final class DeploymentFactsTest {
    /** How long a server takes to end at most, told to under load; {@code StopIT} measures it. */
    private static final long STOP_SECONDS = 5;

    private final StatefulSet set;
    private final PodSpec pod;
    private final Container container;
    private final List<Service> services;
    private final List<String> containerfile;

    DeploymentFactsTest() throws IOException {
        set = (StatefulSet) Manifests.bind(Manifests.read("base/statefulset.yaml"));
        pod = set.getSpec().getTemplate().getSpec();
        container = pod.getContainers().getFirst();
        services = List.of(service("base/service.yaml"), service("base/service-headless.yaml"));
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
        assertThat(container.getEnvFrom())
                .singleElement()
                .satisfies(
                        source -> assertThat(source.getConfigMapRef().getName()).isEqualTo("mini-redis-settings"));
        assertThat(services.stream().flatMap(service -> service.getSpec().getPorts().stream()))
                .extracting(port -> port.getTargetPort().getStrVal())
                .isSubsetOf(ports().keySet());
    }

    @Test
    void pods_of_the_namespace_are_served_and_nobody_else() throws IOException {
        assertThat(settings()).contains("MINI_REDIS_PROTECTED_MODE=no");
        assertThat(containerfile).contains("ENV MINI_REDIS_PROTECTED_MODE=no");

        NetworkPolicySpec policy =
                ((NetworkPolicy) Manifests.bind(Manifests.read("base/networkpolicy.yaml"))).getSpec();
        assertThat(policy.getPolicyTypes()).containsExactly("Ingress", "Egress");
        assertThat(policy.getEgress()).isEmpty();
        assertThat(policy.getPodSelector().getMatchLabels())
                .isEqualTo(set.getSpec().getSelector().getMatchLabels());
        assertThat(policy.getIngress()).singleElement().satisfies(rule -> {
            assertThat(rule.getFrom()).singleElement().satisfies(peer -> {
                assertThat(peer.getPodSelector()).isNotNull();
                assertThat(peer.getNamespaceSelector()).isNull();
                assertThat(peer.getIpBlock()).isNull();
            });
            assertThat(rule.getPorts())
                    .extracting(port -> port.getPort().getStrVal())
                    .containsExactlyInAnyOrderElementsOf(ports().keySet());
        });
    }

    private static List<String> settings() throws IOException {
        return Files.readAllLines(Manifests.DEPLOY.resolve("base/settings.env"));
    }

    @Test
    void the_probes_ask_the_health_endpoints() {
        assertThat(container.getStartupProbe().getHttpGet().getPath()).isEqualTo("/q/health/live");
        assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/q/health/live");
        assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/q/health/ready");
        assertThat(probes())
                .allSatisfy(probe ->
                        assertThat(probe.getHttpGet().getPort().getStrVal()).isEqualTo("management"));
    }

    private List<Probe> probes() {
        return List.of(container.getStartupProbe(), container.getLivenessProbe(), container.getReadinessProbe());
    }

    @Test
    void a_short_silence_does_not_restart_the_pod() {
        assertThat(patienceSeconds(container.getStartupProbe())).isGreaterThanOrEqualTo(300);
        assertThat(patienceSeconds(container.getLivenessProbe())).isGreaterThanOrEqualTo(60);
    }

    @Test
    void there_is_time_to_end_in_peace() {
        long pauseSeconds = container.getLifecycle().getPreStop().getSleep().getSeconds();

        assertThat(pauseSeconds).isBetween(1L, 10L);
        assertThat(pod.getTerminationGracePeriodSeconds())
                .as("the pause, what a stop takes, and as much again and more for a slow disk")
                .isGreaterThanOrEqualTo(pauseSeconds + 2 * STOP_SECONDS);
    }

    @Test
    void an_update_that_fails_can_be_taken_back_and_nothing_takes_the_data_along() {
        assertThat(set.getSpec().getUpdateStrategy().getType()).isEqualTo("RollingUpdate");
        assertThat(set.getSpec().getPodManagementPolicy()).isEqualTo("Parallel");
        assertThat(set.getSpec().getPersistentVolumeClaimRetentionPolicy())
                .returns("Retain", StatefulSetPersistentVolumeClaimRetentionPolicy::getWhenDeleted)
                .returns("Retain", StatefulSetPersistentVolumeClaimRetentionPolicy::getWhenScaled);
    }

    @Test
    void a_node_can_be_drained() throws IOException {
        var budget = ((PodDisruptionBudget) Manifests.bind(Manifests.read("base/poddisruptionbudget.yaml"))).getSpec();

        assertThat(budget.getMaxUnavailable().getIntVal()).isEqualTo(1);
        assertThat(budget.getSelector()).isEqualTo(set.getSpec().getSelector());
    }

    @Test
    void a_node_that_has_one_already_is_avoided_but_better_than_none() {
        assertThat(pod.getTopologySpreadConstraints()).singleElement().satisfies(constraint -> {
            assertThat(constraint.getWhenUnsatisfiable()).isEqualTo("ScheduleAnyway");
            assertThat(constraint.getLabelSelector()).isEqualTo(set.getSpec().getSelector());
        });
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

        assertThat(Manifests.kustomization("base").images())
                .containsExactly(new Manifests.Image(container.getImage(), version));
        assertThat(containerfile).contains("ARG VERSION=" + version);
    }

    @Test
    void the_image_and_the_pod_agree() throws IOException {
        var security = pod.getSecurityContext();

        assertThat(instruction("USER")).isEqualTo(security.getRunAsUser() + ":" + security.getRunAsGroup());
        assertThat(instruction("EXPOSE").split(" "))
                .containsExactlyInAnyOrderElementsOf(
                        ports().values().stream().map(Object::toString).toList());
        List<String> args = container.getArgs();
        assertThat(new ObjectMapper().readValue(instruction("CMD"), String[].class))
                .containsExactly(args.getFirst());
        assertThat(containerfile)
                .contains("ENV MINI_REDIS_HOST=%s MINI_REDIS_DATA_DIR=%s"
                        .formatted(args.get(args.indexOf("--host") + 1), args.get(args.indexOf("--data-dir") + 1)));
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
