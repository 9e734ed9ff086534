package dev.miniredis.cli;

import dev.miniredis.resp.ByteText;
import dev.miniredis.resp.ProtocolException;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A key or a pattern on the command line, plain or quoted as {@code log show} prints it: {@code "\xff\x00"}. */
final class TypedBytes {
    private final byte[] bytes;

    private TypedBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    byte[] bytes() {
        return bytes;
    }

    static TypedBytes parse(String text) {
        byte[] bytes = ByteText.bytes(text);
        boolean quoted = text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"");
        if (!quoted) {
            return new TypedBytes(bytes);
        }
        try {
            CommandWords words = CommandWords.split(bytes);
            if (words.size() == 1) {
                return new TypedBytes(words.bytes().getFirst());
            }
        } catch (ProtocolException unbalanced) {
            // reported below
        }
        throw new TypeConversionException("'" + text + "' has quotes that do not match");
    }

    static final class Converter implements ITypeConverter<TypedBytes> {
        @Override
        public TypedBytes convert(String text) {
            return parse(text);
        }
    }
}
