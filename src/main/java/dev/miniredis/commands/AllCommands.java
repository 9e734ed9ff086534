package dev.miniredis.commands;

import dev.miniredis.command.CommandTable;
import dev.miniredis.command.Group;

/** The table of all commands. */
public final class AllCommands {
    private AllCommands() {}

    /** A new table with all commands of this server, by group. */
    public static CommandTable table() {
        CommandTable table = new CommandTable();
        StringCommands.addTo(table.group(Group.STRING));
        CounterCommands.addTo(table);
        LcsCommand.addTo(table);
        BitmapCommands.addTo(table.group(Group.BITMAP));
        BitFieldCommands.addTo(table);
        HyperLogLogCommands.addTo(table.group(Group.HYPERLOGLOG));
        KeyCommands.addTo(table.group(Group.GENERIC));
        ExpireCommands.addTo(table);
        DumpCommands.addTo(table);
        MigrateCommand.addTo(table);
        SortCommands.addTo(table);
        ObjectCommands.addTo(table);
        WaitCommands.addTo(table);
        ConnectionCommands.addTo(table.group(Group.CONNECTION));
        ClientCommands.addTo(table);
        ServerCommands.addTo(table.group(Group.SERVER));
        DumpCommands.addInternalTo(table);
        MemoryCommands.addTo(table);
        AclCommands.addTo(table);
        SlowLogCommands.addTo(table);
        LatencyCommands.addTo(table);
        DebugCommands.addTo(table);
        ModuleCommands.addTo(table);
        ReplicationCommands.addTo(table);
        ClusterCommands.addTo(table.group(Group.CLUSTER));
        PubSubCommands.addTo(table.group(Group.PUBSUB));
        TransactionCommands.addTo(table.group(Group.TRANSACTIONS));
        return table;
    }
}
