package dev.miniredis.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jline.utils.ScreenTerminal;

/**
 * A program at a real terminal: {@code script} of util-linux gives it one, and JLine's emulator shows what a person
 * would see on the screen.
 */
final class PseudoTerminal implements AutoCloseable {
    static final String CTRL_C = "\003";
    static final String CTRL_D = "\004";
    static final String TAB = "\t";
    static final String ARROW_UP = "\033OA";

    /**
     * A test that was started in the background of a script ignores SIGINT, and so would what it starts. Where there is
     * no env of coreutils 8.31 or newer, nothing can be done about that.
     */
    private static final String HEEDS_INTERRUPTS =
            "$(env --default-signal=INT true 2> /dev/null && echo env --default-signal=INT) ";

    private static final int COLUMNS = 100;
    private static final int ROWS = 40;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final ScreenTerminal screen = new ScreenTerminal(COLUMNS, ROWS);
    private final Process script;
    private final OutputStream keyboard;
    private final Thread display;

    PseudoTerminal(Map<String, String> environment, List<String> command) throws IOException {
        String quoted =
                String.join(" ", command.stream().map(word -> "'" + word + "'").toList());
        String sized = "stty columns " + COLUMNS + " rows " + ROWS + " && exec " + HEEDS_INTERRUPTS + quoted;
        ProcessBuilder builder = new ProcessBuilder("script", "-qfec", sized, "/dev/null").redirectErrorStream(true);
        builder.environment().putAll(environment);
        builder.environment().put("TERM", "xterm-256color");
        builder.environment().put("SHELL", "/bin/sh");
        script = builder.start();
        keyboard = script.getOutputStream();
        display = Thread.ofPlatform().daemon().start(this::show);
    }

    private void show() {
        try (Reader output = new InputStreamReader(script.getInputStream(), StandardCharsets.UTF_8)) {
            char[] chars = new char[4096];
            int read = output.read(chars);
            while (read >= 0) {
                screen.write(new String(chars, 0, read));
                read = output.read(chars);
            }
        } catch (IOException closed) {
            // The test is over.
        }
    }

    /** Presses keys; {@code \r} is Enter. */
    void type(String keys) throws IOException {
        keyboard.write(keys.getBytes(StandardCharsets.UTF_8));
        keyboard.flush();
    }

    /** Waits until the screen's last lines are these; spaces at their ends do not count. */
    void awaitLines(String... lines) {
        String expected = String.join("\n", lines);
        await().atMost(PATIENCE)
                .failFast("the program has ended", () -> !display.isAlive() && !shows(expected))
                .untilAsserted(() -> assertThat("\n" + text()).endsWith("\n" + expected));
    }

    private boolean shows(String expected) {
        return ("\n" + text()).endsWith("\n" + expected);
    }

    /** The screen without empty lines below the last one. */
    String text() {
        StringBuilder text = new StringBuilder();
        for (String line : screen.toString().split("\n", -1)) {
            text.append(line.stripTrailing()).append('\n');
        }
        return text.toString().stripTrailing();
    }

    /** Waits for the program's end; its exit code. */
    int awaitExit() throws InterruptedException {
        if (!script.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
            throw new AssertionError("still running:\n" + text());
        }
        display.join();
        return script.exitValue();
    }

    /** Hangs up, which ends the program if it has not ended. */
    @Override
    public void close() throws IOException {
        script.descendants().forEach(ProcessHandle::destroy);
        script.destroy();
        script.onExit().join();
    }
}
