package dev.miniredis.commands;

import dev.miniredis.command.Host;
import dev.miniredis.keyspace.Entry;
import dev.miniredis.keyspace.Keyspace;
import dev.miniredis.value.ValueDigest;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.function.Consumer;

/**
 * Forty digits that are the same where the data are the same, computed as {@code computeDatasetDigest} of Redis does,
 * so that they are those of a Redis with the same data: of the keys' digests in whatever order, each of key, type,
 * value and whether it expires (not when).
 */
final class DataDigest implements ValueDigest {
    private static final int BYTES = 20;
    private static final byte[] EXPIRES = "!!expire!!".getBytes(StandardCharsets.US_ASCII);

    private final MessageDigest sha1;
    private final byte[] digest = new byte[BYTES];

    DataDigest() {
        try {
            sha1 = MessageDigest.getInstance("SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-1", e);
        }
    }

    /** Of all that is in all databases at a time; zeros where nothing is. */
    static String ofAll(Host host, long now) {
        DataDigest all = new DataDigest();
        for (int i = 0; i < host.databases(); i++) {
            Keyspace database = host.database(i);
            boolean[] begun = {false};
            byte[] index = bigEndian(i);
            database.forEach(now, entry -> {
                if (!begun[0]) {
                    all.mix(index, 0, index.length);
                    begun[0] = true;
                }
                DataDigest key = new DataDigest();
                key.mix(entry.keyBytes(), entry.keyOffset(), entry.keyLength());
                key.mixValue(entry);
                all.xor(key.digest, 0, BYTES);
            });
        }
        return all.toString();
    }

    /** The digest of a value and of whether it expires; zeros if there is no value. */
    static String ofValue(Entry entry) {
        DataDigest value = new DataDigest();
        if (entry != null) {
            value.mixValue(entry);
        }
        return value.toString();
    }

    private void mixValue(Entry entry) {
        entry.value().addTo(this);
        if (entry.expires()) {
            xor(EXPIRES, 0, EXPIRES.length);
        }
    }

    private static byte[] bigEndian(int number) {
        return ByteBuffer.allocate(Integer.BYTES).putInt(number).array();
    }

    /** Adds something whose order among the others does not count. */
    private void xor(byte[] bytes, int offset, int length) {
        sha1.update(bytes, offset, length);
        byte[] hash = sha1.digest();
        for (int i = 0; i < BYTES; i++) {
            digest[i] ^= hash[i];
        }
    }

    @Override
    public void mixType(int type) {
        mix(bigEndian(type), 0, Integer.BYTES);
    }

    @Override
    public void element(Consumer<ValueDigest> parts) {
        DataDigest element = new DataDigest();
        parts.accept(element);
        xor(element.digest, 0, BYTES);
    }

    @Override
    public void mix(byte[] bytes, int offset, int length) {
        xor(bytes, offset, length);
        byte[] hash = sha1.digest(digest);
        System.arraycopy(hash, 0, digest, 0, BYTES);
    }

    @Override
    public String toString() {
        return HexFormat.of().formatHex(digest);
    }
}
