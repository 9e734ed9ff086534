package dev.miniredis.acl;

/** An invalid rule, with the words of Redis's {@code ACLSetUserStringError}. */
public final class RuleException extends Exception {
    private static final long serialVersionUID = 1L;

    private static final String UNKNOWN = "Unknown command or category name in ACL";

    private RuleException(String message) {
        super(message, null, false, false);
    }

    static RuleException unknownName() {
        return new RuleException(UNKNOWN);
    }

    static RuleException syntax() {
        return new RuleException("Syntax error");
    }

    static RuleException allKeys() {
        return afterAll("allkeys", "resetkeys", "patterns");
    }

    static RuleException allChannels() {
        return afterAll("allchannels", "resetchannels", "channels");
    }

    private static RuleException afterAll(String all, String reset, String what) {
        return new RuleException("Adding a pattern after the * pattern (or the '" + all
                + "' flag) is not valid and does not have any effect. Try '" + reset
                + "' to start with an empty list of " + what);
    }

    static RuleException noSuchPassword() {
        return new RuleException("The password you are trying to remove from the user does not exist");
    }

    static RuleException notAHash() {
        return new RuleException("The password hash must be exactly 64 characters and contain only lowercase"
                + " hexadecimal characters");
    }

    static RuleException firstArgumentOfSubcommand() {
        return new RuleException("Allowing first-arg of a subcommand is not supported");
    }

    /** For {@code ACL SETUSER}: names the modifier, which may be a secret, to the client that sent it. */
    RuleException ofModifier(String modifier) {
        return new RuleException("Error in ACL SETUSER modifier '" + upToNul(modifier) + "': " + getMessage());
    }

    static RuleException spacesInName() {
        return new RuleException("Spaces not allowed in ACL usernames");
    }

    static RuleException duplicateUser() {
        return new RuleException("Duplicate user");
    }

    static RuleException unmatchedParenthesis(String start) {
        return new RuleException("Unmatched parenthesis in acl selector starting at '" + upToNul(start) + "'.");
    }

    /** Whether a command or a category is unknown: the text of such a rule holds no secret. */
    boolean isUnknownName() {
        return getMessage().equals(UNKNOWN);
    }

    /** As Redis prints it, as a C string. */
    private static String upToNul(String text) {
        int end = text.indexOf('\0');
        return end < 0 ? text : text.substring(0, end);
    }
}
