/**
 * Sockets, on Netty alone: the listener, a client's connection, the turn in which requests are read and run, and the
 * limits of clients. All of it on the engine's thread.
 *
 * <p>Reading order: {@link dev.miniredis.net.EngineLoop} for the thread, {@link dev.miniredis.net.RespListener}, {@link
 * dev.miniredis.net.Connection} for the way of a request, {@link dev.miniredis.net.Turn}.
 */
package dev.miniredis.net;
