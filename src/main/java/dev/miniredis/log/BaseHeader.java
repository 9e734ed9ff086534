package dev.miniredis.log;

import java.util.List;

/**
 * The first line of a base. The keys of a base are in the order of their hashes. A reader that uses the same hash seed,
 * and a table sized for the number of keys, fills the table sequentially.
 *
 * @param lsn of the last entry that the base stands for
 * @param atMillis the time of that entry, milliseconds since 1970
 * @param hashSeed the seed of the keys' hashes
 * @param keys the approximate number of keys of each database, up to the last one with keys; empty if unknown
 */
public record BaseHeader(long lsn, long atMillis, long hashSeed, List<Integer> keys) {}
