/**
 * The write log: what was acknowledged, on disk, in lines a person can read.
 *
 * <h2>The format</h2>
 *
 * UTF-8 JSON Lines. A log is a directory of segments: {@code mini-redis.log} is the one being written; an older one is
 * named after its first entry, {@code mini-redis.<lsn>.log}. A segment begins with a header, then comes one line for
 * each unit of work (a command, later a whole transaction):
 *
 * <pre>
 *   {"log":"mini-redis","format":1,"first":1041,"crc":"0d3cf9e0"}
 *   {"lsn":1041,"at":1763834101123,"by":"default@10.0.0.7:51544","cmd":["SET","user:1","John Doe"],"durable":1040,"crc":"5f3c9a01"}
 *   {"lsn":1042,"at":1763834101124,"by":"default@10.0.0.9:40022","db":3,"cmd":["DEL","user:1"],"crc":"07be11d2"}
 * </pre>
 *
 * <ul>
 *   <li>{@code lsn} numbers the entries without gaps, from 1. {@code at} is when it happened, in milliseconds since 1970,
 *       and never goes back. {@code by} is who sent it. {@code db} is there where it is not 0.
 *   <li>{@code cmd} is the command with its arguments; {@code cmds} a list of commands that take effect together. An
 *       argument is a string, or {@code {"b64":"…"}} where it is not UTF-8 or would be much longer as one.
 *   <li>{@code durable} stands in the first line of each write to the disk: everything up to that lsn was synced before
 *       this line was written. So a reader can tell damage (of something once synced) from a torn end (of what never
 *       was).
 *   <li>{@code {"durable":1042}}, without a number of its own, is the last line of a log that was closed.
 *   <li>{@code {"lost":[1043,1050],"at":…}} stands where entries are missing since a {@link dev.miniredis.log.Repair}.
 *   <li>{@code crc} ends each line: CRC-32C, eight hexadecimal digits, of the bytes of the line before {@code ,"crc"}.
 *   <li>Empty lines mean nothing: the file is filled with them ahead of use, so that a write needs no new room on the
 *       disk and its sync no change of the file's metadata.
 *   <li>A reader ignores fields it does not know. {@code format} changes only when an old reader would be wrong.
 * </ul>
 *
 * <p>A base, {@code mini-redis.base.<lsn>.log}, stands for all entries up to its lsn: its lines rebuild what they had made.
 * See {@link dev.miniredis.log.BaseFile}. Recovery reads the newest base and the segments since; what is older is there
 * for {@link dev.miniredis.log.Retention}. {@code mini-redis.durable} says how far the log goes, see
 * {@link dev.miniredis.log.DurableMark}; {@code mini-redis.reserve} keeps room, see {@link dev.miniredis.log.Reserve}.
 * Other names in the directory: {@code ….new}, being made; {@code ….tail-<time>}, a
 * torn end; {@code ….damaged-<time>}, as it was before a repair; {@code mini-redis.lock}.
 *
 * <h2>The classes</h2>
 *
 * {@link dev.miniredis.log.WriteLog} is what the engine sees; {@link dev.miniredis.log.LocalLog} is that on one disk;
 * {@code LogFiles} says which files are the log and {@code LogWatch} whether they are still there;
 * {@code Recovery} reads what is there, {@link dev.miniredis.log.Repair} mends it, {@link dev.miniredis.log.PastLog} and
 * {@link dev.miniredis.log.Restore} go back in time, {@link dev.miniredis.log.LogDirectory} and
 * {@link dev.miniredis.log.LogCursor} show it to people, beside a server; {@code LineWriter} and {@code LineReader} are the
 * two sides of the format;
 * {@link dev.miniredis.log.Disk} is the little that is asked of a file system, so that tests can break it.
 */
package dev.miniredis.log;
