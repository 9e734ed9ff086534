package dev.miniredis.value;

import java.util.Arrays;

/**
 * A HyperLogLog as Redis keeps it in a string, byte for byte ({@code hyperloglog.c}): 2<sup>14</sup> registers of the
 * longest run of zeros seen, from which the number of different elements is estimated with a standard error of 0.81 %.
 *
 * <p>16 bytes of header: {@code HYLL}, the encoding, three zeros, and the cardinality as it was last estimated (64
 * bits, little endian; its highest bit says that it holds no more). Then the registers, either <i>dense</i>, 6 bits
 * each, or <i>sparse</i>, runs of registers:
 *
 * <pre>
 *   00xxxxxx           x + 1 registers are 0
 *   01xxxxxx yyyyyyyy  (x y) + 1 registers are 0
 *   1vvvvvxx           x + 1 registers are v + 1
 * </pre>
 *
 * <p>The estimator is Otmar Ertl's ("New cardinality estimation algorithms for HyperLogLog sketches", 2017).
 */
public final class HyperLogLog {
    public static final int REGISTERS = 1 << 14;

    private static final int HEADER_BYTES = 16;
    private static final int ENCODING_AT = 4;
    private static final int DENSE = 0;
    private static final int SPARSE = 1;
    private static final int CARDINALITY_AT = 8;
    private static final int STALE_AT = 15;
    private static final int STALE = 0x80;
    private static final int REGISTER_BITS = 6;
    private static final int REGISTER_MAX = (1 << REGISTER_BITS) - 1;
    private static final int DENSE_BYTES = HEADER_BYTES + REGISTERS * REGISTER_BITS / Byte.SIZE;
    private static final int HASH_BITS_LEFT = Long.SIZE - 14; // Redis's HLL_Q
    private static final double ALPHA_INFINITY = 0.7213475204444817; // 1 / (2 ln 2)
    private static final long SEED = 0xadc83b19L;
    private static final int MERGE_SCAN = 5; // so many runs are looked at for neighbours to be joined
    private static final byte[] MAGIC = {'H', 'Y', 'L', 'L'};

    private byte[] bytes;
    private int length;

