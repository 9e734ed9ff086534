/**
 * The wire: Redis's serialization protocol (RESP2, RESP3 and inline commands) over plain byte arrays, without I/O.
 *
 * <p>{@link dev.miniredis.resp.RequestReader} cuts requests out of the bytes that have arrived and shows them as
 * {@link dev.miniredis.resp.Slice}s; {@link dev.miniredis.resp.Reply} writes answers. {@link
 * dev.miniredis.resp.ReplyReader} is the client's side of the same protocol.
 */
package dev.miniredis.resp;
