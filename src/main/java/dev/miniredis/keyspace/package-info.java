/**
 * The data: packed entries in a table that grows a segment at a time, their deadlines, and which changes are not on
 * disk yet. One thread owns all of it; time comes in as a parameter.
 */
package dev.miniredis.keyspace;
