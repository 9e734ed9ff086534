package dev.miniredis.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads a TCP port; 0, meaning any free one, is a port. */
final class Port implements ITypeConverter<Integer> {
    private static final int MAX = 65_535;

    @Override
    public Integer convert(String text) {
        try {
            return of(text);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }

    /** @throws IllegalArgumentException it is not a port; the message names it */
    static int of(String text) {
        try {
            int port = Integer.parseInt(text);
            if (port >= 0 && port <= MAX) {
                return port;
            }
        } catch (NumberFormatException notANumber) {
            // the same message as for a number out of range
        }
        throw new IllegalArgumentException("'" + text + "' is not a port number from 0 to " + MAX);
    }
}
