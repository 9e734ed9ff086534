package dev.miniredis.command;

/** The file that users are kept in. */
public interface AclFile {
    /** There is none. */
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

    /** As it was given; empty when there is no file. */
    String name();

    /**
     * Its text; no byte is lost, see {@link dev.miniredis.resp.ByteText}.
     *
     * @throws CommandError it cannot be read
     */
    String read();

    /**
     * Replaces its text, all of it or nothing; then it is on disk.
     *
     * @throws CommandError it could not be written
     */
    void write(String text);
}
