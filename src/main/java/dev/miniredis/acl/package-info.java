/**
 * Access control: users, their passwords, and the rules for commands, keys and channels, as Redis's access control
 * lists. It knows commands by number only, see {@link dev.miniredis.acl.CommandIndex}. Names, patterns and rules are
 * text that keeps all bytes, see {@link dev.miniredis.resp.ByteText}.
 */
package dev.miniredis.acl;