    /** The registers in the string contradict each other; what was to be done is not done. */
    public static final class CorruptException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private CorruptException() {
            super("Corrupted HLL object detected", null, false, false);
        }
    }

    private HyperLogLog(byte[] bytes, int length) {
        this.bytes = bytes;
        this.length = length;
    }

    /** One that has seen nothing. */
    public static HyperLogLog empty() {
        byte[] bytes = new byte[HEADER_BYTES + 2];
        System.arraycopy(MAGIC, 0, bytes, 0, MAGIC.length);
        bytes[ENCODING_AT] = SPARSE;
        Runs.putZeros(bytes, HEADER_BYTES, REGISTERS);
        return new HyperLogLog(bytes, bytes.length);
    }

    /** A copy to be changed; null when the string is none. Whether its registers are whole is another matter. */
    public static HyperLogLog copyOf(StringValue string) {
        int from = string.offset();
        byte[] bytes = string.bytes();
        boolean valid = string.length() >= HEADER_BYTES
                && Arrays.equals(bytes, from, from + MAGIC.length, MAGIC, 0, MAGIC.length)
                && (bytes[from + ENCODING_AT] == SPARSE
                        || bytes[from + ENCODING_AT] == DENSE && string.length() == DENSE_BYTES);
        return valid ? new HyperLogLog(Arrays.copyOfRange(bytes, from, from + string.length()), string.length()) : null;
    }

    /** The string; only its first {@link #length()} bytes count. */
    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return length;
    }

    public boolean isSparse() {
        return bytes[ENCODING_AT] == SPARSE;
    }

    /**
     * Lets it see an element.
     *
     * @param sparseMaxBytes how long the string may grow before it becomes dense
     * @return whether a register has changed
     * @throws CorruptException its registers are not whole
     */
    public boolean add(byte[] element, int offset, int size, long sparseMaxBytes) {
        long hash = MurmurHash64.hash(element, offset, size, SEED);
        int register = (int) hash & REGISTERS - 1;
        int zeros = Long.numberOfTrailingZeros(hash >>> 14 | 1L << HASH_BITS_LEFT);
        return raise(register, zeros + 1, sparseMaxBytes);
    }

    /**
     * Raises a register that is lower.
     *
     * @return whether it was
     * @throws CorruptException its registers are not whole
     */
    public boolean raise(int register, int value, long sparseMaxBytes) {
        if (!isSparse()) {
            return raiseDense(register, value);
        }
        if (value > Runs.MAX_VALUE) {
            toDense();
            return raiseDense(register, value);
        }
        return raiseSparse(register, value, sparseMaxBytes);
    }

    private boolean raiseDense(int register, int value) {
        if (dense(register) >= value) {
            return false;
        }
        int bit = register * REGISTER_BITS;
        int at = HEADER_BYTES + bit / Byte.SIZE;
        int shift = bit % Byte.SIZE;
        bytes[at] = (byte) (bytes[at] & ~(REGISTER_MAX << shift) | value << shift);
        if (shift > Byte.SIZE - REGISTER_BITS) {
            int rest = Byte.SIZE - shift;
            bytes[at + 1] = (byte) (bytes[at + 1] & ~(REGISTER_MAX >> rest) | value >> rest);
        }
        forgetCardinality();
        return true;
    }

    private int dense(int register) {
        int bit = register * REGISTER_BITS;
        int at = HEADER_BYTES + bit / Byte.SIZE;
        int pair = bytes[at] & 0xff | (at + 1 < length ? (bytes[at + 1] & 0xff) << Byte.SIZE : 0);
        return pair >> bit % Byte.SIZE & REGISTER_MAX;
    }

    /** As Redis's {@code hllSparseSet}, whose choices decide what the string looks like. */
    private boolean raiseSparse(int register, int value, long sparseMaxBytes) {
        int at = HEADER_BYTES;
        int before = 0; // where the run before is; 0 for none
        int first = 0; // register of the run
        while (at < length && register >= first + Runs.length(bytes, at, length)) {
            first += Runs.length(bytes, at, length);
            before = at;
            at += Runs.bytes(bytes, at);
        }
        if (at >= length || at + Runs.bytes(bytes, at) > length) {
            throw new CorruptException();
        }
        int run = Runs.length(bytes, at, length);
        int old = Runs.value(bytes, at);
        if (old >= value) {
            return false;
        }
        if (run == 1 && Runs.bytes(bytes, at) == 1) {
            bytes[at] = Runs.values(value, 1);
        } else {
            byte[] split = split(register - first, value, first + run - 1 - register, old);
            int more = split.length - Runs.bytes(bytes, at);
            if (more > 0 && length + more > sparseMaxBytes) {
                toDense();
                return raiseDense(register, value);
            }
            replace(at, Runs.bytes(bytes, at), split);
        }
        joinNeighbours(before == 0 ? HEADER_BYTES : before);
        forgetCardinality();
        return true;
    }

    /** The runs that take the place of one: what is before the register, the register, what is after it. */
    private static byte[] split(int before, int value, int after, int old) {
        byte[] runs = new byte[5];
        int size = Runs.put(runs, 0, old, before);
        runs[size++] = Runs.values(value, 1);
        size += Runs.put(runs, size, old, after);
        return Arrays.copyOf(runs, size);
    }

    private void replace(int at, int oldBytes, byte[] runs) {
        int more = runs.length - oldBytes;
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, length + more);
        }
        int next = at + oldBytes;
        System.arraycopy(bytes, next, bytes, at + runs.length, length - next);
        System.arraycopy(runs, 0, bytes, at, runs.length);
        length += more;
    }

    private void joinNeighbours(int from) {
        int at = from;
        for (int i = 0; i < MERGE_SCAN && at < length; i++) {
            int value = Runs.value(bytes, at);
            if (value > 0 && at + 1 < length && Runs.value(bytes, at + 1) == value) {
                int joined = Runs.length(bytes, at, length) + Runs.length(bytes, at + 1, length);
                if (joined <= Runs.MAX_VALUES) {
                    bytes[at + 1] = Runs.values(value, joined);
                    System.arraycopy(bytes, at + 1, bytes, at, length - at - 1);
                    length--;
                    continue; // perhaps with the next one, too
                }
            }
            at += Runs.bytes(bytes, at);
        }
    }

    /**
     * Changes the encoding.
     *
     * @return whether it was sparse
     * @throws CorruptException its registers are not whole
     */
    public boolean toDense() {
        if (!isSparse()) {
            return false;
        }
        byte[] registers = new byte[REGISTERS];
        raiseTo(registers);
        HyperLogLog dense = new HyperLogLog(Arrays.copyOf(bytes, DENSE_BYTES), DENSE_BYTES);
        Arrays.fill(dense.bytes, HEADER_BYTES, DENSE_BYTES, (byte) 0);
        dense.bytes[ENCODING_AT] = DENSE;
        byte stale = dense.bytes[STALE_AT];
        for (int i = 0; i < REGISTERS; i++) {
            dense.raiseDense(i, registers[i]);
        }
        dense.bytes[STALE_AT] = stale;
        bytes = dense.bytes;
        length = DENSE_BYTES;
        return true;
    }

    /**
     * Raises each of these registers to its own that is higher.
     *
     * @param registers {@link #REGISTERS} of them
     * @throws CorruptException its registers are not whole
     */
    public void raiseTo(byte[] registers) {
        if (!isSparse()) {
            for (int i = 0; i < REGISTERS; i++) {
                registers[i] = (byte) Math.max(registers[i], dense(i));
            }
            return;
        }
        int register = 0;
        for (int at = HEADER_BYTES; at < length; at += Runs.bytes(bytes, at)) {
            int run = Runs.length(bytes, at, length);
            int value = Runs.value(bytes, at);
            if (run > REGISTERS - register) {
                throw new CorruptException();
            }
            for (int end = register + run; register < end; register++) {
                registers[register] = (byte) Math.max(registers[register], value);
            }
        }
        if (register != REGISTERS) {
            throw new CorruptException();
        }
    }

    /**
     * About how many different elements it has seen: what the header says, unless that holds no more.
     *
     * @throws CorruptException its registers are not whole
     */
    public long cardinality() {
        if ((bytes[STALE_AT] & STALE) == 0) {
            long cardinality = 0;
            for (int i = STALE_AT; i >= CARDINALITY_AT; i--) {
                cardinality = cardinality << Byte.SIZE | bytes[i] & 0xff;
            }
            return cardinality;
        }
        byte[] registers = new byte[REGISTERS];
        raiseTo(registers);
        return cardinality(registers);
    }

    /** Says that what the header says about the cardinality holds no more. */
    public void forgetCardinality() {
        bytes[STALE_AT] |= (byte) STALE;
    }

    /** About how many different elements have made these registers. */
    public static long cardinality(byte[] registers) {
        int[] histogram = new int[Long.SIZE];
        for (byte register : registers) {
            histogram[register]++;
        }
        double m = REGISTERS;
        double z = m * tau((m - histogram[HASH_BITS_LEFT + 1]) / m);
        for (int i = HASH_BITS_LEFT; i >= 1; i--) {
            z += histogram[i];
            z *= 0.5;
        }
        z += m * sigma(histogram[0] / m);
        return Math.round(ALPHA_INFINITY * m * m / z);
    }

    private static double sigma(double start) {
        if (start == 1) {
            return Double.POSITIVE_INFINITY;
        }
        double x = start;
        double y = 1;
        double z = x;
        double before;
        do {
            x *= x;
            before = z;
            z += x * y;
            y += y;
        } while (before != z);
        return z;
    }

    private static double tau(double start) {
        if (start == 0 || start == 1) {
            return 0;
        }
        double x = start;
        double y = 1;
        double z = 1 - x;
        double before;
        do {
            x = Math.sqrt(x);
            before = z;
            y *= 0.5;
            z -= (1 - x) * (1 - x) * y;
        } while (before != z);
        return z / 3;
    }

    /** A register. */
    public int register(int index) {
        if (!isSparse()) {
            return dense(index);
        }
        byte[] registers = new byte[REGISTERS];
        raiseTo(registers);
        return registers[index];
    }

    /** The runs of a sparse one in words, as Redis's {@code PFDEBUG DECODE} tells them. */
    public String runs() {
        StringBuilder text = new StringBuilder();
        for (int at = HEADER_BYTES; at < length; at += Runs.bytes(bytes, at)) {
            int run = Runs.length(bytes, at, length);
            int value = Runs.value(bytes, at);
            String zeros = Runs.bytes(bytes, at) == 1 ? "z:" : "Z:";
            text.append(at == HEADER_BYTES ? "" : " ").append(value == 0 ? zeros + run : "v:" + value + "," + run);
        }
        return text.toString();
    }

    /** The runs of registers of the sparse encoding. */
    private static final class Runs {
        private static final int MAX_VALUE = 32;
        private static final int MAX_VALUES = 4;
        private static final int MAX_SHORT_ZEROS = 64;
        private static final int VALUES = 0x80;
        private static final int LONG_ZEROS = 0x40;

        private static boolean isLongZeros(byte[] bytes, int at) {
            return (bytes[at] & (VALUES | LONG_ZEROS)) == LONG_ZEROS;
        }

        /** How many bytes a run takes. */
        private static int bytes(byte[] bytes, int at) {
            return isLongZeros(bytes, at) ? 2 : 1;
        }

        /** How many registers it is about. */
        private static int length(byte[] bytes, int at, int end) {
            if ((bytes[at] & VALUES) != 0) {
                return (bytes[at] & 3) + 1;
            }
            int high = bytes[at] & 0x3f;
            if (!isLongZeros(bytes, at)) {
                return high + 1;
            }
            return (high << Byte.SIZE | (at + 1 < end ? bytes[at + 1] & 0xff : 0)) + 1;
        }

        /** What each of these registers is. */
        private static int value(byte[] bytes, int at) {
            return (bytes[at] & VALUES) == 0 ? 0 : (bytes[at] >> 2 & 0x1f) + 1;
        }

        private static byte values(int value, int run) {
            return (byte) (VALUES | value - 1 << 2 | run - 1);
        }

        /** @return how many bytes it takes; none for none */
        private static int put(byte[] target, int at, int value, int run) {
            if (run == 0) {
                return 0;
            }
            if (value == 0) {
                return putZeros(target, at, run);
            }
            target[at] = values(value, run);
            return 1;
        }

        private static int putZeros(byte[] target, int at, int run) {
            if (run <= MAX_SHORT_ZEROS) {
                target[at] = (byte) (run - 1);
                return 1;
            }
            target[at] = (byte) (run - 1 >> Byte.SIZE | LONG_ZEROS);
            target[at + 1] = (byte) (run - 1);
            return 2;
        }
    }
}
