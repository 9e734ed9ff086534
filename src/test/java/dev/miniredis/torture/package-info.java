/**
 * The proof of the promise: servers that are killed in the midst of everything, again and again, and a model of what
 * each of them must know afterwards.
 *
 * <p>{@link dev.miniredis.torture.Torture} is the beginning: {@code main}, and how to repeat a run. A
 * {@code TortureRun} is the life of one data directory; {@code Writer}, {@code Contender} and {@code Reader} are its
 * clients, {@code Keeper} asks for compactions; {@code History} and {@code Contest} are what the clients know.
 */
package dev.miniredis.torture;
