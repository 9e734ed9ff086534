package dev.miniredis.torture;

import dev.miniredis.torture.Held.Found;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * What one connection did to databases that nobody else writes to, since a server was last checked. Its commands are
 * steps, numbered from 1, and so is every state that those databases can be in, whatever happens to the server:
 *
 * <pre>
 *   0            1   …   acknowledged, or seen by a reader   …   sent
 *   as found     └────── must have happened ───────────┘     └─ may have happened, in this order ─┘
 * </pre>
 *
 * <p>For the writer's thread, those of the readers, and the one that checks.
 */
final class History {
    /** How many changes of a key a failure shows. */
    private static final int SHOWN_CHANGES = 12;

    private static final int SHOWN_PLACES = 5;

    /** A key gets another state; null is none. */
    record Effect(Place place, Held held) {}

    private record Change(long step, Held held) {}

    private Map<Place, Held> start = Map.of();
    private Map<Place, Held> now = new HashMap<>();
    private final List<List<Effect>> steps = new ArrayList<>();
    private final Map<Place, List<Change>> changes = new HashMap<>();
    private long acknowledged;
    private long seen;

    /** What a key holds after all that was sent; null for nothing. */
    synchronized Held now(Place place) {
        return now.get(place);
    }

    /** The keys that a database has after all that was sent. */
    synchronized List<Place> now(int database) {
        return now.keySet().stream()
                .filter(place -> place.database() == database)
                .toList();
    }

    synchronized long size(int database) {
        return now.keySet().stream()
                .filter(place -> place.database() == database)
                .count();
    }

    /**
     * A command is about to be sent.
     *
     * @return the number of its step
     */
    synchronized long step(List<Effect> effects) {
        steps.add(effects);
        long step = steps.size();
        for (Effect effect : effects) {
            changes.computeIfAbsent(effect.place(), place -> new ArrayList<>(List.of(new Change(0, start.get(place)))))
                    .add(new Change(step, effect.held()));
            apply(effect, now);
        }
        return step;
    }

    private static void apply(Effect effect, Map<Place, Held> state) {
        if (effect.held() == null) {
            state.remove(effect.place());
        } else {
            state.put(effect.place(), effect.held());
        }
    }

    /** The command of a step was answered: it, and all before it, is to stay. */
    synchronized void acknowledged(long step) {
        acknowledged = step;
    }

    /** The step that cannot be taken back any more. */
    synchronized long settled() {
        return Math.max(acknowledged, seen);
    }

    /**
     * Another connection was told something of a key: the step that brought it about is not to be taken back.
     *
     * @param atLeast what was {@link #settled} before that connection asked
     * @param answer the answer, for people
     * @param isRight whether a state (null for no key) has this answer
     * @return the step that it was told of, at least
     */
    synchronized long saw(Place place, long atLeast, String answer, Predicate<Held> isRight) {
        List<Change> line = line(place);
        for (int i = 0; i < line.size(); i++) {
            boolean isPast = i + 1 < line.size() && line.get(i + 1).step() <= atLeast;
            if (!isPast && isRight.test(line.get(i).held())) {
                seen = Math.max(seen, line.get(i).step());
                return Math.max(atLeast, line.get(i).step());
            }
        }
        throw new AssertionError("a reader was told " + Words.shortened(answer) + " at " + place + ", where step "
                + atLeast + " was settled: " + describe(place));
    }

    private List<Change> line(Place place) {
        List<Change> line = changes.get(place);
        return line != null ? line : List.of(new Change(0, start.get(place)));
    }

    /**
     * Compares with what a new server knows, and goes on from there.
     *
     * @param found all keys of the databases
     * @param areBriefGone whether the time of all brief keys is over
     * @throws AssertionError the server does not know what it must, or in no order that was sent
     */
    synchronized void check(Map<Place, Found> found, boolean areBriefGone) {
        Map<Place, Held> state = new HashMap<>(start);
        long step = 0;
        while (step < settled()) {
            steps.get((int) step++).forEach(effect -> apply(effect, state));
        }
        Set<Place> wrong = wrong(state, found, areBriefGone);
        Set<Place> least = new LinkedHashSet<>(wrong);
        while (!wrong.isEmpty() && step < steps.size()) {
            for (Effect effect : steps.get((int) step++)) {
                apply(effect, state);
                if (mayBe(state.get(effect.place()), found.get(effect.place()), areBriefGone)) {
                    wrong.remove(effect.place());
                } else {
                    wrong.add(effect.place());
                }
            }
            if (wrong.size() < least.size()) {
                least = new LinkedHashSet<>(wrong);
            }
        }
        if (!wrong.isEmpty()) {
            throw new AssertionError(complaint(least, found));
        }
        state.keySet().retainAll(found.keySet());
        goOnFrom(state);
    }

    private static Set<Place> wrong(Map<Place, Held> state, Map<Place, Found> found, boolean areBriefGone) {
        Set<Place> places = new LinkedHashSet<>(state.keySet());
        places.addAll(found.keySet());
        places.removeIf(place -> mayBe(state.get(place), found.get(place), areBriefGone));
        return places;
    }

    private static boolean mayBe(Held held, Found found, boolean areBriefGone) {
        boolean isTooLate = areBriefGone && held != null && held.isBrief() && found != null;
        return !isTooLate && Held.mayBeFound(held, found);
    }

    private void goOnFrom(Map<Place, Held> state) {
        start = Map.copyOf(state);
        now = state;
        steps.clear();
        changes.clear();
        acknowledged = 0;
        seen = 0;
    }

    private String complaint(Set<Place> places, Map<Place, Found> found) {
        StringBuilder text =
                new StringBuilder("after the restart the keys are in no state that they can be in: after step "
                        + settled() + " of " + steps.size() + " (acknowledged " + acknowledged + ", seen by readers "
                        + seen
                        + ") at least " + places.size() + " keys are wrong");
        places.stream()
                .limit(SHOWN_PLACES)
                .forEach(place -> text.append("\n  ")
                        .append(place)
                        .append(": found ")
                        .append(found.get(place) == null ? "nothing" : found.get(place))
                        .append("; ")
                        .append(describe(place)));
        return text.toString();
    }

    private String describe(Place place) {
        List<Change> line = line(place);
        Map<Long, String> shown = new LinkedHashMap<>();
        line.stream()
                .skip(Math.max(0, line.size() - SHOWN_CHANGES))
                .forEach(change -> shown.put(
                        change.step(),
                        change.held() == null ? "nothing" : change.held().toString()));
        return "its history, by step, acknowledged to " + acknowledged + ", seen to " + seen + ", sent to "
                + steps.size() + ": " + shown;
    }
}
