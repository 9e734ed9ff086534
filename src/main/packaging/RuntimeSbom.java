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
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Map;
import java.util.Set;

/**
 * Makes the list of what the server consists of (CycloneDX) from the one that Quarkus writes, which also has what the
 * build consists of. Run by pom.xml from its source: {@code RuntimeSbom.java <Quarkus's list> <folder of the files> <our list> <its time>}.
 *
 * <p>The time is that of the build's other files, not of the moment, and one hash a file is enough: so the same sources
 * make the same list.
 */
final class RuntimeSbom {
    private static final String HASH = "SHA-256";
    private static final String SCOPE = "quarkus:component:scope";

    private final Path folder;
    private final String time;
    private final Set<String> kept = new HashSet<>();

    private RuntimeSbom(Path folder, String time) {
        this.folder = folder;
        this.time = time;
    }

    public static void main(String... arguments) throws IOException {
        JsonObject all;
        try (JsonReader reader = Json.createReader(Files.newBufferedReader(Path.of(arguments[0])))) {
            all = reader.readObject();
        }
        JsonObject runtime = new RuntimeSbom(Path.of(arguments[1]), arguments[3]).of(all);
        JsonWriterFactory indented = Json.createWriterFactory(Map.of(JsonGenerator.PRETTY_PRINTING, true));
        try (JsonWriter writer = indented.createWriter(Files.newBufferedWriter(Path.of(arguments[2])))) {
            writer.write(runtime);
        }
    }

    private JsonObject of(JsonObject all) throws IOException {
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

    /** The hash of the file as it is: CanonicalBytecode has changed one since Quarkus wrote its list. */
    private JsonObjectBuilder withOneHash(JsonObject component) throws IOException {
        String place = component.containsKey("evidence")
                ? component
                        .getJsonObject("evidence")
                        .getJsonArray("occurrences")
                        .getJsonObject(0)
                        .getString("location")
                : component.getString("name");
        JsonObjectBuilder hash = Json.createObjectBuilder()
                .add("alg", HASH)
                .add("content", hash(Files.readAllBytes(folder.resolve(place))));
        return Json.createObjectBuilder(component)
                .add("hashes", Json.createArrayBuilder().add(hash));
    }

    private static String hash(byte[] content) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance(HASH).digest(content));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has it", e);
        }
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
