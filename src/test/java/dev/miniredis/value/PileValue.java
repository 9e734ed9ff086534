package dev.miniredis.value;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A type of the tests' own: texts of which the last one added is the first to be taken. */
public final class PileValue extends MutableValue {
    private static final int ELEMENT_BYTES = 24;
    private static final int ELEMENTS_A_COMMAND = 3;

    private final List<String> elements;

    public PileValue() {
        this(List.of());
    }

    private PileValue(List<String> elements) {
        this.elements = new ArrayList<>(elements);
    }

    public void push(String element) {
        requireOpen();
        elements.add(element);
    }

    public String pop() {
        requireOpen();
        return elements.removeLast();
    }

    public List<String> elements() {
        return elements;
    }

    @Override
    public boolean isEmpty() {
        return elements.isEmpty();
    }

    @Override
    public long memoryBytes() {
        return 16
                + elements.stream()
                        .mapToLong(element -> ELEMENT_BYTES + element.length())
                        .sum();
    }

    @Override
    public MutableValue frozen() {
        return new PileValue(elements);
    }

    @Override
    public MutableValue copy() {
        return new PileValue(elements);
    }

    @Override
    public String typeName() {
        return "pile";
    }

    @Override
    public String encoding() {
        return "heap";
    }

    @Override
    public void writeTo(RdbSink sink) {
        sink.type(1);
        sink.length(elements.size());
        for (String element : elements) {
            sink.string(bytes(element), 0, element.length());
        }
    }

    @Override
    public void addTo(ValueDigest digest) {
        digest.mixType(1);
        for (String element : elements) {
            digest.mix(bytes(element), 0, element.length());
        }
    }

    @Override
    protected <X extends Exception> void rebuild(CommandSink<X> sink) throws X {
        for (int from = 0; from < elements.size(); from += ELEMENTS_A_COMMAND) {
            sink.begin(bytes("PILEPUSH"));
            for (String element : elements.subList(from, Math.min(from + ELEMENTS_A_COMMAND, elements.size()))) {
                sink.add(bytes(element), 0, element.length());
            }
            sink.end();
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    @Override
    public String toString() {
        return elements.toString();
    }
}
