/** The parts of Redis's RDB format: checksum, compression, and the payload of {@code DUMP}. */
package dev.miniredis.rdb;
