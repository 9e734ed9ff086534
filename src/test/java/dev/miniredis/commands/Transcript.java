package dev.miniredis.commands;

import dev.miniredis.engine.EngineHarness;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A conversation with a server, from a file such as {@code transcripts/string/set.resp}. It begins with an empty server
 * and a new connection.
 *
 * <pre>
 *   # a comment
 *   > SET k "a value"       a request: words quoted as in an inline command, sent as an array
 *   until> GET k            a request that is sent again until the answer is the one below
 *   &lt; $7                    a line of the reply, its CR LF left out; in it \r \n \\ \xHH are escapes
 *   &lt; a value
 *   &lt;~ :\d+                  a line that the regular expression matches
 *   &lt;any                    a whole reply, whatever it is
 *   &lt;unordered              the elements of the reply below may come in any order
 *   &lt;closed                 the server closes the connection; a new one is opened
 *   # 7.2: why              the next request is not for servers older than 7.2, which answer otherwise
 * </pre>
 */
record Transcript(String name, List<Exchange> exchanges) {
    private static final Pattern SINCE_7_2 = Pattern.compile("# 7\\.2\\b.*");

    /** A request and what must come back. */
    record Exchange(int line, String request, boolean since72, boolean until, Expectation expectation) {
        List<byte[]> words() {
            return EngineHarness.words(request);
        }
    }

    /** All transcripts there are, in the order of their names. */
    static List<Transcript> all() throws IOException {
        Path root;
        try {
            URI resource = Transcript.class.getResource("/transcripts").toURI();
            root = Path.of(resource);
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
        List<Transcript> transcripts = new ArrayList<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path :
                    paths.filter(p -> p.toString().endsWith(".resp")).sorted().toList()) {
                String name = root.relativize(path).toString();
                transcripts.add(parse(name, Files.readAllLines(path, StandardCharsets.US_ASCII)));
            }
        }
        return transcripts;
    }

    static Transcript parse(String name, List<String> lines) {
        List<Exchange> exchanges = new ArrayList<>();
        boolean since72 = false;
        int at = 0;
        while (at < lines.size()) {
            String line = lines.get(at++);
            if (line.startsWith("> ") || line.startsWith("until> ")) {
                int first = at;
                while (at < lines.size() && lines.get(at).startsWith("<")) {
                    at++;
                }
                exchanges.add(new Exchange(
                        first,
                        line.substring(line.indexOf('>') + 2),
                        since72,
                        line.startsWith("until"),
                        expectation(name, lines.subList(first, at))));
                since72 = false;
            } else if (line.startsWith("#")) {
                since72 |= SINCE_7_2.matcher(line).matches();
            } else if (!line.isEmpty()) {
                throw new IllegalArgumentException(name + ":" + at + ": " + line);
            }
        }
        return new Transcript(name, exchanges);
    }

    private static Expectation expectation(String name, List<String> lines) {
        boolean any = lines.contains("<any");
        boolean unordered = lines.contains("<unordered");
        boolean closed = lines.contains("<closed");
        StringBuilder literal = new StringBuilder();
        StringBuilder pattern = new StringBuilder();
        for (String line : lines) {
            if (line.startsWith("<~ ")) {
                pattern.append("(?:").append(line.substring(3)).append(")\\r\\n");
            } else if (line.equals("<") || line.startsWith("< ")) {
                String text = unescape(line.substring(Math.min(2, line.length())));
                literal.append(text).append("\r\n");
                pattern.append(Pattern.quote(text)).append("\\r\\n");
            } else if (!List.of("<any", "<unordered", "<closed").contains(line)) {
                throw new IllegalArgumentException(name + ": " + line);
            }
        }
        if (lines.isEmpty()) {
            throw new IllegalArgumentException(name + ": a request without an answer");
        }
        return new Expectation(any ? null : Pattern.compile(pattern.toString()), literal.toString(), unordered, closed);
    }

    /** What must come back, and whether the connection ends. */
    record Expectation(Pattern pattern, String literal, boolean unordered, boolean closed) {
        boolean matches(byte[] reply) {
            String text = new String(reply, StandardCharsets.ISO_8859_1);
            if (unordered) {
                return sortedElements(text).equals(sortedElements(literal));
            }
            return pattern == null || pattern.matcher(text).matches();
        }

        private static List<String> sortedElements(String reply) {
            return RespBytes.elements(reply.getBytes(StandardCharsets.ISO_8859_1)).stream()
                    .sorted()
                    .toList();
        }
    }

    /** A reply as the lines of a transcript: what to write there if this is the right answer. */
    static String show(byte[] reply) {
        String lines =
                RespBytes.lines(reply).stream().map(line -> "< " + escape(line)).collect(Collectors.joining("\n"));
        return lines.isEmpty() ? "no reply" : lines;
    }

    private static String escape(byte[] line) {
        StringBuilder text = new StringBuilder();
        for (int i = 0; i < line.length; i++) {
            char letter = (char) (line[i] & 0xff);
            boolean endSpace = letter == ' ' && i + 1 == line.length;
            switch (letter) {
                case '\\' -> text.append("\\\\");
                case '\r' -> text.append("\\r");
                case '\n' -> text.append("\\n");
                default -> {
                    boolean plain = letter >= ' ' && letter <= '~' && !endSpace;
                    text.append(plain ? letter : String.format(Locale.ROOT, "\\x%02x", (int) letter));
                }
            }
        }
        return text.toString();
    }

    private static String unescape(String text) {
        StringBuilder plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) != '\\') {
                plain.append(text.charAt(i));
                continue;
            }
            char escaped = text.charAt(++i);
            switch (escaped) {
                case 'r' -> plain.append('\r');
                case 'n' -> plain.append('\n');
                case '\\' -> plain.append('\\');
                case 'x' -> {
                    plain.append((char) Integer.parseInt(text.substring(i + 1, i + 3), 16));
                    i += 2;
                }
                default -> throw new IllegalArgumentException(text);
            }
        }
        return plain.toString();
    }
}
