package dev.miniredis.commands;

import static dev.miniredis.command.Trait.KeyFlag.RO;
import static dev.miniredis.command.Trait.Tip.NONDETERMINISTIC_OUTPUT;
import static dev.miniredis.command.Trait.Tip.REQUEST_ALL_SHARDS;
import static dev.miniredis.command.Trait.Tip.RESPONSE_ALL_SUCCEEDED;
import static dev.miniredis.command.Trait.Tip.RESPONSE_SPECIAL;

import dev.miniredis.command.Call;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.command.Host;
import dev.miniredis.command.ProcessMemory;
import dev.miniredis.command.Trait;
import dev.miniredis.keyspace.Entry;
import dev.miniredis.keyspace.Keyspace;
import dev.miniredis.resp.Reply;
import java.util.LinkedHashMap;
import java.util.Map;

/** What memory is taken by: the subcommands of MEMORY. */
final class MemoryCommands {
    /** Nothing is sampled: the memory of an entry is known. Redis checks the number. */
    private static final Trait SAMPLES = new Trait.Check("SAMPLES", MemoryCommands::checkSamples);

    private MemoryCommands() {}

    // spotless:off
    static void addTo(CommandTable table) {
        table
            .row("MEMORY", "4.0.0", "A container for memory diagnostics commands.")
                .container(null, "4.0.0", HelpTexts.MEMORY)
            .row("MEMORY DOCTOR", "4.0.0", "Outputs a memory problems report.")
                .other(MemoryCommands::doctor, NONDETERMINISTIC_OUTPUT, REQUEST_ALL_SHARDS, RESPONSE_SPECIAL)
            .row("MEMORY MALLOC-STATS", "4.0.0", "Returns the allocator statistics.")
                .other(MemoryCommands::mallocStats, NONDETERMINISTIC_OUTPUT, REQUEST_ALL_SHARDS, RESPONSE_SPECIAL)
            .row("MEMORY PURGE", "4.0.0", "Asks the allocator to release memory.")
                .other(MemoryCommands::purge, REQUEST_ALL_SHARDS, RESPONSE_ALL_SUCCEEDED)
            .row("MEMORY STATS", "4.0.0", "Returns details about memory usage.")
                .other(MemoryCommands::stats, NONDETERMINISTIC_OUTPUT, REQUEST_ALL_SHARDS, RESPONSE_SPECIAL)
            .row("MEMORY USAGE key [SAMPLES count:integer]", "4.0.0", "Estimates the memory usage of a key.")
                .read(MemoryCommands::usage, SAMPLES, RO);
    }
    // spotless:on

    private static void doctor(Call call) {
        Host host = call.host;
        MemoryDoctor doctor = new MemoryDoctor(
                MemoryFigures.of(host),
                host.processMemory().heapLimitBytes(),
                host.tuning().maxMemory.value(),
                host.clients().all().size(),
                host.clients().memory().clientBytes());
        call.reply.verbatim(doctor.report());
    }

    private static void mallocStats(Call call) {
        call.reply.bulk("Stats not supported for the current allocator");
    }

    /** Answered before the collection is over; see {@link ProcessMemory#collectGarbage}. */
    private static void purge(Call call) {
        call.host.processMemory().collectGarbage();
        call.reply.ok();
    }

    private static void stats(Call call) {
        reply(call.reply, stats(call.host));
    }

    /**
     * Redis's fields, in its order. Left out are those of which nothing is known here: {@code aof.buffer}, {@code
     * allocator.resident} and what follows from it.
     */
    private static Map<String, Object> stats(Host host) {
        MemoryFigures figures = MemoryFigures.of(host);
        Map<String, Object> stats = new LinkedHashMap<>();
        stats.put("peak.allocated", figures.peak());
        stats.put("total.allocated", figures.total());
        stats.put("startup.allocated", figures.startup());
        stats.put("replication.backlog", 0L);
        stats.put("clients.slaves", 0L);
        stats.put("clients.normal", host.clients().memory().clientBytes());
        stats.put("cluster.links", 0L);
        stats.put("lua.caches", 0L);
        stats.put("functions.caches", 0L);
        long keys = addDatabases(stats, host);
        stats.put("overhead.total", figures.overhead());
        stats.put("keys.count", keys);
        stats.put("keys.bytes-per-key", keys == 0 ? 0 : figures.net() / keys);
        stats.put("dataset.bytes", figures.dataset());
        stats.put("dataset.percentage", figures.datasetPercent());
        stats.put("peak.percentage", figures.peakPercent());
        addProcess(stats, host.processMemory(), figures.total());
        return stats;
    }

    /** Deadlines lie in the entries, so there is no second table for them. */
    private static long addDatabases(Map<String, Object> stats, Host host) {
        long keys = 0;
        for (int i = 0; i < host.databases(); i++) {
            Keyspace database = host.database(i);
            if (database.size() > 0) {
                Map<String, Object> overhead = new LinkedHashMap<>();
                overhead.put("overhead.hashtable.main", database.overheadBytes());
                overhead.put("overhead.hashtable.expires", 0L);
                overhead.put("overhead.hashtable.slot-to-keys", 0L);
                stats.put("db." + i, overhead);
                keys += database.size();
            }
        }
        return keys;
    }

    /** The allocator is the heap: its used and its committed bytes. */
    private static void addProcess(Map<String, Object> stats, ProcessMemory process, long used) {
        long allocated = process.heapUsedBytes();
        long active = process.heapCommittedBytes();
        long resident = process.residentBytes();
        stats.put("allocator.allocated", allocated);
        stats.put("allocator.active", active);
        stats.put("allocator-fragmentation.ratio", ratio(active, allocated));
        stats.put("allocator-fragmentation.bytes", active - allocated);
        stats.put("rss-overhead.ratio", ratio(resident, active));
        stats.put("rss-overhead.bytes", resident - active);
        stats.put("fragmentation", ratio(resident, used));
        stats.put("fragmentation.bytes", resident - used);
    }

    private static double ratio(long bytes, long of) {
        return of == 0 ? 0 : bytes / (double) of;
    }

    private static void reply(Reply reply, Map<String, Object> map) {
        reply.map(map.size());
        map.forEach((field, value) -> {
            reply.bulk(field);
            switch (value) {
                case Long number -> reply.integer(number);
                case Double number -> reply.real(number);
                case Map<?, ?> numbers -> {
                    reply.map(numbers.size());
                    numbers.forEach((name, number) -> {
                        reply.bulk((String) name);
                        reply.integer((Long) number);
                    });
                }
                default -> throw new IllegalStateException(field);
            }
        });
    }

    private static void usage(Call call) {
        Entry entry = call.peek(2);
        if (entry == null) {
            call.reply.nil();
        } else {
            call.reply.integer(call.keyspace().bytesOf(entry));
        }
    }

    private static void checkSamples(Call call, int index) {
        if (call.integer(index) < 0) {
            throw CommandError.SYNTAX;
        }
    }
}
