package dev.miniredis.cli;

import dev.miniredis.resp.ProgramVersion;
import picocli.CommandLine.IVersionProvider;

/** What {@code --version} prints. */
final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
        return new String[] {"mini-redis " + ProgramVersion.TEXT};
    }
}
