package dev.miniredis.commands;

import dev.miniredis.resp.RedisVersion;

/**
 * The art of LOLWUT: an elementary cellular automaton that starts with one live cell, one generation below the other.
 * The next state of a cell depends on the cell and its two neighbours: it is bit {@code left * 4 + own * 2 + right} of
 * the rule's number (Stephen Wolfram).
 */
final class Lolwut {
    private static final int GENERATIONS = 32;
    private static final int TRIANGLES = 90;
    private static final int CHAOS = 30;
    private static final int GLIDERS = 110;
    /** A character shows a cell in two generations: neither is live, the upper, the lower, both. */
    private static final String[] BLOCKS = {" ", "\u2580", "\u2584", "\u2588"};

    private Lolwut() {}

    /** @param version a Redis version; it selects the rule */
    static String of(long version) {
        int rule = switch (Math.clamp(version, 0, Integer.MAX_VALUE)) {
            case 5 -> CHAOS;
            case 6 -> GLIDERS;
            default -> TRIANGLES;
        };
        return draw(rule) + "\nElementary cellular automaton, rule " + rule + ". Redis ver. " + RedisVersion.TEXT
                + "\n";
    }

    private static String draw(int rule) {
        StringBuilder art = new StringBuilder();
        boolean[] upper = new boolean[2 * GENERATIONS + 1];
        upper[GENERATIONS] = true;
        for (int i = 0; i < GENERATIONS; i += 2) {
            boolean[] lower = next(upper, rule);
            StringBuilder line = new StringBuilder();
            for (int cell = 0; cell < upper.length; cell++) {
                line.append(BLOCKS[(upper[cell] ? 1 : 0) + (lower[cell] ? 2 : 0)]);
            }
            art.append(line.toString().stripTrailing()).append('\n');
            upper = next(lower, rule);
        }
        return art.toString();
    }

    private static boolean[] next(boolean[] cells, int rule) {
        boolean[] next = new boolean[cells.length];
        for (int i = 0; i < cells.length; i++) {
            int left = i > 0 && cells[i - 1] ? 4 : 0;
            int own = cells[i] ? 2 : 0;
            int right = i + 1 < cells.length && cells[i + 1] ? 1 : 0;
            next[i] = (rule >> left + own + right & 1) == 1;
        }
        return next;
    }
}
