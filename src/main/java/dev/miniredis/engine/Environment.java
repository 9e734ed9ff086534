package dev.miniredis.engine;

import dev.miniredis.command.LogProgress;
import dev.miniredis.command.Peers;
import dev.miniredis.command.ProcessMemory;
import dev.miniredis.command.Saving;

/** The parts of the server outside of the engine that commands ask. Each has a stand-in until it is set. */
public final class Environment {
    private Saving saving = Saving.NONE;
    private LogProgress log = LogProgress.NONE;
    private ProcessMemory processMemory = ProcessMemory.UNKNOWN;
    private Peers peers = Peers.NONE;

    Saving saving() {
        return saving;
    }

    /** Sets what makes bases of the log. */
    public void saving(Saving newSaving) {
        saving = newSaving;
    }

    LogProgress log() {
        return log;
    }

    /** Sets what tells how far the log is. */
    public void log(LogProgress newLog) {
        log = newLog;
    }

    ProcessMemory processMemory() {
        return processMemory;
    }

    /** Sets what tells about the memory of the process. */
    public void processMemory(ProcessMemory newProcessMemory) {
        processMemory = newProcessMemory;
    }

    Peers peers() {
        return peers;
    }

    /** Sets what speaks with other servers. */
    public void peers(Peers newPeers) {
        peers = newPeers;
    }
}
