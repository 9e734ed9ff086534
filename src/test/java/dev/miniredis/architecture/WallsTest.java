package dev.miniredis.architecture;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.belongToAnyOf;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.conditions.ArchConditions.callMethod;
import static com.tngtech.archunit.lang.conditions.ArchConditions.dependOnClassesThat;
import static com.tngtech.archunit.lang.conditions.ArchConditions.haveNameMatching;
import static com.tngtech.archunit.lang.conditions.ArchConditions.onlyDependOnClassesThat;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.miniredis.notice.OutOfMemory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.Random;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The walls between the packages, so that they cannot rot. */
class WallsTest {
    private static final String ROOT = "dev.miniredis.";
    private static final int MAX_LINES = 600;
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("dev.miniredis");

    @ParameterizedTest
    @CsvSource({
        "resp, ''",
        "value, ''",
        "keyspace, value",
        "acl, resp",
        "session, resp acl",
        "notice, ''",
        "log, resp notice",
        "rdb, value",
        "tls, ''",
        "config, resp keyspace",
        "stats, resp config",
        "command, resp value keyspace acl session config stats",
        "commands, resp value keyspace acl session rdb config stats command",
        "engine, resp value keyspace acl session rdb config stats command commands log notice",
        "migrate, resp value rdb config command commands log engine"
    })
    void below_the_server_a_package_uses_the_jdk_and_the_packages_below_it(String name, String below) {
        Stream<String> ours = Stream.of((name + " " + below).trim().split(" ")).map(ROOT::concat);
        String[] allowed =
                Stream.concat(Stream.of("java..", "javax.crypto.."), ours).toArray(String[]::new);
        classes()
                .that(resideInAnyPackage(ROOT + name))
                .should(onlyDependOnClassesThat(resideInAnyPackage(allowed)))
                .check(CLASSES);
    }

    @Test
    void the_network_uses_netty_alone() {
        Stream<String> below = Stream.of(
                        "net", "engine", "command", "keyspace", "session", "config", "stats", "resp", "log", "notice")
                .map(ROOT::concat);
        String[] allowed = Stream.concat(Stream.of("java..", "javax.net.ssl..", "jdk.net..", "io.netty.."), below)
                .toArray(String[]::new);
        classes()
                .that(resideInAnyPackage(ROOT + "net"))
                .should(onlyDependOnClassesThat(resideInAnyPackage(allowed)))
                .check(CLASSES);
    }

    @Test
    void only_the_server_knows_its_frameworks_and_only_the_command_line_starts_it() {
        noClasses()
                .that(resideOutsideOfPackages(ROOT + "server"))
                .should(dependOnClassesThat(resideInAnyPackage("io.vertx..", "jakarta..")))
                .check(CLASSES);
        noClasses()
                .that(resideOutsideOfPackages(ROOT + "server", ROOT + "net"))
                .should(dependOnClassesThat(resideInAnyPackage("io.netty..")))
                .check(CLASSES);
        noClasses()
                .that(resideOutsideOfPackages(ROOT + "server", ROOT + "embedded", ROOT + "figures", ROOT + "net"))
                .should(dependOnClassesThat(resideInAnyPackage(ROOT + "embedded", ROOT + "figures", ROOT + "net")))
                .check(CLASSES);
        noClasses()
                .that(resideInAnyPackage(ROOT + "figures"))
                .should(dependOnClassesThat(resideInAnyPackage(ROOT + "embedded")))
                .check(CLASSES);
        noClasses()
                .that(resideOutsideOfPackages(ROOT + "server", ROOT + "cli"))
                .should(dependOnClassesThat(resideInAnyPackage("io.quarkus..", ROOT + "server", ROOT + "cli")))
                .check(CLASSES);
    }

    @Test
    void only_the_command_line_moves_data_from_redis() {
        noClasses()
                .that(resideOutsideOfPackages(ROOT + "migrate", ROOT + "cli"))
                .should(dependOnClassesThat(resideInAnyPackage(ROOT + "migrate")))
                .check(CLASSES);
    }

    @Test
    void time_and_chance_and_the_outside_world_come_from_outside() {
        noClasses()
                .that(resideInAnyPackage(
                        ROOT + "config",
                        ROOT + "stats",
                        ROOT + "command",
                        ROOT + "commands",
                        ROOT + "keyspace",
                        ROOT + "value"))
                .should(dependOnClassesThat(resideInAnyPackage(
                                "java.time..",
                                "java.io..",
                                "java.net..",
                                "java.nio.file..",
                                "java.nio.channels..",
                                "java.util.concurrent.."))
                        .or(dependOnClassesThat(
                                belongToAnyOf(Random.class, SecureRandom.class, UUID.class, Thread.class)))
                        .or(callMethod(System.class, "currentTimeMillis"))
                        .or(callMethod(System.class, "nanoTime"))
                        .or(callMethod(Math.class, "random")))
                .check(CLASSES);
    }

    @Test
    void the_time_of_day_comes_from_one_place() {
        noClasses()
                .that(resideInAnyPackage(ROOT + "engine", ROOT + "session", ROOT + "acl", ROOT + "log", ROOT + "resp"))
                .and()
                .haveNameNotMatching(".*\\.Clocks(\\$.*)?")
                .should(callMethod(System.class, "currentTimeMillis").or(callMethod(Instant.class, "now")))
                .check(CLASSES);
    }

    /** Some locales have other digits, and others a comma for the point. */
    @Test
    void numbers_are_not_written_in_the_letters_of_a_locale() {
        noClasses()
                .should(callMethod(String.class, "format", String.class, Object[].class)
                        .or(callMethod(String.class, "formatted", Object[].class)))
                .check(CLASSES);
    }

    @Test
    void only_the_command_line_and_the_want_of_memory_end_the_process() {
        noClasses()
                .that(resideOutsideOfPackages(ROOT + "cli"))
                .and()
                .doNotBelongToAnyOf(OutOfMemory.class)
                .should(callMethod(System.class, "exit", int.class)
                        .or(callMethod(Runtime.class, "exit", int.class))
                        .or(callMethod(Runtime.class, "halt", int.class)))
                .check(CLASSES);
    }

    @Test
    void nothing_is_a_catch_all_and_no_field_is_anybodys_to_write() {
        noClasses()
                .should(haveNameMatching(".*(Utils?|Manager|Helper|Common)(\\$.*)?"))
                .check(CLASSES);
        fields().that().arePublic().should().beFinal().check(CLASSES);
    }

    @Test
    void no_file_is_too_long_to_read() throws IOException {
        try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
            for (Path file : files.filter(f -> f.toString().endsWith(".java")).toList()) {
                assertThat(Files.readAllLines(file)).as(file.toString()).hasSizeLessThanOrEqualTo(MAX_LINES);
            }
        }
    }
}
