/**
 * Moving from Redis: reads what Redis keeps on its disk and writes a log of the same data.
 *
 * <pre>
 *   SourceFiles      which files, and what they are: told by what they begin with, not by their names
 *     RdbReader  ─┐
 *     AofReader  ─┴► Import ──► NewLog      a directory that gets its name when all of it is on disk
 * </pre>
 *
 * <p>The formats are Redis's: the opcodes and encodings of {@code rdb.h} and the loader of {@code aof.c}, and
 * Valkey's; see {@link dev.miniredis.migrate.RdbVersion} for the versions. What the server has no place for yet is read past and counted, never dropped in silence.
 */
package dev.miniredis.migrate;
