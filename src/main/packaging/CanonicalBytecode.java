import java.io.IOException;
import java.io.OutputStream;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassFile.ConstantPoolSharingOption;
import java.lang.classfile.ClassModel;
import java.lang.classfile.ClassTransform;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.MethodModel;
import java.lang.classfile.constantpool.ConstantPoolBuilder;
import java.lang.classfile.constantpool.PoolEntry;
import java.lang.classfile.constantpool.StringEntry;
import java.lang.classfile.instruction.ConstantInstruction;
import java.lang.classfile.instruction.FieldInstruction;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.constant.ClassDesc;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Makes what Quarkus generates the same at each build of the same sources. Its build steps run on several threads, and two
 * things follow from the order in which they come by: the numbers of the keys under which recorded steps hand each other
 * their results, and the order in which the groups of the configuration are named. Neither means anything while the program
 * runs: the keys are given their numbers anew, in the order of the classes' names, and the groups are put in that of theirs.
 *
 * <p>Needed as long as quarkus.version in pom.xml is one without quarkusio/quarkus pull requests 53025 (the keys) and 53086 (the
 * groups). With a Quarkus that has both, this file and its step in pom.xml go; image.sh's comparison of two builds tells.
 *
 * <p>Run by pom.xml from its source: {@code CanonicalBytecode.java <jar>}.
 */
final class CanonicalBytecode {
    private static final Pattern KEY = Pattern.compile("proxykey\\d+");
    private static final String CONFIG = "io/quarkus/runtime/generated/";
    private static final String SHARED = CONFIG + "SharedConfig.class";
    private static final List<String> USERS =
            List.of(CONFIG + "RunTimeConfigCustomizer.class", CONFIG + "StaticInitConfigCustomizer.class");
    private static final String GROUP = "configClass";
    private static final String GROUP_FIELD = GROUP + "$";

    private static final ClassFile CLASS_FILE = ClassFile.of(ConstantPoolSharingOption.NEW_POOL);

    private final Map<String, byte[]> files = new TreeMap<>();
    private final Map<String, String> keys = new HashMap<>();
    private final Map<String, String> groupFields = new HashMap<>(); // the names they had, and those they get

    public static void main(String... arguments) throws IOException {
        Path jar = Path.of(arguments[0]);
        CanonicalBytecode bytecode = new CanonicalBytecode();
        LocalDateTime time = bytecode.read(jar);
        bytecode.numberKeys();
        bytecode.orderGroups();
        bytecode.write(jar, time);
    }

    private LocalDateTime read(Path jar) throws IOException {
        LocalDateTime time = null;
        try (ZipFile zip = new ZipFile(jar.toFile())) {
            for (ZipEntry entry : zip.stream().toList()) {
                time = entry.getTimeLocal();
                files.put(entry.getName(), zip.getInputStream(entry).readAllBytes());
            }
        }
        return time;
    }

    private void write(Path jar, LocalDateTime time) throws IOException {
        try (OutputStream file = Files.newOutputStream(jar);
                ZipOutputStream zip = new ZipOutputStream(file)) {
            for (Map.Entry<String, byte[]> content : files.entrySet()) {
                ZipEntry entry = new ZipEntry(content.getKey());
                entry.setTimeLocal(time);
                zip.putNextEntry(entry);
                zip.write(content.getValue());
            }
        }
    }

