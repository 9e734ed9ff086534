import jakarta.json.Json;
import jakarta.json.JsonArray;
import jakarta.json.JsonArrayBuilder;
import jakarta.json.JsonObject;
import jakarta.json.JsonObjectBuilder;
import jakarta.json.JsonReader;
import jakarta.json.JsonString;
import jakarta.json.JsonWriter;
import jakarta.json.JsonWriterFactory;
import jakarta.json.stream.JsonGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Makes the list of what the server consists of (CycloneDX) from the one that Quarkus writes, which also has what the
 * build consists of. Run by pom.xml from its source: {@code RuntimeSbom.java <Quarkus's list> <ours> <its time>}.
 *
 * <p>The time is that of the build's other files, not of the moment, and one hash a file is enough: so the same sources
 * make the same list.
 */
final class RuntimeSbom {
    private static final String HASH = "SHA-256";
    private static final String SCOPE = "quarkus:component:scope";

    private final String time;
    private final Set<String> kept = new HashSet<>();

    private RuntimeSbom(String time) {
        this.time = time;
    }

    public static void main(String... arguments) throws IOException {
        JsonObject all;
        try (JsonReader reader = Json.createReader(Files.newBufferedReader(Path.of(arguments[0])))) {
            all = reader.readObject();
        }
        JsonObject runtime = new RuntimeSbom(arguments[2]).of(all);
        JsonWriterFactory indented = Json.createWriterFactory(Map.of(JsonGenerator.PRETTY_PRINTING, true));
        try (JsonWriter writer = indented.createWriter(Files.newBufferedWriter(Path.of(arguments[1])))) {
            writer.write(runtime);
        }
    }

    private JsonObject of(JsonObject all) {
        JsonArrayBuilder components = Json.createArrayBuilder();
        for (JsonObject component : all.getJsonArray("components").getValuesAs(JsonObject.class)) {
            if (isRuntime(component)) {
                kept.add(component.getString("bom-ref"));
                components.add(withOneHash(component));
            }
        }
        JsonObject metadata = all.getJsonObject("metadata");
        return Json.createObjectBuilder(all)
                .add(
                        "metadata",
                        Json.createObjectBuilder(metadata)
                                .add("timestamp", time)
                                .add("component", withOneHash(metadata.getJsonObject("component"))))
                .add("components", components)
                .add("dependencies", dependencies(all.getJsonArray("dependencies")))
                .build();
    }

    private static boolean isRuntime(JsonObject component) {
        return component.getJsonArray("properties").getValuesAs(JsonObject.class).stream()
                .anyMatch(property -> property.getString("name").equals(SCOPE)
                        && property.getString("value").equals("runtime"));
    }

    private static JsonObjectBuilder withOneHash(JsonObject component) {
        JsonArrayBuilder hashes = Json.createArrayBuilder();
        component.getJsonArray("hashes").getValuesAs(JsonObject.class).stream()
                .filter(hash -> hash.getString("alg").equals(HASH))
                .forEach(hashes::add);
        return Json.createObjectBuilder(component).add("hashes", hashes);
    }

    /** Of what is kept on what is kept. */
    private JsonArrayBuilder dependencies(JsonArray all) {
        JsonArrayBuilder dependencies = Json.createArrayBuilder();
        for (JsonObject dependency : all.getValuesAs(JsonObject.class)) {
            if (kept.contains(dependency.getString("ref"))) {
                JsonArrayBuilder on = Json.createArrayBuilder();
                if (dependency.containsKey("dependsOn")) {
                    dependency.getJsonArray("dependsOn").getValuesAs(JsonString.class).stream()
                            .filter(reference -> kept.contains(reference.getString()))
                            .forEach(on::add);
                }
                dependencies.add(Json.createObjectBuilder(dependency).add("dependsOn", on));
            }
        }
        return dependencies;
    }
}
