package dev.miniredis.deploy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.miniredis.it.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What is applied is valid by the schemas of Kubernetes, the Prometheus operator and cert-manager. They know what the
 * model of {@link Manifests} does not, which fields must be there and what texts must look like; that one knows which
 * may not.
 */
class KubernetesSchemaIT {
    private static final Path SOURCES = Path.of("src/test/manifests");
    private static final Path MODULES = Path.of("target/manifest-tests").toAbsolutePath();

    @TempDir
    private static Path scratch;

    private static Kustomize kustomize;

    @BeforeAll
    static void install() throws IOException {
        Program.assumeInstalled("node");
        Program.assumeInstalled("npm");
        kustomize = new Kustomize(scratch);
        Files.createDirectories(MODULES);
        Path wanted = SOURCES.resolve("package.json");
        Path installed = MODULES.resolve("installed.json");
        Files.copy(
                SOURCES.resolve("validate.mjs"), MODULES.resolve("validate.mjs"), StandardCopyOption.REPLACE_EXISTING);
        if (Files.exists(installed) && Files.mismatch(wanted, installed) < 0) {
            return;
        }
        Files.copy(wanted, MODULES.resolve("package.json"), StandardCopyOption.REPLACE_EXISTING);
        Program run = Program.in(
                MODULES, "npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--engine-strict=false");
        Program.assume(run.exitCode() == 0, "npm cannot install the schemas: " + run.output());
        Files.copy(wanted, installed, StandardCopyOption.REPLACE_EXISTING);
    }

    private static Program validate(String manifests) throws IOException {
        return Program.feed(manifests, "node", MODULES.resolve("validate.mjs").toString());
    }

    @ParameterizedTest
    @MethodSource("dev.miniredis.deploy.Kustomize#overlays")
    void what_is_applied_is_valid(String overlay) throws IOException {
        Program run = validate(kustomize.render(overlay));

        assertThat(run.exitCode()).as(run.output()).isZero();
        assertThat(run.out().lines())
                .hasSize(kustomize.objects(overlay).size())
                .allMatch(line -> line.endsWith(": valid"));
    }

    @ParameterizedTest
    @CsvSource({
        "storage: 20Gi, storage: 20Gb, StatefulSet",
        "maxUnavailable: 1, maxUnavailable: [1], PodDisruptionBudget",
        "schedule: 17 3 * * *, '', CronJob",
        "concurrencyPolicy: Forbid, concurrencyPolicy: Maybe, CronJob",
        "issuerRef:, isuerRef:, Certificate",
        "for: 2m, for: soon, PrometheusRule",
        "interval: 15s, interval: often, ServiceMonitor"
    })
    void what_is_missing_or_malformed_is_found(String good, String bad, String kind) throws IOException {
        String manifests = kustomize.render("overlays/everything");
        assertThat(manifests).contains(good);
        Program run = validate(manifests.replace(good, bad));

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out().lines().filter(line -> !line.endsWith(": valid")))
                .isNotEmpty()
                .allMatch(line -> line.startsWith(kind + " mini-redis"));
    }

    @Test
    void a_kind_that_nobody_knows_is_found() throws IOException {
        Program run = validate("apiVersion: v1\nkind: Servise\nmetadata:\n  name: x\n");

        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out()).contains("Servise x: no model");
    }
}
