package dev.miniredis.log;

/**
 * The log of a server: the engine writes through {@link WriteLog}, compaction and figures go through {@link
 * LogStorage}.
 */
public interface ServerLog extends WriteLog, LogStorage {}
