package dev.miniredis.resp;

import java.util.Arrays;

/**
 * One request: the command's name and its arguments, as slices of the buffer that received it. Valid until the next
 * request is read into the same object.
 */
public final class Request {
    private static final int KEPT_SLICES = 1024;

    private Slice[] args = {};
    private int size;
    private int start; // offset in the reader's buffer, for RequestReader.unread

    public Request() {}

    /** A request of these arguments, the command's name first. */
    public static Request of(byte[]... args) {
        Request request = new Request();
        for (byte[] arg : args) {
            request.add(arg, 0, arg.length);
        }
        return request;
    }

    /** A request of the same arguments that keeps none of the buffers of this one. */
    public Request copy() {
        int length = 0;
        for (int i = 0; i < size; i++) {
            length += args[i].length();
        }
        byte[] bytes = new byte[length];
        Request copy = new Request();
        int at = 0;
        for (int i = 0; i < size; i++) {
            args[i].copyTo(bytes, at);
            copy.add(bytes, at, args[i].length());
            at += args[i].length();
        }
        return copy;
    }

    /** The number of arguments, including the command's name. */
    public int size() {
        return size;
    }

    /** Argument {@code index}; the command's name is argument 0. */
    public Slice arg(int index) {
        return args[index];
    }

    int start() {
        return start;
    }

    void start(int offset) {
        start = offset;
    }

    public void clear() {
        if (args.length > KEPT_SLICES) {
            args = new Slice[0];
        }
        size = 0;
    }

    /** Drops the references to a large buffer, which the slices would keep in memory until they are wrapped again. */
    void release() {
        if (size > 0 && args[0].bytes().length > TurnBuffer.BYTES) {
            args = new Slice[0];
            size = 0;
        }
    }

    public void add(byte[] bytes, int offset, int length) {
        if (size == args.length) {
            int had = args.length;
            args = Arrays.copyOf(args, Math.max(8, had + (had >> 1)));
            for (int i = had; i < args.length; i++) {
                args[i] = new Slice();
            }
        }
        args[size++].wrap(bytes, offset, length);
    }
}
