package dev.miniredis.figures;

import dev.miniredis.stats.Info.Section;
import java.util.Locale;
import java.util.function.ToDoubleFunction;

/** {@code INFO replication}, {@code cpu}, {@code modules} and {@code cluster}: a master without replicas or modules. */
final class OtherSections {
    private static final String NO_ID = "0".repeat(40);

    private OtherSections() {}

    static void addTo(FigureTable table) {
        // spotless:off
        table.section(Section.REPLICATION)
            .field("role", s -> "master")
            .zeros("connected_slaves")
            .field("master_failover_state", s -> "no-failover")
            .field("master_replid", s -> s.engine().debugging().replicationId())
            .field("master_replid2", s -> NO_ID)
            .zeros("master_repl_offset")
            .field("second_repl_offset", s -> -1)
            .zeros("repl_backlog_active")
            .field("repl_backlog_size", s -> s.engine().parameters().find("repl-backlog-size").text())
            .zeros("repl_backlog_first_byte_offset", "repl_backlog_histlen");
        table.section(Section.CPU)
            .field("used_cpu_sys", ofProcess(ProcessFacts.CpuSeconds::system))
            .field("used_cpu_user", ofProcess(ProcessFacts.CpuSeconds::user))
            .field("used_cpu_sys_children", s -> seconds(0))
            .field("used_cpu_user_children", s -> seconds(0))
            .field("used_cpu_sys_main_thread", s -> seconds(s.process().cpuOfThisThread().system()))
            .field("used_cpu_user_main_thread", s -> seconds(s.process().cpuOfThisThread().user()));
        table.section(Section.CLUSTER)
            .field("cluster_enabled", s -> s.engine().tuning().clusterEnabled.value() ? 1 : 0);
        // spotless:on
    }

    private static Figure.Text ofProcess(ToDoubleFunction<ProcessFacts.CpuSeconds> part) {
        return s -> {
            ProcessFacts.CpuSeconds cpu = s.process().cpu();
            return cpu == null ? null : seconds(part.applyAsDouble(cpu));
        };
    }

    private static String seconds(double value) {
        return String.format(Locale.ROOT, "%.6f", value);
    }
}
