package dev.miniredis.commands;

import dev.miniredis.command.Command;
import java.util.List;
import java.util.Locale;

/**
 * The replies to {@code HELP} of each container: Redis 7.2's lines.
 *
 * <p>The first and the last two lines are the same for all, so they are not in the texts.
 */
public final class HelpTexts {

    static final Command.Body ACL = help("""
            CAT [<category>]
                List all commands that belong to <category>, or all command categories
                when no category is specified.
            DELUSER <username> [<username> ...]
                Delete a list of users.
            DRYRUN <username> <command> [<arg> ...]
                Returns whether the user can execute the given command without executing the command.
            GETUSER <username>
                Get the user's details.
            GENPASS [<bits>]
                Generate a secure 256-bit user password. The optional `bits` argument can
                be used to specify a different size.
            LIST
                Show users details in config file format.
            LOAD
                Reload users from the ACL file.
            LOG [<count> | RESET]
                Show the ACL log entries.
            SAVE
                Save the current config to the ACL file.
            SETUSER <username> <attribute> [<attribute> ...]
                Create or modify a user with the specified attributes.
            USERS
                List all the registered usernames.
            WHOAMI
                Return the current connection username.
            """);

    static final Command.Body CLIENT = help("""
            CACHING (YES|NO)
                Enable/disable tracking of the keys for next command in OPTIN/OPTOUT modes.
            GETREDIR
                Return the client ID we are redirecting to when tracking is enabled.
            GETNAME
                Return the name of the current connection.
            ID
                Return the ID of the current connection.
            INFO
                Return information about the current client connection.
            KILL <ip:port>
                Kill connection made from <ip:port>.
            KILL <option> <value> [<option> <value> [...]]
                Kill connections. Options are:
                * ADDR (<ip:port>|<unixsocket>:0)
                  Kill connections made from the specified address
                * LADDR (<ip:port>|<unixsocket>:0)
                  Kill connections made to specified local address
                * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)
                  Kill connections by type.
                * USER <username>
                  Kill connections authenticated by <username>.
                * SKIPME (YES|NO)
                  Skip killing current connection (default: yes).
            LIST [options ...]
                Return information about client connections. Options:
                * TYPE (NORMAL|MASTER|REPLICA|PUBSUB)
                  Return clients of specified type.
            UNPAUSE
                Stop the current client pause, resuming traffic.
            PAUSE <timeout> [WRITE|ALL]
                Suspend all, or just write, clients for <timeout> milliseconds.
            REPLY (ON|OFF|SKIP)
                Control the replies sent to the current connection.
            SETNAME <name>
                Assign the name <name> to the current connection.
            SETINFO <option> <value>
                Set client meta attr. Options are:
                * LIB-NAME: the client lib name.
                * LIB-VER: the client lib version.
            UNBLOCK <clientid> [TIMEOUT|ERROR]
                Unblock the specified blocked client.
            TRACKING (ON|OFF) [REDIRECT <id>] [BCAST] [PREFIX <prefix> [...]]
                     [OPTIN] [OPTOUT] [NOLOOP]
                Control server assisted client side caching.
            TRACKINGINFO
                Report tracking status for the current connection.
            NO-EVICT (ON|OFF)
                Protect current client connection from eviction.
            NO-TOUCH (ON|OFF)
                Will not touch LRU/LFU stats when this mode is on.
            """);

    static final Command.Body CLUSTER = help("""
            ADDSLOTS <slot> [<slot> ...]
                Assign slots to current node.
            ADDSLOTSRANGE <start slot> <end slot> [<start slot> <end slot> ...]
                Assign slots which are between <start-slot> and <end-slot> to current node.
            BUMPEPOCH
                Advance the cluster config epoch.
            COUNT-FAILURE-REPORTS <node-id>
                Return number of failure reports for <node-id>.
            COUNTKEYSINSLOT <slot>
                Return the number of keys in <slot>.
            DELSLOTS <slot> [<slot> ...]
                Delete slots information from current node.
            DELSLOTSRANGE <start slot> <end slot> [<start slot> <end slot> ...]
                Delete slots information which are between <start-slot> and <end-slot> from current node.
            FAILOVER [FORCE|TAKEOVER]
                Promote current replica node to being a master.
            FORGET <node-id>
                Remove a node from the cluster.
            GETKEYSINSLOT <slot> <count>
                Return key names stored by current node in a slot.
            FLUSHSLOTS
                Delete current node own slots information.
            INFO
                Return information about the cluster.
            KEYSLOT <key>
                Return the hash slot for <key>.
            MEET <ip> <port> [<bus-port>]
                Connect nodes into a working cluster.
            MYID
                Return the node id.
            MYSHARDID
                Return the node's shard id.
            NODES
                Return cluster configuration seen by node. Output format:
                <id> <ip:port> <flags> <master> <pings> <pongs> <epoch> <link> <slot> ...
            REPLICATE <node-id>
                Configure current node as replica to <node-id>.
            RESET [HARD|SOFT]
                Reset current node (default: soft).
            SET-CONFIG-EPOCH <epoch>
                Set config epoch of current node.
            SETSLOT <slot> (IMPORTING <node-id>|MIGRATING <node-id>|STABLE|NODE <node-id>)
                Set slot state.
            REPLICAS <node-id>
                Return <node-id> replicas.
            SAVECONFIG
                Force saving cluster configuration on disk.
            SLOTS
                Return information about slots range mappings. Each range is made of:
                start, end, master and replicas IP addresses, ports and ids
            SHARDS
                Return information about slot range mappings and the nodes associated with them.
            LINKS
                Return information about all network links between this node and its peers.
                Output format is an array where each array element is a map containing attributes of a link
            """);

