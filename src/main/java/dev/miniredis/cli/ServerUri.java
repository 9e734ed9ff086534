package dev.miniredis.cli;

import dev.miniredis.resp.ByteText;
import java.io.ByteArrayOutputStream;

/**
 * A server as {@code redis-cli -u} names it: {@code redis://user:password@host:port/database}, {@code rediss} for TLS.
 * Everything but the scheme is optional; other characters are written as {@code %40}.
 *
 * @param login null if the URI has no password
 */
record ServerUri(boolean tls, ServerAddress address, Login login, int database) {
    private static final String PLAIN = "redis://";
    private static final String TLS = "rediss://";

    /** @throws IllegalArgumentException with a text for the user, without the password */
    static ServerUri parse(String text) {
        boolean tls = startsWith(text, TLS);
        if (!tls && !startsWith(text, PLAIN)) {
            throw new IllegalArgumentException("Invalid URI scheme: it is redis:// or rediss://");
        }
        String rest = text.substring(tls ? TLS.length() : PLAIN.length());
        int query = rest.indexOf('?');
        rest = query < 0 ? rest : rest.substring(0, query);
        int at = rest.indexOf('@');
        Login login = at < 0 ? null : login(rest.substring(0, at));
        rest = rest.substring(at + 1);
        int slash = rest.indexOf('/');
        String address = slash < 0 ? rest : rest.substring(0, slash);
        return new ServerUri(
                tls,
                address.isEmpty() ? ServerAddress.DEFAULT : ServerAddress.parse(address),
                login,
                slash < 0 ? 0 : database(rest.substring(slash + 1)));
    }

    private static boolean startsWith(String text, String scheme) {
        return text.regionMatches(true, 0, scheme, 0, scheme.length());
    }

    private static Login login(String text) {
        int colon = text.indexOf(':');
        byte[] user = colon <= 0 ? null : decode(text.substring(0, colon));
        return new Login(user, decode(text.substring(colon + 1)));
    }

    private static int database(String text) {
        if (text.isEmpty()) {
            return 0;
        }
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException noNumber) {
            throw new IllegalArgumentException("'" + text + "' is not the number of a database", noNumber);
        }
    }

    private static byte[] decode(String text) {
        ByteArrayOutputStream decoded = new ByteArrayOutputStream();
        for (int i = 0; i < text.length(); i++) {
            int hex = text.charAt(i) == '%' ? hex(text, i + 1) : -1;
            if (hex >= 0) {
                decoded.write(hex);
                i += 2;
            } else {
                int next = text.offsetByCodePoints(i, 1);
                decoded.writeBytes(ByteText.bytes(text.substring(i, next)));
                i = next - 1;
            }
        }
        return decoded.toByteArray();
    }

    /** The two hexadecimal digits at {@code index}; -1 if there are none. */
    private static int hex(String text, int index) {
        if (index + 2 > text.length()) {
            return -1;
        }
        int high = Character.digit(text.charAt(index), 16);
        int low = Character.digit(text.charAt(index + 1), 16);
        return high < 0 || low < 0 ? -1 : high << 4 | low;
    }
}
