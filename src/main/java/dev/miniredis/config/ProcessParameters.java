package dev.miniredis.config;

import static dev.miniredis.config.ParameterType.integer;
import static dev.miniredis.config.ParameterType.oneOf;
import static dev.miniredis.config.ParameterType.port;
import static dev.miniredis.config.ParameterType.text;
import static dev.miniredis.config.ParameterType.yesOrNo;

import dev.miniredis.config.Parameter.Change;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Parameters of the process, of its sockets, and of the files on its disk. */
final class ProcessParameters {
    private static final int MAX_HZ = 500;
    private static final int MAX_SCORE = 2000;
    private static final int SCORES = 3;
    private static final List<String> SHUTDOWN_WORDS = List.of("default", "save", "nosave", "now", "force");

    private ProcessParameters() {}

    static void addTo(ParameterList all) {
        addSockets(all);
        addFiles(all);
        addProcess(all);
    }

    private static void addSockets(ParameterList all) {
        all.setting("port", port(), "6379", Change.FIXED)
                .setting("bind", text().asList(), "127.0.0.1", Change.FIXED)
                .fixed("bind-source-addr", text(), "")
                .fact("unixsocket", text(), "")
                .keptFromStart("unixsocketperm", ParameterType.checked(ProcessParameters::octal), "0")
                .fact("tcp-backlog", integer(0), "511")
                .keptFromStart("socket-mark-id", ParameterType.longInteger(0), "0")
                .keptFromStart("io-threads", integer(1, 128), "1")
                .keptFromStart("io-threads-do-reads", yesOrNo(), "no")
                .keptFromStart("enable-module-command", oneOf("no", "yes", "local"), "no")
                .keptFromStart("enable-protected-configs", oneOf("no", "yes", "local"), "no");
    }

    private static void addFiles(ParameterList all) {
        all.setting("databases", integer(1), "16", Change.IMMUTABLE)
                .setting("dir", text(), "", Change.PROTECTED)
                .fact("dbfilename", text(), "dump.rdb", Change.PROTECTED)
                .fact("appendfilename", text(), "mini-redis.log")
                .fact("appenddirname", text(), "")
                .setting("appendonly", yesOrNo(), "yes", Change.FIXED)
                .fixed(
                        "save",
                        ParameterType.checked(ProcessParameters::savePoints).asList(),
                        "")
                .kept("aof-disable-auto-gc", yesOrNo(), "no")
                .kept("aof-load-truncated", yesOrNo(), "yes")
                .kept("aof-rewrite-incremental-fsync", yesOrNo(), "yes")
                .kept("aof-timestamp-enabled", yesOrNo(), "no")
                .kept("aof-use-rdb-preamble", yesOrNo(), "yes")
                .kept("no-appendfsync-on-rewrite", yesOrNo(), "no")
                .kept("rdb-del-sync-files", yesOrNo(), "no")
                .kept("rdb-save-incremental-fsync", yesOrNo(), "yes")
                .keptFromStart("rdbchecksum", yesOrNo(), "yes")
                .kept("rdbcompression", yesOrNo(), "yes")
                .kept("stop-writes-on-bgsave-error", yesOrNo(), "yes");
    }

