/** A client's state without its I/O: what a command may know and change about the client that sent it. */
package dev.miniredis.session;
