package dev.miniredis.migrate;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The files to import from a user's file or directory.
 *
 * @param taken the chosen file or manifest
 * @param parts the files to read, in order
 * @param passedOver other files that could have been imported
 */
public record SourceFiles(Path taken, List<Path> parts, List<Path> passedOver) {
    private static final String DEFAULT_RDB = "dump.rdb";
    private static final String DEFAULT_AOF = "appendonly.aof";

    /**
     * Chooses the files. Of an AOF and an RDB file in a directory it takes the AOF, as Redis does.
     *
     * @throws ImportException there are no files of Redis, or several of a kind
     */
    static SourceFiles find(Path source) throws IOException, ImportException {
        if (Files.isDirectory(source)) {
            return inDirectory(source);
        }
        if (!Files.exists(source)) {
            throw new ImportException(source + " does not exist.");
        }
        if (Manifest.isOne(source)) {
            return new SourceFiles(source, Manifest.read(source).parts(), List.of());
        }
        if (!isRdb(source) && !isAof(source)) {
            throw new ImportException(
                    source + (Files.size(source) == 0 ? " is empty." : " is neither an RDB file nor an AOF of Redis."));
        }
        return new SourceFiles(source, List.of(source), List.of());
    }

    private static SourceFiles inDirectory(Path directory) throws IOException, ImportException {
        List<Path> manifests = manifestsIn(directory);
        if (!manifests.isEmpty()) { // the files next to it are its parts
            Path manifest = only("manifest of an AOF", manifests, "");
            return new SourceFiles(manifest, Manifest.read(manifest).parts(), List.of());
        }
        List<Path> files = filesIn(directory);
        for (Path folder : foldersIn(directory)) {
            manifests.addAll(manifestsIn(folder));
        }
        List<Path> rdbs = new ArrayList<>();
        List<Path> aofs = new ArrayList<>();
        for (Path file : files) {
            if (isRdb(file) && !file.getFileName().toString().endsWith(".aof")) {
                rdbs.add(file);
            } else if (isRdb(file) || isAof(file)) { // an AOF may begin with an RDB part, so only the name tells
                aofs.add(file);
            }
        }
        if (!manifests.isEmpty()) {
            Path manifest = only("manifest of an AOF", manifests, "");
            return new SourceFiles(manifest, Manifest.read(manifest).parts(), both(aofs, rdbs));
        }
        if (aofs.isEmpty() && rdbs.isEmpty()) {
            throw new ImportException(directory + " holds neither an RDB file nor an AOF of Redis.");
        }
        Path taken = aofs.isEmpty() ? only("RDB file", rdbs, DEFAULT_RDB) : only("AOF", aofs, DEFAULT_AOF);
        List<Path> others = both(aofs, rdbs);
        others.remove(taken);
        return new SourceFiles(taken, List.of(taken), others);
    }

    private static List<Path> both(List<Path> some, List<Path> more) {
        List<Path> all = new ArrayList<>(some);
        all.addAll(more);
        return all;
    }

    /** The only file, or the one with Redis's default name. */
    private static Path only(String what, List<Path> found, String preferredName) throws ImportException {
        for (Path file : found) {
            if (found.size() == 1 || file.getFileName().toString().equals(preferredName)) {
                return file;
            }
        }
        throw new ImportException("There is more than one " + what + ": " + found.get(0) + " and " + found.get(1)
                + ". Name the one to import.");
    }

    private static List<Path> manifestsIn(Path directory) throws IOException {
        List<Path> manifests = new ArrayList<>();
        for (Path file : filesIn(directory)) {
            if (Manifest.isOne(file)) {
                manifests.add(file);
            }
        }
        return manifests;
    }

    private static List<Path> filesIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> Files.isRegularFile(file) && Files.isReadable(file))
                    .sorted()
                    .toList();
        }
    }

    private static List<Path> foldersIn(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.filter(file -> Files.isDirectory(file) && Files.isReadable(file))
                    .sorted()
                    .toList();
        }
    }

    static boolean isRdb(Path file) throws IOException {
        return RdbVersion.begins(beginning(file, RdbVersion.BYTES));
    }

    /** Whether this is certainly an AOF. If an AOF begins with an RDB part, a field of that part tells. */
    boolean isAof() throws IOException {
        return !taken.equals(parts.getFirst()) || !isRdb(taken);
    }

    private static boolean isAof(Path file) throws IOException {
        String beginning = beginning(file, 4);
        return beginning.equals("#TS:") || beginning.matches("(?s)\\*[0-9].*");
    }

    static String beginning(Path file, int bytes) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(bytes), StandardCharsets.ISO_8859_1);
        }
    }
}
