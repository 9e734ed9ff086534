package dev.miniredis.deploy;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonDeserializer;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.fabric8.certmanager.api.model.v1.Certificate;
import io.fabric8.certmanager.api.model.v1.Issuer;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.batch.v1.CronJob;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Reads the manifests the way an API server with strict field validation does: a field that the Kubernetes model does
 * not know, a value of another type, a field given twice or a second document in the file is an error.
 *
 * <p>Kubernetes's own types come from fabric8's model. Each of its classes keeps the fields that it does not know in a
 * map ({@code additionalProperties}), so that by default a misspelt one is silently accepted, and takes any text for a
 * quantity; {@link StrictModel} closes both doors.
 */
final class Manifests {
    static final Path DEPLOY = Path.of("deploy");
    static final String KUSTOMIZATION = "kustomization.yaml";

    private static final Map<String, Class<?>> KINDS = Map.ofEntries(
            Map.entry("kustomize.config.k8s.io/v1beta1 Kustomization", Kustomization.class),
            Map.entry("kustomize.config.k8s.io/v1alpha1 Component", Kustomization.class),
            Map.entry("apps/v1 StatefulSet", StatefulSet.class),
            Map.entry("batch/v1 CronJob", CronJob.class),
            Map.entry("batch/v1 Job", Job.class),
            Map.entry("cert-manager.io/v1 Certificate", Certificate.class),
            Map.entry("cert-manager.io/v1 Issuer", Issuer.class),
            Map.entry("monitoring.coreos.com/v1 PrometheusRule", PrometheusRule.class),
            Map.entry("monitoring.coreos.com/v1 ServiceMonitor", ServiceMonitor.class),
            Map.entry("networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class),
            Map.entry("policy/v1 PodDisruptionBudget", PodDisruptionBudget.class),
            Map.entry("v1 ConfigMap", ConfigMap.class),
            Map.entry("v1 PersistentVolumeClaim", PersistentVolumeClaim.class),
            Map.entry("v1 Secret", Secret.class),
            Map.entry("v1 Service", Service.class));

    private static final ObjectMapper STRICT = YAMLMapper.builder()
            .annotationIntrospector(new StrictModel())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
            .withCoercionConfig(
                    LogicalType.Textual,
                    text -> text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                            .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
            .build();

    private Manifests() {}

    /** Reads the one document of a file under {@code deploy/}. */
    static JsonNode read(String file) throws IOException {
        return parse(Files.readString(DEPLOY.resolve(file)));
    }

    static JsonNode parse(String yaml) throws JsonProcessingException {
        return STRICT.reader(DeserializationFeature.FAIL_ON_TRAILING_TOKENS).readTree(yaml);
    }

    /** Reads all documents of a text. */
    static List<JsonNode> parseAll(String yaml) throws IOException {
        try (var documents = STRICT.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
            return documents.readAll();
        }
    }

    /**
     * Makes a document the object of the model that its {@code apiVersion} and {@code kind} name.
     *
     * @throws IllegalArgumentException if they name none of those that we use
     * @throws JsonProcessingException if the document does not fit; the message names the field and its path
     */
    static Object bind(JsonNode document) throws JsonProcessingException {
        String kind = document.path("apiVersion").asText() + " "
                + document.path("kind").asText();
        if (!KINDS.containsKey(kind)) {
            throw new IllegalArgumentException("no kind that we know, '" + kind + "', in " + document);
        }
        return STRICT.treeToValue(document, KINDS.get(kind));
    }

    /** All manifests, as paths below {@link #DEPLOY}, patches and kustomizations too. */
    static List<String> files() throws IOException {
        try (Stream<Path> tree = Files.walk(DEPLOY)) {
            return tree.map(path -> DEPLOY.relativize(path).toString())
                    .filter(name -> name.matches(".+\\.ya?ml"))
                    .sorted()
                    .toList();
        }
    }

    /** @param folder below {@link #DEPLOY} */
    static Kustomization kustomization(String folder) throws IOException {
        return (Kustomization) bind(read(Path.of(folder, KUSTOMIZATION).toString()));
    }

    /** As much of a kustomization or a component as ours use; whoever needs more adds it here. */
    record Kustomization(
            String apiVersion,
            String kind,
            List<String> resources,
            List<String> components,
            List<Generator> configMapGenerator,
            List<Generator> secretGenerator,
            List<Labels> labels,
            List<Image> images,
            List<Patch> patches) {}

    /** Makes a ConfigMap or a Secret. */
    record Generator(
            String name,
            String behavior,
            List<String> envs,
            List<String> files,
            List<String> literals,
            GeneratorOptions options) {}

    record GeneratorOptions(Map<String, String> labels, Boolean disableNameSuffixHash) {}

    record Patch(String path, Target target, String patch) {}

    record Target(String kind, String name) {}

    record Labels(Map<String, String> pairs, Boolean includeTemplates) {}

    record Image(String name, String newTag) {}

    private static final class StrictModel extends JacksonAnnotationIntrospector {
        private static final long serialVersionUID = 1;

        @Override
        public Boolean hasAnySetter(Annotated member) {
            return false;
        }

        @Override
        public Object findDeserializer(Annotated type) {
            return type.getRawType() == Quantity.class ? StrictQuantity.class : super.findDeserializer(type);
        }
    }

    private static final class StrictQuantity extends JsonDeserializer<Quantity> {
        @Override
        public Quantity deserialize(JsonParser parser, DeserializationContext context) throws IOException {
            if (!parser.hasToken(JsonToken.VALUE_STRING)) {
                throw context.wrongTokenException(parser, Quantity.class, JsonToken.VALUE_STRING, "not a quantity");
            }
            try {
                var quantity = new Quantity(parser.getText());
                quantity.getNumericalAmount();
                return quantity;
            } catch (IllegalArgumentException e) {
                throw JsonMappingException.from(parser, "not a quantity: " + parser.getText(), e);
            }
        }
    }
}
