/**
 * Who may do what: users, their passwords, and the rules of what they may run and touch, as Redis's access control lists. It
 * knows commands by number only, see {@link dev.miniredis.acl.CommandIndex}. Names, patterns and rules are text as ISO 8859-1,
 * so that every byte is kept.
 */
package dev.miniredis.acl;
