package dev.miniredis.deploy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
    /** Maps whose keys the writer chooses. (So are the keys of labels and annotations, but all of those have a slash.) */
    private static final Set<String> FREE_MAPS = Set.of("limits", "requests");

    @ParameterizedTest
    @MethodSource("files")
    void a_manifest_has_only_the_fields_and_types_of_the_model(String file) throws IOException {
        assertThat(Manifests.bind(Manifests.read(file))).isNotNull();
    }

    @Test
    void every_manifest_in_the_folder_is_part_of_the_kustomization() throws IOException {
        try (Stream<Path> folder = Files.list(Manifests.DEPLOY)) {
            assertThat(folder.map(path -> path.getFileName().toString()).filter(name -> name.matches(".+\\.ya?ml")))
                    .containsExactlyInAnyOrderElementsOf(files());
        }
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
            case JsonNode text when text.isTextual() -> parent.put(field.name, true);
            default -> parent.put(field.name, "a word");
        }

        assertThatThrownBy(() -> Manifests.bind(document)).hasMessageContaining(field.name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"1Gb", "1 Gi", "much", "true", ""})
    void a_quantity_that_is_none_is_found(String amount) throws IOException {
        JsonNode document = Manifests.read("statefulset.yaml");
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
        var files = new ArrayList<>(Manifests.kustomization().resources());
        files.add(Manifests.KUSTOMIZATION);
        return files;
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
                if (!FREE_MAPS.contains(name)) {
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
