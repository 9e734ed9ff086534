import java.io.IOException;
import java.io.InputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.constantpool.ClassEntry;
import java.lang.classfile.constantpool.FieldRefEntry;
import java.lang.classfile.constantpool.InterfaceMethodRefEntry;
import java.lang.classfile.constantpool.InvokeDynamicEntry;
import java.lang.classfile.constantpool.MethodRefEntry;
import java.lang.classfile.constantpool.PoolEntry;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * Makes the JVM's record of a start (train.sh) the same each time that it is made of the same classes by the same JVM.
 *
 * <pre>
 *   StartRecord list &lt;classes&gt; &lt;list&gt;           what to record, of what -XX:DumpLoadedClassList wrote
 *   StartRecord same &lt;record&gt; &lt;another&gt; &lt;out&gt;   a record without the times in it, of two that were made of one list
 * </pre>
 */
final class StartRecord {
    /** Loaded in some starts and not in others, as the threads come by: they are recorded in any case. */
    private static final List<String> SOMETIMES = List.of(
            "io/netty/bootstrap/AbstractBootstrap$1",
            "io/netty/bootstrap/AbstractBootstrap$PendingRegistrationPromise",
            "io/netty/util/concurrent/GenericProgressiveFutureListener",
            "java/util/concurrent/CompletableFuture$UniAccept",
            "java/util/concurrent/CompletableFuture$UniCompletion");

    private static final String CONSTANTS = "@cp ";
    private static final int HEADER_BYTES = 4096; // of the record's file, until its first region
    private static final int MAX_TIMES = 4096;
    private static final long LATEST_TIME = 1L << 48; // in ms since the machine was started

    private StartRecord() {}

    public static void main(String... arguments) throws IOException {
        Path first = Path.of(arguments[1]);
        Path second = Path.of(arguments[2]);
        if (arguments[0].equals("list")) {
            Files.write(second, list(Files.readAllLines(first)));
        } else {
            Files.write(Path.of(arguments[3]), same(Files.readAllBytes(first), Files.readAllBytes(second)));
        }
    }

    /**
     * The classes and lambdas in the order of their names instead of that of the threads that loaded them, and of each class all
     * that it refers to instead of what the start had come to use of that: the JVM keeps what it can resolve beforehand.
     */
    private static List<String> list(List<String> loaded) throws IOException {
        TreeSet<String> classes = new TreeSet<>(SOMETIMES);
        TreeSet<String> lambdas = new TreeSet<>();
        for (String line : loaded) {
            if (line.startsWith("@")) {
                lambdas.add(line);
            } else if (!line.startsWith("#")) {
                classes.add(line.replaceAll(" id: \\d+$", ""));
            }
        }
        lambdas.removeIf(line -> line.startsWith(CONSTANTS));
        List<String> list = new ArrayList<>(classes);
        list.addAll(lambdas);
        for (String name : classes) {
            String constants = constants(name);
            if (!constants.isEmpty()) {
                list.add(CONSTANTS + name + constants);
            }
        }
        return list;
    }

    private static String constants(String name) throws IOException {
        StringBuilder constants = new StringBuilder();
        try (InputStream type = ClassLoader.getSystemResourceAsStream(name + ".class")) {
            if (type != null) {
                for (PoolEntry entry : ClassFile.of().parse(type.readAllBytes()).constantPool()) {
                    if (isResolved(entry)) {
                        constants.append(' ').append(entry.index());
                    }
                }
            }
        }
        return constants.toString();
    }

    private static boolean isResolved(PoolEntry entry) {
        return switch (entry) {
            case ClassEntry _, FieldRefEntry _, MethodRefEntry _, InterfaceMethodRefEntry _, InvokeDynamicEntry _ -> true;
            default -> false;
        };
    }

    /**
     * What differs between two records of one list is when soft references were made, in milliseconds, and the checksums over
     * that, which the JVM looks at only if told to (-XX:+VerifySharedSpaces). All of it becomes 0.
     */
    private static byte[] same(byte[] record, byte[] another) {
        if (record.length != another.length) {
            throw new IllegalArgumentException("two records of one list have " + record.length + " and " + another.length + " bytes");
        }
        ByteBuffer words = ByteBuffer.wrap(record).order(ByteOrder.nativeOrder());
        ByteBuffer others = ByteBuffer.wrap(another).order(ByteOrder.nativeOrder());
        for (int at = 0; at < HEADER_BYTES; at += Integer.BYTES) {
            if (words.getInt(at) != others.getInt(at)) {
                words.putInt(at, 0);
            }
        }
        int times = 0;
        for (int at = HEADER_BYTES; at + Long.BYTES <= record.length; at += Long.BYTES) {
            if (words.getLong(at) != others.getLong(at)) {
                if (!isTime(words.getLong(at)) || !isTime(others.getLong(at)) || ++times > MAX_TIMES) {
                    throw new IllegalArgumentException("two records of one list differ at byte " + at);
                }
                words.putLong(at, 0);
            }
        }
        return record;
    }

    private static boolean isTime(long word) {
        return word >= 0 && word < LATEST_TIME;
    }
}
