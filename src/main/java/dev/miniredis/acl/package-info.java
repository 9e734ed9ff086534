/**
 * Who may do what: users, their passwords, and the rules of what they may run and touch, as Redis's access control
 * lists. It knows commands by number only, see {@link dev.miniredis.acl.CommandIndex}. Names, patterns and rules are
 * text of which no byte is lost, see {@link dev.miniredis.resp.ByteText}.
 */
package dev.miniredis.acl;
