/**
 * Certificates and keys in files, for the server and the client: what OpenSSL writes, checked and made into the JDK's
 * key stores. Nothing here knows of a socket.
 */
package dev.miniredis.tls;
