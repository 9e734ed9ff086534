/**
 * All commands. Each file has the commands of one group of Redis's documentation, or some of them: first the table of
 * rows, then the methods in the order of the rows. {@link dev.miniredis.commands.AllCommands} lists the files.
 *
 * <p>Reading order: {@link dev.miniredis.commands.StringCommands} is a typical file.
 */
package dev.miniredis.commands;
