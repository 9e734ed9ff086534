package dev.miniredis.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.config.Parameter;
import dev.miniredis.config.Tuning;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the overlays and components come to when they are put together. */
final class KustomizeTest {
    /** What is there already, or made by somebody else: the StatefulSet's claim, cert-manager, the user. */
    private static final Set<String> MADE_ELSEWHERE =
            Set.of("data-mini-redis-0", "mini-redis-backup", "mini-redis-tls", "mini-redis-users");

    /** Settings of the server that are no parameters. */
    private static final Set<String> SETTINGS = Set.of("fsync", "port", "tls-port", "requirepass-file");

    @TempDir
    private static Path scratch;

    private static Kustomize kustomize;

    @BeforeAll
    static void copy() throws IOException {
        kustomize = new Kustomize(scratch);
    }

    private static List<String> overlays() {
        return Kustomize.overlays();
    }

    private static Map<String, String> settings(String overlay) throws IOException {
        return kustomize.objects(overlay, ConfigMap.class).stream()
                .filter(map -> map.getMetadata().getName().startsWith("mini-redis-settings-"))
                .map(ConfigMap::getData)
                .collect(Collectors.collectingAndThen(Collectors.toList(), List::getFirst));
    }

    private static PodTemplateSpec server(String overlay) throws IOException {
        return kustomize
                .objects(overlay, StatefulSet.class)
                .getFirst()
                .getSpec()
                .getTemplate();
    }

