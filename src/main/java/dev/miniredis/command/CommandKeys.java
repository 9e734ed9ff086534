package dev.miniredis.command;

import dev.miniredis.resp.Request;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The positions of a command's keys and the access to each, from its usage line and the traits of its row. */
public final class CommandKeys implements KeyWalk {
    private final KeySpec[] specs;
    private final KeyWalk walk; // null if the specs find all keys

    // The legacy range of COMMAND INFO: all adjacent keys at known positions.
    private int first;
    private int last;
    private int step;
    private boolean movable;

    /** @throws IllegalArgumentException the row has key flags for more or fewer keys than are in its usage line */
    CommandKeys(Syntax syntax, List<? extends Trait> traits) {
        List<KeySpec> stated = all(KeySpec.class, traits);
        specs = (stated.isEmpty() ? join(syntax, flags(traits)) : stated).toArray(KeySpec[]::new);
        all(Trait.Notes.class, traits).forEach(notes -> specs[0] = specs[0].with(notes.text()));
        List<Trait.Walk> walks = all(Trait.Walk.class, traits);
        walk = walks.isEmpty() ? null : walks.getFirst().keys();
        findRange();
    }

    private static <T extends Trait> List<T> all(Class<T> type, List<? extends Trait> traits) {
        return traits.stream().filter(type::isInstance).map(type::cast).toList();
    }

    /** Splits the key flags into one set for each key spec. */
    private static List<EnumSet<Trait.KeyFlag>> flags(List<? extends Trait> traits) {
        List<EnumSet<Trait.KeyFlag>> sets = new ArrayList<>();
        for (Trait.KeyFlag flag : all(Trait.KeyFlag.class, traits)) {
            if (sets.isEmpty() || flag.beginsSpec()) {
                sets.add(EnumSet.noneOf(Trait.KeyFlag.class));
            }
            sets.getLast().add(flag);
        }
        return sets;
    }

    private static List<KeySpec> join(Syntax syntax, List<EnumSet<Trait.KeyFlag>> flags) {
        List<KeySpec> positions = flags.isEmpty() ? List.of() : syntax.keySpecs();
        if (flags.size() == 1 && positions.size() > 1) {
            positions = List.of(asOneRange(positions, syntax));
        }
        if (positions.size() != flags.size()) {
            throw new IllegalArgumentException("usage \"" + syntax.usage() + "\": " + positions.size()
                    + " key specs, but flags for " + flags.size());
        }
        List<KeySpec> specs = new ArrayList<>();
        for (int i = 0; i < positions.size(); i++) {
            specs.add(positions.get(i).with(flags.get(i)));
        }
        return specs;
    }

    /** Joins adjacent keys with the same flags, as in {@code LCS key1 key2}, into one range. */
    private static KeySpec asOneRange(List<KeySpec> keys, Syntax syntax) {
        if (!keys.stream().allMatch(KeySpec::isRange)) {
            throw new IllegalArgumentException("usage \"" + syntax.usage() + "\": each key needs its own flags");
        }
        return KeySpec.of(keys.getFirst().begin(), new KeySpec.Find.Range(keys.size() - 1, 1, 0));
    }

    /** As Redis's {@code populateCommandLegacyRangeSpec}. */
    private void findRange() {
        int end = 0; // index of the last key of the range so far
        for (KeySpec spec : specs) {
            if (!(spec.begin() instanceof KeySpec.Begin.Index begin)
                    || !(spec.find() instanceof KeySpec.Find.Range range)
                    || specs.length > 1 && range.step() != 1
                    || end != 0 && end != begin.index() - 1) {
                movable = true;
                continue;
            }
            movable |= spec.flags().contains(Trait.KeyFlag.INCOMPLETE);
            end = range.last() < 0 ? range.last() : begin.index() + range.last();
            first = first == 0 ? begin.index() : first;
            last = end;
            step = range.step();
        }
    }

    public List<KeySpec> specs() {
        return List.of(specs);
    }

    /** Whether the command may have keys. */
    public boolean any() {
        for (KeySpec spec : specs) {
            if (!spec.isNotKey()) {
                return true;
            }
        }
        return false;
    }

    /** The index of the first key, if it is the same in every request; otherwise 0. */
    public int first() {
        return first;
    }

    /**
     * The index of the last key of the range from {@link #first} on; a negative one counts from the end, -1 is the
     * last.
     */
    public int last() {
        return last;
    }

    /** The distance between two keys of the range: 2 if every second word is a key; 0 without keys. */
    public int step() {
        return step;
    }

    /** Whether some keys are outside the range of first, last and step. */
    boolean areMovable() {
        return movable;
    }

    /** As Redis's {@code getKeysFromCommandWithSpecs}. */
    @Override
    public boolean forEachKey(Request request, Visitor visitor) {
        if (walk != null) {
            return walk.forEachKey(request, visitor);
        }
        for (KeySpec spec : specs) {
            if (!spec.isNotKey() && lastOf(spec, request) == 0) {
                return false;
            }
        }
        for (KeySpec spec : specs) {
            if (!spec.isNotKey()) {
                visit(spec, request, visitor);
            }
        }
        return true;
    }

    private static int lastOf(KeySpec spec, Request request) {
        int begin = spec.first(request);
        return begin == 0 ? 0 : spec.last(request, begin);
    }

    private static void visit(KeySpec spec, Request request, Visitor visitor) {
        Set<Trait.KeyFlag> flags = spec.flags();
        int end = lastOf(spec, request);
        for (int i = spec.first(request); i <= end; i += spec.step()) {
            visitor.visit(i, flags);
        }
    }
}
