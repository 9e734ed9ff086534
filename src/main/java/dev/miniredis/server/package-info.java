/**
 * The server as a Quarkus application: CDI beans, settings, TLS registry, health, metrics and status page. The only
 * code that knows Quarkus and Vert.x; sockets are in {@link dev.miniredis.net}.
 */
package dev.miniredis.server;
