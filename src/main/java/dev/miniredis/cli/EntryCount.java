package dev.miniredis.cli;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A number of entries, as the value of an option. */
final class EntryCount implements ITypeConverter<Long> {
    @Override
    public Long convert(String text) {
        if (!text.matches("[0-9]{1,9}")) {
            throw new TypeConversionException("'" + text + "' is no number of entries");
        }
        return Long.parseLong(text);
    }
}
