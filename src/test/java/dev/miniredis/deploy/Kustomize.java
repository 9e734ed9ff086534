package dev.miniredis.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.miniredis.it.Program;
import io.fabric8.kubernetes.api.model.PodTemplateSpec;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What {@code kubectl kustomize} makes of the manifests, and so what {@code kubectl apply -k} applies. */
final class Kustomize {
    /** What a user writes who wants everything: the production overlay with the components that it leaves out. */
    private static final String EVERYTHING = """
            apiVersion: kustomize.config.k8s.io/v1beta1
            kind: Kustomization
            namespace: cache
            resources:
              - ../production
            components:
              - ../../components/tls
              - ../../components/cert-manager
              - ../../components/users
            """;

    /** A password that is found again wherever it goes. */
    static final String PASSWORD = "correct horse battery staple";

    private static final Pattern KNOWS_COMPONENTS = Pattern.compile("Kustomize Version: v([4-9]|\\d\\d)");

    private final Path deploy;

    /** @param scratch where the manifests are copied to: a user makes files there */
    Kustomize(Path scratch) throws IOException {
        Program.assumeInstalled("kubectl");
        boolean knowsComponents = KNOWS_COMPONENTS
                .matcher(Program.run("kubectl", "version", "--client").out())
                .find();
        Program.assume(knowsComponents, "kubectl is older than 1.24");
        deploy = scratch.resolve("deploy");
        try (Stream<Path> tree = Files.walk(Manifests.DEPLOY)) {
            for (Path path : (Iterable<Path>) tree::iterator) {
                Path copy = deploy.resolve(Manifests.DEPLOY.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(copy);
                } else {
                    Files.copy(path, copy);
                }
            }
        }
        Files.writeString(deploy.resolve("overlays/production/password"), PASSWORD);
        Files.createDirectory(deploy.resolve("overlays/everything"));
        Files.writeString(deploy.resolve("overlays/everything/kustomization.yaml"), EVERYTHING);
    }

    /** All that can be applied, as folders below {@code deploy/}. */
    static List<String> overlays() {
        return List.of(".", "base", "overlays/dev", "overlays/production", "overlays/everything", "restore");
    }

    /** The text that is applied. */
    String render(String overlay) throws IOException {
        Program run =
                Program.run("kubectl", "kustomize", deploy.resolve(overlay).toString());
        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.err()).isEmpty();
        return run.out();
    }

    /** The objects that are applied, each as strict as its kind is. */
    List<Object> objects(String overlay) throws IOException {
        List<Object> objects = new ArrayList<>();
        for (JsonNode document : Manifests.parseAll(render(overlay))) {
            objects.add(Manifests.bind(document));
        }
        return objects;
    }

    <T> List<T> objects(String overlay, Class<T> kind) throws IOException {
        return objects(overlay).stream()
                .filter(kind::isInstance)
                .map(kind::cast)
                .toList();
    }

    /** What pods are made from. */
    static List<PodTemplateSpec> pods(List<Object> objects) {
        List<PodTemplateSpec> pods = new ArrayList<>();
        for (Object object : objects) {
            switch (object) {
                case StatefulSet set -> pods.add(set.getSpec().getTemplate());
                case Job job -> pods.add(job.getSpec().getTemplate());
                case CronJob job ->
                    pods.add(job.getSpec().getJobTemplate().getSpec().getTemplate());
                default -> {}
            }
        }
        return pods;
    }
}
