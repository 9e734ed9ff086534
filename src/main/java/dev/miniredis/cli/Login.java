package dev.miniredis.cli;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The login of the client. */
final class Login {
    private final byte[] user;
    private final byte[] password;

    /** @param user null is the default user */
    Login(byte[] user, byte[] password) {
        this.user = user;
        this.password = password;
    }

    byte[] password() {
        return password;
    }

    /** The command that logs in. */
    List<byte[]> command() {
        List<byte[]> words = new ArrayList<>();
        words.add("AUTH".getBytes(StandardCharsets.US_ASCII));
        if (user != null) {
            words.add(user);
        }
        words.add(password);
        return words;
    }
}
