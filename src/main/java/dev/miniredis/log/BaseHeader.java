package dev.miniredis.log;

import java.util.List;

/**
 * The first line of a base. Its lines stand in the order of the hashes that the keys had: who hashes by the same seed, and
 * knows how many keys will come, fills one part of his table after the other.
 *
 * @param lsn of the last entry that the base stands for
 * @param atMillis the time of that entry, milliseconds since 1970
 * @param hashSeed what the keys were hashed with
 * @param keys about how many keys there are in each database, up to the last that has some; empty where nobody counted
 */
public record BaseHeader(long lsn, long atMillis, long hashSeed, List<Integer> keys) {}