    @Test
    void who_applies_the_folder_gets_the_overlay_for_development() throws IOException {
        assertThat(kustomize.render(".")).isEqualTo(kustomize.render("overlays/dev"));
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void every_object_fits_its_kind_and_every_pod_the_standard(String overlay) throws IOException {
        assertThat(kustomize.objects(overlay))
                .isNotEmpty()
                .allSatisfy(object -> assertThat(
                                ((HasMetadata) object).getMetadata().getLabels())
                        .isNotNull());
        assertThat(Kustomize.pods(kustomize.objects(overlay)))
                .isNotEmpty()
                .allSatisfy(
                        pod -> assertThat(PodSecurity.violations(pod.getSpec())).isEmpty());
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void what_a_pod_refers_to_is_there(String overlay) throws IOException {
        List<Object> objects = kustomize.objects(overlay);
        Set<String> names = objects.stream()
                .map(object -> ((HasMetadata) object).getMetadata().getName())
                .collect(Collectors.toSet());
        names.addAll(MADE_ELSEWHERE);
        for (PodTemplateSpec pod : Kustomize.pods(objects)) {
            assertThat(references(pod)).isSubsetOf(names);
            Set<String> volumes =
                    pod.getSpec().getVolumes().stream().map(Volume::getName).collect(Collectors.toSet());
            volumes.add("data");
            assertThat(pod.getSpec().getContainers().getFirst().getVolumeMounts())
                    .allSatisfy(mount -> assertThat(volumes).contains(mount.getName()));
        }
    }

    private static List<String> references(PodTemplateSpec pod) {
        Stream<String> volumes = pod.getSpec().getVolumes().stream()
                .flatMap(volume -> Stream.of(
                        volume.getConfigMap() == null
                                ? null
                                : volume.getConfigMap().getName(),
                        volume.getSecret() == null ? null : volume.getSecret().getSecretName(),
                        volume.getPersistentVolumeClaim() == null
                                ? null
                                : volume.getPersistentVolumeClaim().getClaimName()));
        Stream<String> environments = pod.getSpec().getContainers().stream()
                .flatMap(container -> container.getEnvFrom().stream())
                .map(source -> source.getConfigMapRef().getName());
        return Stream.concat(volumes, environments).filter(Objects::nonNull).toList();
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void services_lead_to_the_server_and_to_no_other_pod(String overlay) throws IOException {
        List<Object> objects = kustomize.objects(overlay);
        List<Service> services = objects.stream()
                .filter(Service.class::isInstance)
                .map(Service.class::cast)
                .toList();
        for (PodTemplateSpec pod : Kustomize.pods(objects)) {
            Map<String, String> labels = pod.getMetadata().getLabels();
            boolean isServer =
                    pod.getSpec().getContainers().getFirst().getArgs().contains("server");
            assertThat(services)
                    .allMatch(service -> isServer
                            == labels.entrySet()
                                    .containsAll(service.getSpec().getSelector().entrySet()));
        }
    }

    @ParameterizedTest
    @MethodSource("overlays")
    void all_pods_run_the_image_of_this_version(String overlay) throws IOException {
        String tag = Manifests.kustomization("base").images().getFirst().newTag();
        assertThat(Kustomize.pods(kustomize.objects(overlay)).stream()
                        .flatMap(pod -> pod.getSpec().getContainers().stream())
                        .map(Container::getImage))
                .containsOnly("mini-redis:" + tag);
    }

    @Test
    void every_setting_is_one_of_the_server() throws IOException {
        Set<String> known = new Tuning().all().stream().map(Parameter::name).collect(Collectors.toSet());
        known.addAll(SETTINGS);
        assertThat(settings("overlays/everything").keySet())
                .filteredOn(name -> name.startsWith("MINI_REDIS_"))
                .hasSizeGreaterThan(5)
                .allSatisfy(name -> assertThat(known)
                        .contains(name.substring("MINI_REDIS_".length())
                                .toLowerCase(Locale.ROOT)
                                .replace('_', '-')));
    }

    @Test
    void development_is_small_and_without_a_password() throws IOException {
        assertThat(settings("overlays/dev"))
                .containsEntry("QUARKUS_LOG_CONSOLE_JSON_ENABLED", "false")
                .containsEntry("MINI_REDIS_FSYNC", "always")
                .doesNotContainKey("MINI_REDIS_REQUIREPASS_FILE");
        assertThat(kustomize.objects("overlays/dev", Secret.class)).isEmpty();
    }

    @Test
    void the_password_of_production_is_in_its_secret_and_nowhere_else() throws IOException {
        String encoded = Base64.getEncoder().encodeToString(Kustomize.PASSWORD.getBytes(StandardCharsets.UTF_8));
        Secret secret = kustomize.objects("overlays/production", Secret.class).getFirst();
        assertThat(secret.getData()).containsExactly(Map.entry("password", encoded));
        assertThat(kustomize.render("overlays/production"))
                .doesNotContain(Kustomize.PASSWORD)
                .containsOnlyOnce(encoded);

        String file = settings("overlays/production").get("MINI_REDIS_REQUIREPASS_FILE");
        PodTemplateSpec pod = server("overlays/production");
        assertThat(mounted(pod, "password")).isEqualTo(Path.of(file).getParent().toString());
        assertThat(volume(pod, "password").getSecret().getSecretName())
                .isEqualTo(secret.getMetadata().getName())
                .startsWith("mini-redis-password-");
    }

    @Test
    void files_that_settings_name_are_mounted_and_the_group_may_read_them() throws IOException {
        PodTemplateSpec pod = server("overlays/everything");
        assertThat(settings("overlays/everything").values())
                .filteredOn(value -> value.startsWith("/"))
                .hasSize(5)
                .allSatisfy(file -> assertThat(
                                pod.getSpec().getContainers().getFirst().getVolumeMounts())
                        .anyMatch(mount -> file.startsWith(mount.getMountPath() + "/")));
        for (String name : List.of("password", "tls", "users")) {
            assertThat(volume(pod, name).getSecret().getDefaultMode()).isEqualTo(0440);
        }
    }

    @Test
    void tls_takes_the_place_of_the_plain_port() throws IOException {
        int port = server("overlays/everything").getSpec().getContainers().getFirst().getPorts().stream()
                .filter(found -> found.getName().equals("redis"))
                .findFirst()
                .orElseThrow()
                .getContainerPort();
        assertThat(settings("overlays/everything"))
                .containsEntry("MINI_REDIS_PORT", "no")
                .containsEntry("MINI_REDIS_TLS_PORT", Integer.toString(port));
    }

    @Test
    void monitoring_may_reach_the_metrics_and_nothing_else() throws IOException {
        NetworkPolicy policy = kustomize.objects("overlays/production", NetworkPolicy.class).stream()
                .filter(found -> found.getMetadata().getName().equals("mini-redis"))
                .findFirst()
                .orElseThrow();
        assertThat(policy.getSpec().getIngress())
                .filteredOn(rule -> rule.getFrom().getFirst().getNamespaceSelector() != null)
                .singleElement()
                .satisfies(rule -> assertThat(rule.getPorts())
                        .singleElement()
                        .satisfies(
                                port -> assertThat(port.getPort().getStrVal()).isEqualTo("management")));
        assertThat(server("overlays/production").getMetadata().getAnnotations())
                .containsEntry("prometheus.io/scrape", "false");
    }

    @Test
    void the_dashboard_is_where_grafanas_sidecar_looks() throws IOException {
        assertThat(kustomize.objects("overlays/production", ConfigMap.class))
                .filteredOn(map -> map.getMetadata().getName().equals("mini-redis-dashboard"))
                .singleElement()
                .satisfies(map -> {
                    assertThat(map.getMetadata().getLabels()).containsEntry("grafana_dashboard", "1");
                    assertThat(map.getData()).containsOnlyKeys("mini-redis-dashboard.json");
                });
    }

    private static Volume volume(PodTemplateSpec pod, String name) {
        return pod.getSpec().getVolumes().stream()
                .filter(volume -> volume.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static String mounted(PodTemplateSpec pod, String volume) {
        return pod.getSpec().getContainers().getFirst().getVolumeMounts().stream()
                .filter(mount -> mount.getName().equals(volume))
                .findFirst()
                .orElseThrow()
                .getMountPath();
    }
}
