/**
 * Migration from Redis: reads its RDB and AOF files and writes a log of the same data.
 *
 * <pre>
 *   SourceFiles      chooses the files, and recognizes them by their first bytes, not by their names
 *     RdbReader  ─┐
 *     AofReader  ─┴► Import ──► NewLog      a directory that gets its name when all of it is on disk
 * </pre>
 *
 * <p>The formats are those of Redis ({@code rdb.h}, {@code aof.c}) and Valkey; see {@link
 * dev.miniredis.migrate.RdbVersion} for the versions. Data of types that the server does not support yet is skipped,
 * counted and reported.
 */
package dev.miniredis.migrate;
