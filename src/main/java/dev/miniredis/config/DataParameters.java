package dev.miniredis.config;

import static dev.miniredis.config.ParameterType.integer;
import static dev.miniredis.config.ParameterType.longInteger;
import static dev.miniredis.config.ParameterType.memory;
import static dev.miniredis.config.ParameterType.oneOf;
import static dev.miniredis.config.ParameterType.text;
import static dev.miniredis.config.ParameterType.yesOrNo;

/** Parameters of how Redis keeps and frees data, and of scripts. */
final class DataParameters {
    private static final String NO_DEFRAG =
            "Active defragmentation cannot be enabled: it requires a Redis server compiled"
                    + " with a modified Jemalloc like the one shipped by default with the Redis source distribution";

    private DataParameters() {}

    static void addTo(ParameterList all) {
        addEncodings(all);
        addFreeing(all);
        all.kept("busy-reply-threshold", longInteger(0), "5000").alias("lua-time-limit");
    }

    private static void addEncodings(ParameterList all) {
        all.kept("hash-max-listpack-entries", longInteger(0), "512")
                .alias("hash-max-ziplist-entries")
                .kept("hash-max-listpack-value", memory(0), "64")
                .alias("hash-max-ziplist-value")
                .kept("list-compress-depth", integer(0), "0")
                .kept("list-max-listpack-size", integer(Integer.MIN_VALUE), "-2")
                .alias("list-max-ziplist-size")
                .kept("set-max-intset-entries", longInteger(0), "512")
                .kept("set-max-listpack-entries", longInteger(0), "128")
                .kept("set-max-listpack-value", memory(0), "64")
                .kept("zset-max-listpack-entries", longInteger(0), "128")
                .alias("zset-max-ziplist-entries")
                .kept("zset-max-listpack-value", memory(0), "64")
                .alias("zset-max-ziplist-value")
                .kept("stream-node-max-bytes", memory(0), "4096")
                .kept("stream-node-max-entries", longInteger(0), "100")
                .kept("sanitize-dump-payload", oneOf("no", "yes", "clients"), "no")
                .kept("locale-collate", text(), "");
    }

    private static void addFreeing(ParameterList all) {
        all.kept("active-expire-effort", integer(1, 10), "1")
                .kept("activerehashing", yesOrNo(), "yes")
                .kept("lazyfree-lazy-eviction", yesOrNo(), "no")
                .kept("lazyfree-lazy-expire", yesOrNo(), "no")
                .kept("lazyfree-lazy-server-del", yesOrNo(), "no")
                .kept("lazyfree-lazy-user-del", yesOrNo(), "no")
                .kept("lazyfree-lazy-user-flush", yesOrNo(), "no")
                .kept("jemalloc-bg-thread", yesOrNo(), "yes")
                .kept("activedefrag", ParameterType.checked(DataParameters::noDefrag), "no")
                .kept("active-defrag-cycle-max", integer(1, 99), "25")
                .kept("active-defrag-cycle-min", integer(1, 99), "1")
                .kept("active-defrag-ignore-bytes", memory(1), "104857600")
                .kept("active-defrag-max-scan-fields", longInteger(1), "1000")
                .kept("active-defrag-threshold-lower", integer(0, 1000), "10")
                .kept("active-defrag-threshold-upper", integer(0, 1000), "100");
    }

    private static String noDefrag(String text) {
        if (yesOrNo().parser().apply(text)) {
            throw new IllegalArgumentException(NO_DEFRAG);
        }
        return "no";
    }
}
