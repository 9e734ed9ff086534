/**
 * The model of commands: the row that declares one, the call that runs it, and the server as it sees it.
 *
 * <p>Reading order: {@link dev.miniredis.command.CommandTable} for a row, {@link dev.miniredis.command.Syntax} for what
 * a usage line says, {@link dev.miniredis.command.Call} for what a method may do.
 */
package dev.miniredis.command;
