/** The command line: one top command, and a class for each command below it. */
package dev.miniredis.cli;
