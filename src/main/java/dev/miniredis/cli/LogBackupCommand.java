package dev.miniredis.cli;

import dev.miniredis.log.Backup;
import dev.miniredis.log.LogException;
import dev.miniredis.log.NewDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code mini-redis log backup}: a copy of the present log, beside earlier backups. */
@Command(
        name = "backup",
        description = {
            "Copies the log as it is now into a new folder, whether a server is writing it or not, and reads the copy.",
            "The folder is called mini-redis-<time>; a server can be started with it, or 'log restore' read from it."
        },
        mixinStandardHelpOptions = true,
        versionProvider = Version.class)
final class LogBackupCommand implements Callable<Integer> {
    private static final DateTimeFormatter NAME =
            DateTimeFormatter.ofPattern("'mini-redis-'yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);
    private static final Pattern BACKUP = Pattern.compile("mini-redis-\\d{8}T\\d{6}Z");
    private static final String UNFINISHED = NewDirectory.UNFINISHED;
    private static final Pattern NO_BACKUP = Pattern.compile(BACKUP + Pattern.quote(UNFINISHED));

    @Spec
    private CommandSpec spec;

    @Mixin
    private LogFolder folder;

    @Option(
            names = "--to",
            required = true,
            paramLabel = "<folder>",
            description = "Where the backups are, each in a folder of its own.")
    private Path target;

    @Option(
            names = "--keep",
            paramLabel = "<backups>",
            description = "How many backups are kept, the newest: the others are deleted when this one is whole. All,"
                    + " unless it is given.")
    private Integer keep;

    @Override
    public Integer call() {
        if (keep != null && keep < 1) {
            throw new ParameterException(spec.commandLine(), "--keep " + keep + " would keep nothing");
        }
        try {
            folder.existing();
            Path backup = target.resolve(NAME.format(Instant.now()));
            try (NewDirectory made = NewDirectory.create(backup)) {
                Backup.Result result = new Backup(folder.directory(), made.disk()).run();
                made.finish();
                say("Backed up to entry " + result.lastLsn() + " of " + Instant.ofEpochMilli(result.lastMillis()) + ", "
                        + result.bytes() + " bytes, in " + backup + ".");
            }
            tidyUp();
            return spec.exitCodeOnSuccess();
        } catch (LogException e) {
            folder.err().println("mini-redis: " + e.getMessage());
        } catch (IOException e) {
            folder.err().println("mini-redis: Cannot delete old backups: " + LogException.reason(e) + ".");
        }
        return spec.exitCodeOnExecutionException();
    }

    private void say(String line) {
        spec.commandLine().getOut().println(line);
    }

    private void tidyUp() throws IOException {
        List<String> backups = names(BACKUP);
        int surplus = keep == null ? 0 : Math.max(0, backups.size() - keep);
        for (String old : backups.subList(0, surplus)) { // half deleted, it must not look like a backup
            Files.move(target.resolve(old), target.resolve(old + UNFINISHED));
        }
        for (String name : names(NO_BACKUP)) {
            removeUnlessUsed(name.substring(0, name.length() - UNFINISHED.length()));
        }
    }

    /** In the order of time. */
    private List<String> names(Pattern pattern) throws IOException {
        try (Stream<Path> files = Files.list(target)) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> pattern.matcher(name).matches())
                    .sorted()
                    .toList();
        }
    }

    /**
     * Begins a backup and leaves it unfinished, which removes the remains of an earlier one unless it is being written.
     */
    private void removeUnlessUsed(String name) {
        try (NewDirectory _ = NewDirectory.create(target.resolve(name))) {
            say("Deleted " + target.resolve(name) + ".");
        } catch (LogException inUse) {
            folder.err().println("mini-redis: " + inUse.getMessage());
        }
    }
}
