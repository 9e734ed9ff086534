/**
 * The model of a command: the row that declares it, the call that runs it, and the server interfaces that it may use.
 *
 * <p>Reading order: {@link dev.miniredis.command.CommandTable} for a row, {@link dev.miniredis.command.Syntax} for the
 * usage line, {@link dev.miniredis.command.Call} for the methods that a command body uses.
 */
package dev.miniredis.command;