    static final Command.Body COMMAND = help("""
            (no subcommand)
                Return details about all Redis commands.
            COUNT
                Return the total number of commands in this Redis server.
            LIST
                Return a list of all commands in this Redis server.
            INFO [<command-name> ...]
                Return details about multiple Redis commands.
                If no command names are given, documentation details for all
                commands are returned.
            DOCS [<command-name> ...]
                Return documentation details about multiple Redis commands.
                If no command names are given, documentation details for all
                commands are returned.
            GETKEYS <full-command>
                Return the keys from a full Redis command.
            GETKEYSANDFLAGS <full-command>
                Return the keys and the access flags from a full Redis command.
            """);

    static final Command.Body CONFIG = help("""
            GET <pattern>
                Return parameters matching the glob-like <pattern> and their values.
            SET <directive> <value>
                Set the configuration <directive> to <value>.
            RESETSTAT
                Reset statistics reported by the INFO command.
            REWRITE
                Rewrite the configuration file.
            """);

    static final Command.Body LATENCY = help("""
            DOCTOR
                Return a human readable latency analysis report.
            GRAPH <event>
                Return an ASCII latency graph for the <event> class.
            HISTORY <event>
                Return time-latency samples for the <event> class.
            LATEST
                Return the latest latency samples for all events.
            RESET [<event> ...]
                Reset latency data of one or more <event> classes.
                (default: reset all data for all event classes)
            HISTOGRAM [COMMAND ...]
                Return a cumulative distribution of latencies in the format of a histogram for the \
            specified command names.
                If no commands are specified then all histograms are replied.
            """);

    static final Command.Body MEMORY = help("""
            DOCTOR
                Return memory problems reports.
            MALLOC-STATS
                Return internal statistics report from the memory allocator.
            PURGE
                Attempt to purge dirty pages for reclamation by the allocator.
            STATS
                Return information about the memory usage of the server.
            USAGE <key> [SAMPLES <count>]
                Return memory in bytes used by <key> and its value. Nested values are
                sampled up to <count> times (default: 5, 0 means sample all).
            """);

    static final Command.Body MODULE = help("""
            LIST
                Return a list of loaded modules.
            LOAD <path> [<arg> ...]
                Load a module library from <path>, passing to it any optional arguments.
            LOADEX <path> [[CONFIG NAME VALUE] [CONFIG NAME VALUE]] [ARGS ...]
                Load a module library from <path>, while passing it module configurations and optional arguments.
            UNLOAD <name>
                Unload a module.
            """);

    static final Command.Body OBJECT = help("""
            ENCODING <key>
                Return the kind of internal representation used in order to store the value
                associated with a <key>.
            FREQ <key>
                Return the access frequency index of the <key>. The returned integer is
                proportional to the logarithm of the recent access frequency of the key.
            IDLETIME <key>
                Return the idle time of the <key>, that is the approximated number of
                seconds elapsed since the last access to the key.
            REFCOUNT <key>
                Return the number of references of the value associated with the specified
                <key>.
            """);

    static final Command.Body PUBSUB = help("""
            CHANNELS [<pattern>]
                Return the currently active channels matching a <pattern> (default: '*').
            NUMPAT
                Return number of subscriptions to patterns.
            NUMSUB [<channel> ...]
                Return the number of subscribers for the specified channels, excluding
                pattern subscriptions(default: no channels).
            SHARDCHANNELS [<pattern>]
                Return the currently active shard level channels matching a <pattern> (default: '*').
            SHARDNUMSUB [<shardchannel> ...]
                Return the number of subscribers for the specified shard level channel(s)
            """);

    static final Command.Body SLOWLOG = help("""
            GET [<count>]
                Return top <count> entries from the slowlog (default: 10, -1 mean all).
                Entries are made of:
                id, timestamp, time in microseconds, arguments array, client IP and port,
                client name
            LEN
                Return the length of the slowlog.
            RESET
                Reset the slowlog.
            """);

    private HelpTexts() {}

    private static Command.Body help(String text) {
        List<String> lines = text.lines().toList();
        return call -> {
            call.reply.array(lines.size() + 3);
            call.reply.simple(call.text(0).toUpperCase(Locale.ROOT)
                    + " <subcommand> [<arg> [value] [opt] ...]. Subcommands are:");
            lines.forEach(call.reply::simple);
            call.reply.simple("HELP");
            call.reply.simple("    Prints this help.");
        };
    }
}
