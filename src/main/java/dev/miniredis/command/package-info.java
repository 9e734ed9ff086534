/**
 * What a command is: the row that declares it, the call that runs it, and what it sees of the server.
 *
 * <p>Reading order: {@link dev.miniredis.command.CommandTable} for a row, {@link dev.miniredis.command.Syntax} for what a usage
 * line says, {@link dev.miniredis.command.Call} for what a method may do.
 */
package dev.miniredis.command;
