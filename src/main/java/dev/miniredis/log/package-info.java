/**
 * The write log (write-ahead log): acknowledged writes on disk, in lines that people can read.
 *
 * <h2>The format</h2>
 *
 * UTF-8 JSON Lines. A log is a directory of segments: {@code mini-redis.log} is the active one, which is being written;
 * an older one is named after its first entry, {@code mini-redis.<lsn>.log}. A segment begins with a header, followed
 * by one line for each unit of work (a command, a transaction, a script):
 *
 * <pre>
 *   {"log":"mini-redis","format":1,"first":1041,"crc":"0d3cf9e0"}
 *   {"lsn":1041,"at":1763834101123,"by":"default@10.0.0.7:51544","cmd":["SET","user:1","John Doe"],"durable":1040,"crc":"5f3c9a01"}
 *   {"lsn":1042,"at":1763834101124,"by":"default@10.0.0.9:40022","db":3,"cmd":["DEL","user:1"],"crc":"07be11d2"}
 * </pre>
 *
 * <ul>
 * <li>{@code lsn} (log sequence number) numbers the entries without gaps, from 1. {@code at} is the time of execution
 * in milliseconds since 1970, and never goes back. {@code by} is the sender. {@code db} is omitted if it is 0.
 * <li>{@code cmd} is a command with its arguments; {@code cmds} a list of commands that take effect together. An
 * argument is a string, or {@code {"b64":"…"}} if it is not UTF-8 or would be much longer as a string.
 * <li>{@code durable} is in the first line of each write to the disk: everything up to that lsn was synced before this
 * line was written. With it a reader distinguishes damage (of lines that were synced) from a torn end (of lines that
 * were not).
 * <li>{@code {"durable":1042}}, without an lsn, is the last line of a log that was closed.
 * <li>{@code {"lost":[1043,1050],"at":…}} is in the place of entries that are lost since a {@link
 * dev.miniredis.log.Repair}.
 * <li>{@code crc} ends each line: CRC-32C, eight hexadecimal digits, of the bytes of the line before {@code ,"crc"}.
 * <li>Blank lines mean nothing. The file is preallocated with them, so that a write needs no new space on the disk and
 * its sync no change of the file's metadata.
 * <li>A reader ignores unknown fields. {@code format} changes only if an old reader would be wrong.
 * </ul>
 *
 * <p>A base (snapshot), {@code mini-redis.base.<lsn>.log}, stands for all entries up to its lsn: its lines rebuild the
 * state, see {@link dev.miniredis.log.BaseFile}. Recovery reads the newest base and the segments since; older files are
 * kept by {@link dev.miniredis.log.Retention}. {@code mini-redis.durable} states how far the log goes, see {@link
 * dev.miniredis.log.DurableMark}; {@code mini-redis.reserve} reserves space, see {@link dev.miniredis.log.Reserve}.
 * Other names in the directory: {@code ….new}, being written; {@code ….tail-<time>}, a torn end; {@code
 * ….damaged-<time>}, a file before a repair; {@code mini-redis.lock}.
 *
 * <h2>The classes</h2>
 *
 * <ul>
 * <li>Writing: {@link dev.miniredis.log.WriteLog} is the engine's interface, {@link dev.miniredis.log.LogStorage} that
 * of compaction, {@link dev.miniredis.log.LogFigures} what is shown of a log. {@link dev.miniredis.log.LocalLog}
 * implements them on one disk, with {@code RoomKeeper} (preallocation), {@code LogFiles} and {@code LogWatch} (lost
 * files).
 * <li>Reading: {@code SegmentReader} and {@code BaseReader} read the files for all others. {@code Recovery} replays a
 * log, {@link dev.miniredis.log.Repair} makes a damaged one readable, {@link dev.miniredis.log.PastLog} and {@link
 * dev.miniredis.log.Restore} go back in time, {@link dev.miniredis.log.LogDirectory} and {@link
 * dev.miniredis.log.LogCursor} read beside a running server.
 * <li>The format: {@code LineWriter} and {@code LineReader}. {@link dev.miniredis.log.Disk} has the file system
 * operations, so that tests can simulate failures.
 * </ul>
 */
package dev.miniredis.log;
