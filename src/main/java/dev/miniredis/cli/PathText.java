package dev.miniredis.cli;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * The name of a file or folder on the command line, or in the environment. Java decodes both by the locale, which
 * the launcher sets to UTF-8 if needed: other bytes are lost, and the path would be a different one.
 */
final class PathText implements ITypeConverter<Path> {
    /**
     * Returns the text, if no byte of the name was lost.
     *
     * @throws IllegalArgumentException bytes of it were lost
     */
    static String checked(String text) {
        if (text.codePoints().anyMatch(PathText::isNoText)) {
            throw new IllegalArgumentException(
                    "'" + text + "': the name has bytes that are no text in the character set of the locale, "
                            + System.getProperty("sun.jnu.encoding"));
        }
        return text;
    }

    /** What Java's decoding, or {@link dev.miniredis.resp.ByteText}, has in the place of a byte that is no text. */
    private static boolean isNoText(int codePoint) {
        return codePoint == 0xfffd || Character.getType(codePoint) == Character.SURROGATE;
    }

    @Override
    public Path convert(String text) {
        try {
            return Path.of(checked(text));
        } catch (InvalidPathException e) {
            throw new TypeConversionException("'" + text + "' is not a path: " + e.getReason());
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
