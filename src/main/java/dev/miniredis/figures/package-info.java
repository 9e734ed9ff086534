/**
 * Every figure of the server, once: a row of a table gives its names in {@code INFO}, in Prometheus and on the status
 * page, and says how to read it. A file holds a section of {@code INFO}, in the order in which it is printed. The
 * engine's figures are read by the engine's thread only; {@link dev.miniredis.figures.FigureReader} asks it for other
 * threads.
 */
package dev.miniredis.figures;
