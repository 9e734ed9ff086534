/** What the server tells of itself in its own log: each line has a name for programs and a sentence for people. */
package dev.miniredis.notice;
