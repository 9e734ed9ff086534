package dev.miniredis.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The manifests have no misspelt field and no value of the wrong type. A check that never fails would prove nothing,
 * so each field of each manifest is also damaged in turn, and the damage must be found.
 */
final class ManifestTest {
    /** Maps whose keys the writer chooses, and of {@code matchLabels} too, but all of its keys have a slash. */
    private static final Set<String> FREE_MAPS = Set.of("limits", "requests", "labels", "annotations");

    @ParameterizedTest
    @MethodSource("files")
    void a_manifest_has_only_the_fields_and_types_of_the_model(String file) throws IOException {
        assertThat(Manifests.bind(Manifests.read(file))).isNotNull();
    }

    @Test
    void every_file_is_part_of_a_kustomization() throws IOException {
        Set<Path> named = new HashSet<>();
        Set<Path> unnamed = new HashSet<>();
        for (String file : Manifests.files()) {
            Path path = Path.of(file);
            unnamed.add(path);
            if (path.endsWith(Manifests.KUSTOMIZATION)) {
                named.add(path);
                Path folder = Path.of("/" + file).getParent();
                parts(folder).forEach(part -> named.add(Path.of("/").relativize(part)));
            }
        }
        unnamed.removeAll(named);
        assertThat(unnamed).isEmpty();
        assertThat(named)
                .allSatisfy(path -> assertThat(Manifests.DEPLOY.resolve(path)).exists());
    }

    private static List<Path> parts(Path folder) throws IOException {
        var kustomization = Manifests.kustomization("." + folder);
        return Stream.of(
                        stream(kustomization.resources()),
                        stream(kustomization.components()),
                        stream(kustomization.patches()).map(Manifests.Patch::path),
                        stream(kustomization.configMapGenerator()).flatMap(maps -> stream(maps.envs())),
                        stream(kustomization.configMapGenerator()).flatMap(maps -> stream(maps.files())))
                .flatMap(names -> names)
                .filter(Objects::nonNull)
                .map(name -> folder.resolve(name).normalize())
                .toList();
    }

    private static <T> Stream<T> stream(List<T> list) {
        return list == null ? Stream.of() : list.stream();
    }

    @ParameterizedTest
    @MethodSource("fields")
    void a_misspelt_field_is_found(Field field) throws IOException {
        JsonNode document = Manifests.read(field.file);
        ObjectNode parent = field.parentIn(document);
        String misspelt = field.name + "x";
        parent.set(misspelt, parent.remove(field.name));

        assertThatThrownBy(() -> Manifests.bind(document)).hasMessageContaining(misspelt);
    }

    @ParameterizedTest
    @MethodSource("fields")
    void a_value_of_another_type_is_found(Field field) throws IOException {
        JsonNode document = Manifests.read(field.file);
        ObjectNode parent = field.parentIn(document);
        switch (parent.get(field.name)) {
            case ObjectNode object -> parent.putArray(field.name).add(object);
            case JsonNode array when array.isArray() -> parent.put(field.name, "a word");
            case JsonNode scalar when scalar.isTextual() || scalar.isNumber() -> parent.put(field.name, true);
            default -> parent.put(field.name, "a word");
        }

        assertThatThrownBy(() -> Manifests.bind(document)).hasMessageContaining(field.name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1Gb", "1 Gi", "much", "true", ""})
    void a_quantity_that_is_none_is_found(String amount) throws IOException {
        JsonNode document = Manifests.read("base/statefulset.yaml");
        var limits = (ObjectNode) document.at("/spec/template/spec/containers/0/resources/limits");
        limits.put("memory", amount);

        assertThatThrownBy(() -> Manifests.bind(document)).hasMessageContaining("not a quantity");
    }

    @Test
    void a_field_given_twice_is_found() {
        assertThatThrownBy(() -> Manifests.parse("kind: Service\nkind: StatefulSet\n"))
                .isInstanceOf(JsonProcessingException.class)
                .hasMessageContaining("Duplicate field 'kind'");
    }

    @Test
    void a_second_document_in_a_file_is_found() {
        assertThatThrownBy(() -> Manifests.parse("kind: Service\n---\nkind: StatefulSet\n"))
                .isInstanceOf(JsonProcessingException.class);
    }

    private static List<String> files() throws IOException {
        return Manifests.files();
    }

    private static List<Field> fields() throws IOException {
        var fields = new ArrayList<Field>();
        for (String file : files()) {
            collect(file, "", Manifests.read(file), fields);
        }
        assertThat(fields).hasSizeGreaterThan(100);
        return fields;
    }

    private static void collect(String file, String pointer, JsonNode node, List<Field> found) {
        if (node.isArray()) {
            for (int i = 0; i < node.size(); i++) {
                collect(file, pointer + "/" + i, node.get(i), found);
            }
        }
        for (var property : node.properties()) {
            String name = property.getKey();
            if (!name.contains("/")) {
                found.add(new Field(file, pointer, name));
                boolean isFree = FREE_MAPS.contains(name) && property.getValue().isObject();
                if (!isFree) {
                    collect(file, pointer + "/" + name, property.getValue(), found);
                }
            }
        }
    }

    /** A field of a manifest: its file, the JSON pointer of the object it stands in, its name. */
    record Field(String file, String parent, String name) {
        ObjectNode parentIn(JsonNode document) {
            return (ObjectNode) document.at(parent);
        }

        @Override
        public String toString() {
            return file + " " + parent + "/" + name;
        }
    }
}
