package dev.miniredis.resp;

import java.io.ByteArrayOutputStream;

/**
 * Splits a line into words as Redis's {@code sdssplitargs} does. White space separates words; in double quotes
 * {@code \n \r \t \b \a \\ \" \xHH} are escapes; in single quotes only {@code \'} is one. A closing quote must be
 * followed by white space or the end.
 */
public final class InlineWords {
    private InlineWords() {}

    /**
     * Splits {@code line[from, to)} into {@code request}, which is cleared first.
     *
     * @throws ProtocolException unbalanced quotes
     */
    public static void split(byte[] line, int from, int to, Request request) throws ProtocolException {
        request.clear();
        int at = from;
        while (true) {
            while (at < to && isSpace(line[at])) {
                at++;
            }
            if (at >= to) {
                return;
            }
            at = readWord(line, at, to, request);
        }
    }

    private static int readWord(byte[] line, int from, int to, Request request) throws ProtocolException {
        int at = from;
        while (at < to && !isSpace(line[at]) && line[at] != '"' && line[at] != '\'') {
            at++;
        }
        if (at == to || isSpace(line[at])) { // no quotes: a slice of the line
            request.add(line, from, at - from);
            return at;
        }
        ByteArrayOutputStream word = new ByteArrayOutputStream(to - from);
        word.write(line, from, at - from);
        while (at < to && !isSpace(line[at])) {
            if (line[at] == '"') {
                at = readDoubleQuoted(line, at + 1, to, word);
            } else if (line[at] == '\'') {
                at = readSingleQuoted(line, at + 1, to, word);
            } else {
                word.write(line[at++]);
            }
        }
        request.add(word.toByteArray(), 0, word.size());
        return at;
    }

    private static int readDoubleQuoted(byte[] line, int from, int to, ByteArrayOutputStream word)
            throws ProtocolException {
        int at = from;
        while (at < to) {
            byte next = line[at];
            if (next == '"') {
                return afterClosingQuote(line, at + 1, to);
            }
            if (next == '\\'
                    && at + 3 < to
                    && line[at + 1] == 'x'
                    && hex(line[at + 2]) >= 0
                    && hex(line[at + 3]) >= 0) {
                word.write(hex(line[at + 2]) * 16 + hex(line[at + 3]));
                at += 4;
            } else if (next == '\\' && at + 1 < to) {
                word.write(unescaped(line[at + 1]));
                at += 2;
            } else {
                word.write(next);
                at++;
            }
        }
        throw unbalanced();
    }

    private static int readSingleQuoted(byte[] line, int from, int to, ByteArrayOutputStream word)
            throws ProtocolException {
        int at = from;
        while (at < to) {
            if (line[at] == '\'') {
                return afterClosingQuote(line, at + 1, to);
            }
            if (line[at] == '\\' && at + 1 < to && line[at + 1] == '\'') {
                at++;
            }
            word.write(line[at++]);
        }
        throw unbalanced();
    }

    private static int afterClosingQuote(byte[] line, int at, int to) throws ProtocolException {
        if (at < to && !isSpace(line[at])) {
            throw unbalanced();
        }
        return at;
    }

    private static ProtocolException unbalanced() {
        return new ProtocolException("unbalanced quotes in request");
    }

    private static byte unescaped(byte letter) {
        return switch (letter) {
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            case 'b' -> '\b';
            case 'a' -> 7;
            default -> letter;
        };
    }

    private static int hex(byte digit) {
        return Character.digit(digit, 16);
    }

    /** C's {@code isspace}. */
    private static boolean isSpace(byte letter) {
        return letter == ' ' || letter >= '\t' && letter <= '\r';
    }
}
