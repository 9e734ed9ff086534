/**
 * All commands: one file a group of Redis's documentation, its table of rows on top, its methods in the order of the
 * rows; {@link dev.miniredis.commands.AllCommands} lists the groups.
 *
 * <p>Reading order: {@link dev.miniredis.commands.StringCommands} for the look of it.
 */
package dev.miniredis.commands;
