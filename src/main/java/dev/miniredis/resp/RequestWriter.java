package dev.miniredis.resp;

/** Encodes requests as a client sends them: RESP arrays of bulk strings. The counterpart of {@link RequestReader}. */
public final class RequestWriter {
    private static final int CRLF_BYTES = 2;

    private RequestWriter() {}

    /** The bytes of a request. */
    public static byte[] bytes(Request request) {
        long length = headerLength(request.size());
        for (int i = 0; i < request.size(); i++) {
            int argument = request.arg(i).length();
            length += headerLength(argument) + argument + CRLF_BYTES;
        }
        byte[] bytes = new byte[Math.toIntExact(length)];
        int at = putHeader(bytes, 0, '*', request.size());
        for (int i = 0; i < request.size(); i++) {
            Slice argument = request.arg(i);
            at = putHeader(bytes, at, '$', argument.length());
            System.arraycopy(argument.bytes(), argument.offset(), bytes, at, argument.length());
            at = putCrlf(bytes, at + argument.length());
        }
        return bytes;
    }

    private static int headerLength(int number) {
        return 1 + Integer.toString(number).length() + CRLF_BYTES;
    }

    private static int putHeader(byte[] target, int at, char type, int number) {
        target[at] = (byte) type;
        return putCrlf(target, Decimal.put(target, at + 1, number));
    }

    private static int putCrlf(byte[] target, int at) {
        target[at] = '\r';
        target[at + 1] = '\n';
        return at + CRLF_BYTES;
    }
}
