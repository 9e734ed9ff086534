package dev.miniredis.acl;

import java.util.BitSet;

/** The commands as rules speak of them. Each has a number, also every subcommand. */
public interface CommandIndex {
    /** The number of no command. */
    int NONE = -1;

    /** How many numbers there are, from 0 on. */
    int count();

    /** The number of a command, {@code get} or {@code config|set}, in any case; {@link #NONE} where there is none. */
    int find(String fullName);

    /** The full name in small letters. */
    String name(int number);

    /** Whether it is part of another command. */
    boolean isSubcommand(int number);

    /** The commands that are part of this one. Not to be changed. */
    BitSet subcommands(int number);

    /**
     * The commands of a category. Not to be changed.
     *
     * @param name in any case, without the at sign
     * @return null where there is no such category
     */
    BitSet category(String name);
}
