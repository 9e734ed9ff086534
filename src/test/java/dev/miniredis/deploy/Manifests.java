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
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.apps.StatefulSet;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

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

    private static final Map<String, Class<?>> KINDS = Map.of(
            "kustomize.config.k8s.io/v1beta1 Kustomization", Kustomization.class,
            "apps/v1 StatefulSet", StatefulSet.class,
            "networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class,
            "v1 Service", Service.class);

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

    static Kustomization kustomization() throws IOException {
        return (Kustomization) bind(read(KUSTOMIZATION));
    }

    /** As much of a kustomization as ours uses; whoever needs more adds it here. */
    record Kustomization(
            String apiVersion, String kind, List<String> resources, List<Labels> labels, List<Image> images) {}

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
