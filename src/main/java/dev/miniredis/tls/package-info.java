/**
 * Reads certificates and private keys from PEM files, as OpenSSL writes them, checks them, and builds the JDK's key
 * stores; for server and client. No sockets here.
 */
package dev.miniredis.tls;