    private static void addProcess(ParameterList all) {
        all.fact("daemonize", yesOrNo(), "no")
                .fact("logfile", text(), "")
                .keptFromStart("supervised", oneOf("upstart", "systemd", "auto", "no"), "no")
                .keptFromStart("pidfile", text(), "")
                .keptFromStart("always-show-logo", yesOrNo(), "no")
                .keptFromStart("set-proc-title", yesOrNo(), "yes")
                .kept(
                        "proc-title-template",
                        ParameterType.checked(ProcessParameters::title).quoted(),
                        "{title} {listen-addr} {server-mode}")
                .keptFromStart("syslog-enabled", yesOrNo(), "no")
                .keptFromStart(
                        "syslog-facility",
                        oneOf("user", "local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7"),
                        "local0")
                .keptFromStart("syslog-ident", text(), "redis")
                .keptFromStart("disable-thp", yesOrNo(), "yes")
                .keptFromStart("server_cpulist", text(), "")
                .keptFromStart("bio_cpulist", text(), "")
                .keptFromStart("aof_rewrite_cpulist", text(), "")
                .keptFromStart("bgsave_cpulist", text(), "")
                .kept("crash-log-enabled", yesOrNo(), "yes")
                .kept("crash-memcheck-enabled", yesOrNo(), "yes")
                .kept("ignore-warnings", text(), "")
                .kept("dynamic-hz", yesOrNo(), "yes")
                .kept("hz", ParameterType.checked(ProcessParameters::hertz), "10")
                .kept("oom-score-adj", oneOf("no", "yes", "relative", "absolute"), "no")
                .kept(
                        "oom-score-adj-values",
                        ParameterType.checked(ProcessParameters::scores).asList(),
                        "0 200 800")
                .kept(
                        "shutdown-on-sigint",
                        ParameterType.checked(ProcessParameters::shutdown).asList(),
                        "default")
                .kept(
                        "shutdown-on-sigterm",
                        ParameterType.checked(ProcessParameters::shutdown).asList(),
                        "default")
                .kept("shutdown-timeout", integer(0), "10");
    }

    private static String octal(String text) {
        try {
            return Integer.toString((int) ParameterType.inRange(Integer.parseInt(text, 8), 0, 0x1ff), 8);
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException("argument couldn't be parsed as an octal number", e);
        }
    }

    /** Clamps the value to the range, as Redis's {@code updateHZ} does. */
    private static String hertz(String text) {
        return Integer.toString(Math.clamp(integer(0).parser().apply(text), 1, MAX_HZ));
    }

    private static String savePoints(String text) {
        String[] words = text.isEmpty() ? new String[0] : text.split(" ", -1);
        for (int i = 0; i < words.length; i++) {
            boolean seconds = i % 2 == 0;
            if (words.length % 2 != 0 || !words[i].matches("\\d{1,9}") || seconds && words[i].matches("0+")) {
                throw new IllegalArgumentException("Invalid save parameters");
            }
        }
        return text;
    }

    private static String scores(String text) {
        String[] words = text.split(" ", -1);
        if (words.length != SCORES) {
            throw new IllegalArgumentException("wrong number of arguments");
        }
        for (String word : words) {
            if (!word.matches("-?\\d{1,9}") || Math.abs(Integer.parseInt(word)) > MAX_SCORE) {
                throw new IllegalArgumentException(
                        "Invalid oom-score-adj-values, elements must be between -2000 and 2000.");
            }
        }
        return text;
    }

    /** As Redis's {@code validateProcTitleTemplate}: only placeholders that it knows. */
    private static String title(String text) {
        String filled =
                text.replaceAll("\\{(title|listen-addr|server-mode|port|tls-port|unixsocket|config-file)\\}", "x");
        if (text.isEmpty() || filled.contains("{")) {
            throw new IllegalArgumentException("template format is invalid or contains unknown variables");
        }
        return text;
    }

    private static String shutdown(String text) {
        List<String> given = new ArrayList<>();
        for (String word : text.toLowerCase(Locale.ROOT).split(" ", -1)) {
            given.add(oneOf(SHUTDOWN_WORDS.toArray(String[]::new)).parser().apply(word));
        }
        if (given.containsAll(Arrays.asList("save", "nosave"))) {
            throw new IllegalArgumentException("shutdown options SAVE and NOSAVE can't be used simultaneously");
        }
        List<String> inOrder = new ArrayList<>(SHUTDOWN_WORDS);
        inOrder.retainAll(given);
        if (inOrder.size() > 1) {
            inOrder.remove("default");
        }
        return String.join(" ", inOrder);
    }
}
