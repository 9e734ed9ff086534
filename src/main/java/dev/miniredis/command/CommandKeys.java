package dev.miniredis.command;

import dev.miniredis.resp.Request;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/** The places of a command's keys and their flags, from its usage line and the traits of its row. */
public final class CommandKeys implements KeyWalk {
    private final KeySpec[] specs;
    private final KeyWalk walk; // null if the specs are complete

    // The first form of COMMAND INFO: all adjacent keys at known places.
    private int first;
    private int last;
    private int step;
    private boolean movable;

    /**
     * @throws IllegalArgumentException the row has more or fewer flags than the usage line has places of keys
     *     has
     */
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

    /** The flags of each place. */
    private static List<EnumSet<Trait.KeyFlag>> flags(List<? extends Trait> traits) {
        List<EnumSet<Trait.KeyFlag>> places = new ArrayList<>();
        for (Trait.KeyFlag flag : all(Trait.KeyFlag.class, traits)) {
            if (places.isEmpty() || flag.beginsPlace()) {
                places.add(EnumSet.noneOf(Trait.KeyFlag.class));
            }
            places.getLast().add(flag);
        }
        return places;
    }

    private static List<KeySpec> join(Syntax syntax, List<EnumSet<Trait.KeyFlag>> flags) {
        List<KeySpec> places = flags.isEmpty() ? List.of() : syntax.keySpecs();
        if (flags.size() == 1 && places.size() > 1) {
            places = List.of(sideBySide(places, syntax));
        }
        if (places.size() != flags.size()) {
            throw new IllegalArgumentException("usage \"" + syntax.usage() + "\": keys in " + places.size()
                    + " places, but flags for " + flags.size());
        }
        List<KeySpec> specs = new ArrayList<>();
        for (int i = 0; i < places.size(); i++) {
            specs.add(places.get(i).with(flags.get(i)));
        }
        return specs;
    }

    /** {@code key1 key2}: which have the same flags. */
    private static KeySpec sideBySide(List<KeySpec> places, Syntax syntax) {
        if (!places.stream().allMatch(KeySpec::isRange)) {
            throw new IllegalArgumentException("usage \"" + syntax.usage() + "\": say of each key what becomes of it");
        }
        return KeySpec.of(places.getFirst().begin(), new KeySpec.Find.Range(places.size() - 1, 1, 0));
    }

    /** As {@code populateCommandLegacyRangeSpec} of Redis. */
    private void findRange() {
        int end = 0; // of the range so far
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

    /** Whether there may be keys at all. */
    public boolean any() {
        for (KeySpec spec : specs) {
            if (!spec.isNotKey()) {
                return true;
            }
        }
        return false;
    }

    /** The place of the first key in every request; 0 where there is no such place. */
    public int first() {
        return first;
    }

    /** The place of the last of the keys that {@link #first} begins; negative from the end, -1 being the last word. */
    public int last() {
        return last;
    }

    /** 2 where every second word is a key; 0 without keys. */
    public int step() {
        return step;
    }

    /** Whether some keys are elsewhere than first, last and step tell. */
    boolean areMovable() {
        return movable;
    }

    /** As {@code getKeysFromCommandWithSpecs} of Redis. */
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
