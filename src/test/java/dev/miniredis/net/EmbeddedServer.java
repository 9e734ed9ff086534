package dev.miniredis.net;

import dev.miniredis.engine.Clocks;
import dev.miniredis.engine.Engine;
import dev.miniredis.figures.TestFigures;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Connections, turn, limits and engine as in the server, where the test is network, disk and event loop. */
final class EmbeddedServer {
    static final long NO_BUDGET = 0;
    static final long ENOUGH = Long.MAX_VALUE / 2;

    final TestLog log = new TestLog();
    final Engine engine = new Engine(16, 0x5eed, 16, Long.MAX_VALUE, log, new Later(), () -> {});
    final ClientLimits limits;
    final EngineLoop loop;
    private final EmbeddedChannel loopChannel = new EmbeddedChannel();
    private long passedNanos;

    EmbeddedServer(long turnBudgetNanos) {
        this(turnBudgetNanos, Long.MAX_VALUE);
    }

    EmbeddedServer(long turnBudgetNanos, long maxOutputBytes) {
        limits = new ClientLimits(engine, maxOutputBytes);
        loop = new EngineLoop(engine, log, limits, new Turn(engine, turnBudgetNanos), loopChannel.eventLoop(), _ -> {});
        TestFigures.addTo(engine, loop);
        engine.loaded();
        log.durable(Long.MAX_VALUE);
    }

    /** The machine's clocks, but for the time that the test lets pass. */
    private final class Later implements Clocks {
        @Override
        public long wallMillis() {
            return MACHINE.wallMillis() + TimeUnit.NANOSECONDS.toMillis(passedNanos);
        }

        @Override
        public long nanos() {
            return MACHINE.nanos() + passedNanos;
        }
    }

    /** SET of {@code k0}, {@code k1} …, as inline commands. */
    static String[] sets(int count) {
        return IntStream.range(0, count).mapToObj(i -> "SET k" + i + " v").toArray(String[]::new);
    }

    /** The end of the network's part of a turn: runs what was read, and once more where something was left. */
    void turn() {
        loopChannel.runPendingTasks();
    }

    /** What the loop was to run within this time is run. */
    void runScheduled(long millis) {
        loopChannel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        loopChannel.runScheduledPendingTasks();
    }

    /** Turns, until nothing is left to run. */
    void turns() {
        do {
            turn();
        } while (!loop.turn().isEmpty());
    }

    void durable(long lsn) {
        log.durable(lsn);
        engine.durable(lsn);
    }

    /** Sets a parameter, as CONFIG SET does. */
    void set(String name, String value) {
        engine.tuning().all().stream()
                .filter(parameter -> parameter.name().equals(name))
                .findFirst()
                .orElseThrow()
                .set(value);
    }

    /** Time goes on, and every client is looked at. */
    void pass(int seconds) {
        passedNanos += TimeUnit.SECONDS.toNanos(seconds);
        engine.tick();
        for (int i = limits.connections().size(); i > 0; i--) {
            limits.look();
        }
    }

    String info(String field) {
        return engine.info()
                .text(java.util.Set.of())
                .lines()
                .filter(line -> line.startsWith(field + ":"))
                .map(line -> line.substring(field.length() + 1))
                .collect(Collectors.joining());
    }

    Client connect() {
        return new Client();
    }

    /** A client, whose socket takes what it is given, or nothing. */
    final class Client extends EmbeddedChannel {
        boolean deaf;

        private Client() {
            pipeline().addLast(new Connection(loop, engine));
        }

        Client deaf() {
            deaf = true;
            return this;
        }

        @Override
        protected void doWrite(ChannelOutboundBuffer in) throws Exception {
            if (!deaf) {
                super.doWrite(in);
            }
        }

        /** Sends lines, each of them an inline command. */
        void send(String... lines) {
            sendBytes(Arrays.stream(lines).map(line -> line + "\r\n").collect(Collectors.joining()));
        }

        void sendBytes(String bytes) {
            writeInbound(Unpooled.copiedBuffer(bytes, StandardCharsets.ISO_8859_1));
        }

        /** Ends the direction to the server: the other one is open. */
        void endInput() {
            pipeline().fireUserEventTriggered(ChannelInputShutdownEvent.INSTANCE);
        }

        /** Takes so many bytes of what waits, though it is deaf. */
        void take(int bytes) {
            unsafe().outboundBuffer().removeBytes(bytes);
        }

        /** The lines that have come, of replies whose texts are short. */
        List<String> lines() {
            StringBuilder text = new StringBuilder();
            for (ByteBuf bytes = readOutbound(); bytes != null; bytes = readOutbound()) {
                text.append(bytes.toString(StandardCharsets.ISO_8859_1));
                bytes.release();
            }
            return text.toString().lines().toList();
        }
    }
}
