/** What Redis's files and {@code DUMP} are made of: their checksum, their compression, the form of a value. */
package dev.miniredis.rdb;
