package dev.miniredis.engine;

import dev.miniredis.command.LogProgress;
import dev.miniredis.command.Peers;
import dev.miniredis.command.ProcessMemory;
import dev.miniredis.command.Saving;

/** Whom commands ask about what is outside of the engine. Until somebody is named, nobody knows anything. */
public final class Environment {
    private Saving saving = Saving.NONE;
    private LogProgress log = LogProgress.NONE;
    private ProcessMemory processMemory = ProcessMemory.UNKNOWN;
    private Peers peers = Peers.NONE;

    Saving saving() {
        return saving;
    }

    /** Says who makes bases of the log. */
    public void saving(Saving newSaving) {
        saving = newSaving;
    }

    LogProgress log() {
        return log;
    }

    /** Says whom to ask how far the log is. */
    public void log(LogProgress newLog) {
        log = newLog;
    }

    ProcessMemory processMemory() {
        return processMemory;
    }

    /** Says whom to ask about the memory of the process. */
    public void processMemory(ProcessMemory newProcessMemory) {
        processMemory = newProcessMemory;
    }

    Peers peers() {
        return peers;
    }

    /** Says who speaks with other servers. */
    public void peers(Peers newPeers) {
        peers = newPeers;
    }
}
