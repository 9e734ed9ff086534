/**
 * The events of the server's own log (not the write log): each has a stable name for programs and a sentence for
 * people.
 */
package dev.miniredis.notice;
