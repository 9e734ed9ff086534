/**
 * What a command is, and all of them: one file a group of Redis's documentation, its table of rows on top, its methods
 * in the order of the rows.
 *
 * <p>Reading order: {@link dev.miniredis.command.StringCommands} for the look of it, {@link
 * dev.miniredis.command.Syntax} for what a usage line says, {@link dev.miniredis.command.Call} for what a method may do.
 */
package dev.miniredis.command;
