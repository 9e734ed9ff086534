/**
 * What is counted and measured while the server runs: errors, slow commands, latency, and the sections of {@code INFO}
 * that show it.
 *
 * <p>Reading order: {@link dev.miniredis.stats.Statistics}, which holds the others, then {@link
 * dev.miniredis.stats.Info}.
 */
package dev.miniredis.stats;
