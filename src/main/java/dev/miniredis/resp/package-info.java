/**
 * The wire: Redis's serialization protocol (RESP2, RESP3 and inline commands) over plain byte arrays, without I/O.
 *
 * <p>The server's side: {@link dev.miniredis.resp.RequestReader} parses requests into {@link dev.miniredis.resp.Slice}s
 * of the received bytes, {@link dev.miniredis.resp.Reply} writes replies. The client's side: {@link
 * dev.miniredis.resp.RequestWriter} and {@link dev.miniredis.resp.ReplyReader}.
 */
package dev.miniredis.resp;
