/**
 * The server around the engine: CDI beans, settings, the listener and its connections, health and metrics. The only
 * code that knows Quarkus, Vert.x and Netty.
 */
package dev.miniredis.server;
