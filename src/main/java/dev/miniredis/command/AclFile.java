package dev.miniredis.command;

/** The file that stores the users, Redis's {@code aclfile}. */
public interface AclFile {
    /** No file is configured. */
    AclFile NONE = new AclFile() {
        @Override
        public String name() {
            return "";
        }

        @Override
        public String read() {
            throw new UnsupportedOperationException();
        }

        @Override
        public void write(String text) {
            throw new UnsupportedOperationException();
        }
    };

    /** The file name as configured; empty when there is no file. */
    String name();

    /**
     * The content of the file; each character is one byte, see {@link dev.miniredis.resp.ByteText}.
     *
     * @throws CommandError the file cannot be read
     */
    String read();

    /**
     * Replaces the content atomically. The new content is on disk when this method returns.
     *
     * @throws CommandError the file could not be written
     */
    void write(String text);
}
