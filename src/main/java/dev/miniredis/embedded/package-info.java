/**
 * A whole server in this JVM, without Quarkus: {@link dev.miniredis.embedded.MiniRedis} puts log, engine and network
 * together, starts them and stops them. The beans of the Quarkus service are its parts; tests use it directly.
 */
package dev.miniredis.embedded;
