package dev.miniredis.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How many entries, as an option says it. */
final class EntryCount implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
        if (!text.matches("[0-9]{1,9}")) {
            throw new TypeConversionException("'" + text + "' is no number of entries");
        }
        return Long.parseLong(text);
    }
}
