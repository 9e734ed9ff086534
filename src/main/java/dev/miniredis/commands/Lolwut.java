package dev.miniredis.commands;

import dev.miniredis.resp.RedisVersion;

/**
 * The art of LOLWUT: a row of cells with one live cell, generation below generation; a cell's next state follows from
 * its own and its two neighbours'. A rule of Stephen Wolfram's numbers them: its bit {@code left * 4 + own * 2 + right}
 * is the next state.
 */
final class Lolwut {
    private static final int GENERATIONS = 32;
    private static final int TRIANGLES = 90;
    private static final int CHAOS = 30;
    private static final int GLIDERS = 110;
    /** Two generations in one line: the upper, the lower, both. */
    private static final String[] BLOCKS = {" ", "\u2580", "\u2584", "\u2588"};

    private Lolwut() {}

    /** @param version of Redis, whose art was another for some */
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
