package dev.miniredis.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LineScannerTest {
    private static final int CHUNK = 256 * 1024;

    private record Line(long number, long offset, long nextOffset, boolean whole, String text) {}

    /** A file that gives at most so many bytes at a time. */
    private static final class SlowFile implements Disk.DiskFile {
        private final byte[] bytes;
        private final int most;

        private SlowFile(byte[] bytes, int most) {
            this.bytes = bytes;
            this.most = most;
        }

        @Override
        public long size() {
            return bytes.length;
        }

        @Override
        public int read(ByteBuffer target, long offset) {
            if (offset >= bytes.length) {
                return -1;
            }
            int length = (int) Math.min(Math.min(most, target.remaining()), bytes.length - offset);
            target.put(bytes, (int) offset, length);
            return length;
        }

        @Override
        public void write(ByteBuffer source, long offset) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void truncate(long size) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void sync() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void close() {}
    }

    private static List<Line> scan(byte[] bytes, int most) throws IOException, InterruptedException {
        LineScanner scanner = new LineScanner(new SlowFile(bytes, most), byte[]::new);
        List<byte[]> chunks = new ArrayList<>();
        List<int[]> places = new ArrayList<>();
        List<Line> lines = new ArrayList<>();
        while (scanner.next()) {
            chunks.add(scanner.bytes());
            places.add(new int[] {scanner.from(), scanner.to()});
            lines.add(new Line(scanner.lineNumber(), scanner.offset(), scanner.nextOffset(), scanner.isWhole(), null));
        }
        assertThat(scanner.next()).as("the end stays the end").isFalse();
        for (int i = 0; i < lines.size(); i++) { // read when the scanner is done: lines stay where they are
            Line line = lines.get(i);
            int[] place = places.get(i);
            String text = new String(chunks.get(i), place[0], place[1] - place[0], StandardCharsets.ISO_8859_1);
            lines.set(i, new Line(line.number(), line.offset(), line.nextOffset(), line.whole(), text));
        }
        return lines;
    }

    /** As {@link #scan}, in memory that is lent again and again while it is large enough. */
    private static List<Line> scanInOnePlace(byte[] bytes, int most) throws IOException, InterruptedException {
        byte[][] place = {{}};
        LineScanner scanner = new LineScanner(new SlowFile(bytes, most), length -> {
            place[0] = place[0].length < length ? new byte[length] : place[0];
            return place[0];
        });
        List<Line> lines = new ArrayList<>();
        while (scanner.next()) {
            String text = new String(
                    scanner.bytes(), scanner.from(), scanner.to() - scanner.from(), StandardCharsets.ISO_8859_1);
            lines.add(new Line(scanner.lineNumber(), scanner.offset(), scanner.nextOffset(), scanner.isWhole(), text));
        }
        assertThat(scanner.next()).as("the end stays the end").isFalse();
        return lines;
    }

    private static List<Line> split(byte[] bytes) {
        List<Line> lines = new ArrayList<>();
        long number = 0;
        int from = 0;
        while (from < bytes.length) {
            int to = from;
            while (to < bytes.length && bytes[to] != '\n') {
                to++;
            }
            number++;
            boolean whole = to < bytes.length;
            if (to > from) {
                String text = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
                lines.add(new Line(number, from, whole ? to + 1 : to, whole, text));
            }
            from = to + 1;
        }
        return lines;
    }

    private static void same(byte[] bytes, int most) throws IOException, InterruptedException {
        List<Line> expected = split(bytes);
        same(scan(bytes, most), expected);
        same(scanInOnePlace(bytes, most), expected);
    }

    private static void same(List<Line> found, List<Line> expected) {
        if (!found.equals(expected)) { // a message of megabytes helps nobody
            assertThat(found.stream().map(l -> l.number() + "@" + l.offset() + "-" + l.nextOffset()))
                    .isEqualTo(expected.stream()
                            .map(l -> l.number() + "@" + l.offset() + "-" + l.nextOffset())
                            .toList());
            assertThat(found).hasSameSizeAs(expected);
            throw new AssertionError("the same places, other texts");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "\n",
                "\n\n\n",
                "a",
                "a\n",
                "\na",
                "\n\na\n\n\nb\n",
                "a\nb\nc",
                "a\n\n",
                "\0\0\0",
                "a\n\0\0\n\0",
                "a\r\nb\r\n"
            })
    void short_files_are_split_at_line_feeds_alone(String text) throws IOException, InterruptedException {
        same(text.getBytes(StandardCharsets.ISO_8859_1), 1);
        same(text.getBytes(StandardCharsets.ISO_8859_1), 1000);
    }

    @Test
    void a_line_may_end_anywhere_about_the_end_of_a_chunk() throws IOException, InterruptedException {
        for (int length = CHUNK - 3; length <= CHUNK + 3; length++) {
            same(("x".repeat(length) + "\nab\n\nc").getBytes(StandardCharsets.US_ASCII), Integer.MAX_VALUE);
            same(("\n".repeat(length) + "ab\n\nc").getBytes(StandardCharsets.US_ASCII), Integer.MAX_VALUE);
            same("x".repeat(length).getBytes(StandardCharsets.US_ASCII), Integer.MAX_VALUE);
        }
    }

    @Test
    void a_line_may_be_much_longer_than_a_chunk() throws IOException, InterruptedException {
        byte[] bytes = new byte[5 * CHUNK + 17];
        Arrays.fill(bytes, (byte) 'y');
        bytes[10] = '\n';
        bytes[3 * CHUNK + 5] = '\n';
        same(bytes, Integer.MAX_VALUE);
        same(bytes, 100_001);
    }

    @Test
    void a_long_run_of_blanks_is_passed_over_and_counted() throws IOException, InterruptedException {
        byte[] bytes = new byte[3 * CHUNK];
        Arrays.fill(bytes, (byte) '\n');
        bytes[2 * CHUNK + 1] = 'z';
        same(bytes, Integer.MAX_VALUE);
        assertThat(scan(bytes, Integer.MAX_VALUE))
                .containsExactly(new Line(2 * CHUNK + 2, 2 * CHUNK + 1, 2 * CHUNK + 3, true, "z"));
    }

    @Test
    void zeros_are_a_line_like_any_other() throws IOException, InterruptedException {
        byte[] bytes = new byte[CHUNK + 100];
        bytes[0] = 'a';
        bytes[1] = '\n';
        same(bytes, Integer.MAX_VALUE);
    }

    @Test
    void random_lines_read_in_random_pieces_are_found_where_they_are() throws IOException, InterruptedException {
        for (int seed = 0; seed < 40; seed++) {
            Random random = new Random(seed);
            byte[] bytes = new byte[random.nextInt(3 * CHUNK)];
            Arrays.fill(bytes, (byte) 'r');
            int at = random.nextInt(50);
            int usual = 1 + random.nextInt(seed % 2 == 0 ? 300 : 200_000);
            while (at < bytes.length) {
                bytes[at] = '\n';
                at += random.nextInt(4) == 0 ? 1 : random.nextInt(usual) + 1;
            }
            same(bytes, 1 + random.nextInt(2 * CHUNK));
        }
    }
}
