package dev.miniredis.acl;

import dev.miniredis.resp.Slice;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * A password, kept as its SHA-256 only.
 *
 * @param hash 64 hexadecimal digits in lower case
 */
record Password(String hash) {
    private static final int HASH_LETTERS = 64;

    static Password ofText(String text) {
        return new Password(hash(Slice.of(text)));
    }

    /** @throws RuleException it is not a hash */
    static Password ofHash(String hash) throws RuleException {
        boolean valid = hash.length() == HASH_LETTERS
                && hash.chars().allMatch(letter -> letter >= '0' && letter <= '9' || letter >= 'a' && letter <= 'f');
        if (!valid) {
            throw RuleException.notAHash();
        }
        return new Password(hash);
    }

    /** Compares in constant time. */
    boolean hasHash(String otherHash) {
        return MessageDigest.isEqual(
                hash.getBytes(StandardCharsets.US_ASCII), otherHash.getBytes(StandardCharsets.US_ASCII));
    }

    static String hash(Slice text) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            digest.update(text.bytes(), text.offset(), text.length());
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