    private void numberKeys() {
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            if (file.getKey().endsWith(".class")) {
                ClassModel type = CLASS_FILE.parse(file.getValue());
                if (hasKeys(type)) {
                    file.setValue(CLASS_FILE.transformClass(
                            type, ClassTransform.transformingMethodBodies(this::addWithNewKey)));
                }
            }
        }
    }

    private static boolean hasKeys(ClassModel type) {
        for (PoolEntry entry : type.constantPool()) {
            if (entry instanceof StringEntry string && isKey(string.stringValue())) {
                return true;
            }
        }
        return false;
    }

    private static boolean isKey(String text) {
        return KEY.matcher(text).matches();
    }

    private void addWithNewKey(CodeBuilder code, CodeElement element) {
        if (element instanceof ConstantInstruction constant
                && constant.constantValue() instanceof String text
                && isKey(text)) {
            code.loadConstant(keys.computeIfAbsent(text, _ -> "proxykey" + keys.size()));
        } else {
            code.with(element);
        }
    }

    private void orderGroups() {
        files.computeIfPresent(SHARED, (_, shared) -> transformed(shared, this::inOrder));
        USERS.forEach(user -> files.computeIfPresent(user, (_, bytes) -> transformed(bytes, this::withNewFields)));
    }

    /** The same class with other instructions in its methods. */
    private static byte[] transformed(byte[] bytes, Instructions instructions) {
        return CLASS_FILE.transformClass(CLASS_FILE.parse(bytes), (type, element) -> {
            if (element instanceof MethodModel method && method.code().isPresent()) {
                List<CodeElement> all = instructions.of(method.code().get());
                type.transformMethod(
                        method, (body, part) -> {
                            if (part instanceof CodeModel) {
                                body.withCode(code -> all.forEach(code::with));
                            } else {
                                body.with(part);
                            }
                        });
            } else {
                type.with(element);
            }
        });
    }

    @FunctionalInterface
    private interface Instructions {
        List<CodeElement> of(CodeModel code);
    }

    /**
     * Puts the groups in order: for each, two constants of which the first is its class, the call that makes it, its field,
     * and what loads the classes in it.
     */
    private List<CodeElement> inOrder(CodeModel code) {
        List<CodeElement> all = code.elementList();
        List<Integer> begins = new ArrayList<>();
        int end = -1;
        for (int i = 0; i < all.size(); i++) {
            if (calls(all.get(i), GROUP)) {
                begins.add(i - 2);
            } else if (calls(all.get(i), "ensureLoaded")) {
                end = i + 1;
            }
        }
        if (begins.isEmpty()) {
            return all;
        }
        Map<String, List<CodeElement>> groups = new TreeMap<>();
        for (int i = 0; i < begins.size(); i++) {
            int begin = begins.get(i);
            String name = ((ConstantInstruction) all.get(begin)).constantValue().toString();
            if (groups.put(name, all.subList(begin, i + 1 < begins.size() ? begins.get(i + 1) : end)) != null) {
                throw new IllegalStateException(name + " is a group of the configuration twice");
            }
        }
        List<CodeElement> ordered = new ArrayList<>(all.subList(0, begins.getFirst()));
        for (List<CodeElement> group : groups.values()) {
            FieldInstruction field = group.stream()
                    .filter(FieldInstruction.class::isInstance)
                    .map(FieldInstruction.class::cast)
                    .findFirst()
                    .orElseThrow();
            groupFields.put(field.name().stringValue(), GROUP_FIELD + groupFields.size());
            group.forEach(element -> ordered.add(withNewField(element)));
        }
        all.subList(end, all.size()).forEach(element -> ordered.add(withNewField(element)));
        return ordered;
    }

    /** With the new names, and those that stand in a row, each made known by itself, in their order. */
    private List<CodeElement> withNewFields(CodeModel code) {
        List<CodeElement> all = new ArrayList<>(code.elementList());
        List<Integer> alone = new ArrayList<>();
        for (int i = 0; i < all.size(); i++) {
            all.set(i, withNewField(all.get(i)));
            if (isGroup(all.get(i)) && i + 4 < all.size() && calls(all.get(i + 4), "withMapping")) {
                alone.add(i);
            }
        }
        List<CodeElement> inOrder = alone.stream()
                .map(all::get)
                .sorted((one, other) -> Integer.compare(number(one), number(other)))
                .toList();
        for (int i = 0; i < alone.size(); i++) {
            all.set(alone.get(i), inOrder.get(i));
        }
        return all;
    }

    private CodeElement withNewField(CodeElement element) {
        if (!isGroup(element)) {
            return element;
        }
        FieldInstruction field = (FieldInstruction) element;
        return FieldInstruction.of(
                field.opcode(),
                ConstantPoolBuilder.of()
                        .fieldRefEntry(
                                ClassDesc.ofInternalName(field.owner().asInternalName()),
                                groupFields.get(field.name().stringValue()),
                                field.typeSymbol()));
    }

    private static boolean isGroup(CodeElement element) {
        return element instanceof FieldInstruction field
                && field.name().stringValue().startsWith(GROUP_FIELD);
    }

    private static int number(CodeElement group) {
        return Integer.parseInt(
                ((FieldInstruction) group).name().stringValue().substring(GROUP_FIELD.length()));
    }

    private static boolean calls(CodeElement element, String method) {
        return element instanceof InvokeInstruction invoke && invoke.name().equalsString(method);
    }
}
