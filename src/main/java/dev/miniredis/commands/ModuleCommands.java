package dev.miniredis.commands;

import static dev.miniredis.command.Trait.Flag.ADMIN;
import static dev.miniredis.command.Trait.Flag.NOSCRIPT;
import static dev.miniredis.command.Trait.Flag.NO_ASYNC_LOADING;
import static dev.miniredis.command.Trait.Tip.NONDETERMINISTIC_OUTPUT_ORDER;

import dev.miniredis.command.Call;
import dev.miniredis.command.CommandError;
import dev.miniredis.command.CommandTable;
import dev.miniredis.command.Trait;

/** The commands on modules, which are refused as by a Redis that may not load any. */
final class ModuleCommands {
    private static final CommandError NOT_ALLOWED = CommandError.notEnabled("MODULE");

    private ModuleCommands() {}

    // spotless:off
    static void addTo(CommandTable table) {
        table
            .row("MODULE", "4.0.0", "A container for module commands.")
                .container(null, "5.0.0", HelpTexts.MODULE)
            .row("MODULE LIST", "4.0.0", "Returns all loaded modules.")
                .other(ModuleCommands::list, ADMIN, NOSCRIPT, NONDETERMINISTIC_OUTPUT_ORDER)
            .row("MODULE LOAD path [arg [arg ...]]", "4.0.0", "Loads a module.")
                .other(ModuleCommands::refuse, ADMIN, NOSCRIPT, NO_ASYNC_LOADING)
            .row("MODULE LOADEX path [CONFIG name value [CONFIG name value ...]] [ARGS args [args ...]]", "7.0.0", "Loads a module using extended parameters.")
                .other(ModuleCommands::refuse, new Trait.ByItself("there are no modules, whatever is asked for"), ADMIN, NOSCRIPT, NO_ASYNC_LOADING)
            .row("MODULE UNLOAD name", "4.0.0", "Unloads a module.")
                .other(ModuleCommands::refuse, ADMIN, NOSCRIPT, NO_ASYNC_LOADING);
    }
    // spotless:on

    private static void list(Call call) {
        call.reply.array(0);
    }

    private static void refuse(Call call) {
        throw NOT_ALLOWED;
    }
}
