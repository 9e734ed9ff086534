package dev.miniredis.acl;

import java.util.BitSet;

/** The commands for rules. Each command and subcommand has a number. */
public interface CommandIndex {
    /** Stands for no command. */
    int NONE = -1;

    /** How many numbers there are, from 0. */
    int count();

    /** The number of a command, {@code get} or {@code config|set}, in any case; {@link #NONE} if there is none. */
    int find(String fullName);

    /** The full name in lower case. */
    String name(int number);

    /** Whether it is a subcommand. */
    boolean isSubcommand(int number);

    /** The subcommands of a command. Not to be changed. */
    BitSet subcommands(int number);

    /**
     * The commands of a category. Not to be changed.
     *
     * @param name in any case, without the at sign
     * @return null if there is no such category
     */
    BitSet category(String name);
}
