/**
 * Runs commands: admits them, applies them to the data, gives the log what changed, and holds replies until the disk
 * has what they show. All of it on one thread.
 */
package dev.miniredis.engine;
