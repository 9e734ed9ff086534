#!/usr/bin/env python3
"""Measures Mini Redis beside redis-server, or beside any server that speaks RESP, and prints tables for Markdown.

    bench.py all                                        everything that docs/benchmarks.md has, in half an hour or more
    bench.py all --quick                                the same, too small to mean anything: does it run?
    bench.py compare --a REDIS=redis:always --b OURS=ours:always --cells synced
    bench.py compare --a OLD=ours:memory:../old/target/mini-redis --b NEW=ours:memory --cells GET/50/16,SET/50/16
    bench.py compare --a OTHER=127.0.0.1:7000:4711 --b OURS=ours:memory
    bench.py compare --a REDIS=redis:memory --b OURS=ours:memory --cells SET/50/16 --beside 'CLIENT TRACKING ON BCAST'
    bench.py memory --pairs 5000000 --java-opts=-Xmx1g
    bench.py recovery --server OURS=ours:everysec
    bench.py tail --cells SET/50/16 --keys 5000000 --java-opts=-Xmx2g
    bench.py connections | startup | sync | compaction

A server is NAME=KIND:MODE[:PROGRAM], started here and ended here, of kind `ours` or `redis` (or a fork of it, by its
PROGRAM) and in mode `memory` (no log), `everysec` or `always` (when the log is synced). Or it is NAME=HOST:PORT[:PID],
which runs already and is filled with keys; without a PID it has no figure for CPU and is not pinned.

A cell of a comparison is COMMAND/CLIENTS/PIPELINE, or two with a + between: the first is measured while the second
runs. `memory` and `synced` are sets of cells.

How a comparison is made fair: both servers are up and hold the same keys; each cell runs on A, then on B, on B first in
every other round; what is compared is the ratio within such a pair, and of the ratios the median. A pair during which
anybody else used the machine is dropped and measured again. Servers share one core and the generator has another;
they are pinned after their start, since a JVM that starts with one core sets itself up for one.

Tables go to the standard output, and what happens meanwhile to the standard error. Needs redis-benchmark, taskset, and
Linux's /proc. Whatever ends this script ends the servers that it started.
"""
import argparse
import contextlib
import dataclasses
import os
import re
import resource
import shlex
import signal
import statistics
import subprocess
import sys
import threading
import time

sys.dont_write_bytecode = True  # no __pycache__ among the sources

from bench_servers import (  # noqa: E402
    KEY_BYTES,
    PROGRAMS,
    TARGET,
    VALUE_BYTES,
    collect_garbage,
    cpu_seconds,
    ended_children_seconds,
    forget_peak,
    load,
    machine_seconds,
    note,
    parse_spec,
    peak_bytes,
    pin,
    resident_bytes,
    running,
    scratch,
    settle,
    spawn,
    started,
    stop,
    used_memory,
)

# ---- compare --------------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Cell:
    """A load: what so many clients send, each so many at once; maybe beside another load, which is not measured."""

    command: str
    clients: int
    pipeline: int
    beside: "Cell | None" = None

    def __str__(self):
        clients = "1 client" if self.clients == 1 else f"{self.clients} clients"
        pipeline = "" if self.pipeline == 1 else f", pipeline {self.pipeline}"
        return f"{self.command}, {clients}{pipeline}" + (f", beside {self.beside}" if self.beside else "")


@dataclasses.dataclass(frozen=True)
class Run:
    """What one run of a cell on one server measured."""

    rate: float  # operations a second
    cpu: float | None  # of the server, microseconds an operation
    p50: float  # milliseconds, as the next two
    p99: float
    p999: float
    others: float  # cores that neither the server nor the generator used


@dataclasses.dataclass(frozen=True)
class Pair:
    a: Run
    b: Run

    def others(self):
        return max(self.a.others, self.b.others)

    def ratio(self, figure):
        """B's figure for one of A's; None where a server has none."""
        a, b = getattr(self.a, figure), getattr(self.b, figure)
        return b / a if a and b is not None else None


def parse_cells(text):
    return [cell for name in text.split(",") for cell in CELL_SETS.get(name) or [parse_cell(name)]]


def parse_cell(text):
    measured, _, beside = text.partition("+")
    try:
        command, clients, pipeline = measured.split("/")
        return Cell(command.upper(), int(clients), int(pipeline), parse_cell(beside) if beside else None)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text}: not COMMAND/CLIENTS/PIPELINE[+COMMAND/CLIENTS/PIPELINE]") from None


CELL_SETS = {
    "memory": [Cell(command, 50, pipeline) for pipeline in (1, 16, 64) for command in ("SET", "GET")],
    "synced": [
        Cell("SET", 1, 1),
        Cell("SET", 50, 1),
        Cell("SET", 200, 1),
        Cell("SET", 50, 16),
        Cell("GET", 1, 1, beside=Cell("SET", 50, 1)),
    ],
}


def generator(server, cell, operations, options):
    pinned = [] if options.unpinned else ["taskset", "-c", str(options.generator_core)]
    where = ["-h", server.host, "-p", str(server.port), "-r", str(options.keys), "-d", str(VALUE_BYTES)]
    what = ["-t", cell.command.lower(), "-c", str(cell.clients), "-P", str(cell.pipeline), "-n", str(operations)]
    return [*pinned, "redis-benchmark", *where, *what]


@contextlib.contextmanager
def load_beside(server, cell, options):
    """Runs a load until the block ends, and hands its process over; None for no cell."""
    if cell is None:
        yield None
        return
    process = spawn(generator(server, cell, 2_000_000_000, options), stdout=subprocess.DEVNULL)
    try:
        time.sleep(0.2)  # until its clients are connected
        yield process
    finally:
        stop(process)


def generator_output(server, cell, operations, options):
    command = generator(server, cell, operations, options)
    output = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    process = spawn(command, **output, env=dict(os.environ, LC_ALL="C"))
    try:
        return process.communicate()[0]
    finally:
        stop(process)


def measure(server, cell, operations, options):
    with load_beside(server, cell.beside, options) as beside:
        pids = [pid for pid in (server.pid, beside and beside.pid) if pid]
        began = time.monotonic(), machine_seconds(), ended_children_seconds(), [cpu_seconds(pid) for pid in pids]
        output = generator_output(server, cell, operations, options)
        used = [cpu_seconds(pid) - before for pid, before in zip(pids, began[3])]
        seconds, all_used = time.monotonic() - began[0], machine_seconds() - began[1]
        others = (all_used - (ended_children_seconds() - began[2]) - sum(used)) / seconds
    cpu = used[0] / operations * 1e6 if server.pid and not cell.beside else None
    return Run(*generator_figures(output, cpu), max(0.0, others) if server.pid else 0.0)


def generator_figures(output, cpu):
    """The figures of a Run, out of what redis-benchmark prints."""
    rate, summary, steps = report(output)
    return rate, cpu, summary["p50"], summary["p99"], percentile_of(steps, 99.9)


def report(output):
    """What redis-benchmark prints: operations a second, its summary by column, and (percent, milliseconds) steps."""
    rate = re.search(r"throughput summary: ([\d.]+)", output)
    summary = re.search(r"(avg +min +p50 +p95 +p99 +max)\s+([\d. ]+)", output)
    steps = re.findall(r"^([\d.]+)% <= ([\d.]+) milliseconds", output.partition("Cumulative")[0], re.MULTILINE)
    if not (rate and summary and steps):
        raise SystemExit(f"redis-benchmark did not finish: {output[-500:]}")
    columns = dict(zip(summary[1].split(), map(float, summary[2].split())))
    return float(rate[1]), columns, [(float(percent), float(milliseconds)) for percent, milliseconds in steps]


def percentile_of(steps, wanted):
    return next((milliseconds for percent, milliseconds in steps if percent >= wanted), steps[-1][1])


class Comparison:
    """Two servers that are up, and for each cell the pairs measured on them."""

    def __init__(self, a, b, options):
        self.servers = (a, b)
        self.options = options
        self.operations = {}  # by server and cell: as many as it does in the time of a run

    def warm_up(self, cells):
        for server in self.servers:
            load(server, self.options.keys)
            for cell in cells:
                operations = max(200, 50 * cell.clients)
                for seconds in (self.options.seconds / 10, self.options.seconds, self.options.seconds):
                    rate = measure(server, cell, operations, self.options).rate
                    operations = max(100, cell.clients * cell.pipeline, int(rate * seconds))
                self.operations[server, cell] = operations

    def pin_servers(self):
        for server in self.servers:
            if server.pid and not self.options.unpinned:
                pin(server.pid, {self.options.server_core})

    def pair(self, cell, b_first):
        wait_for_quiet(self.options)
        order = self.servers[::-1] if b_first else self.servers
        runs = {server: measure(server, cell, self.operations[server, cell], self.options) for server in order}
        pair = Pair(*(runs[server] for server in self.servers))
        for server, run in runs.items():
            cpu = "" if run.cpu is None else f"{run.cpu:8.3f} µs/op"
            figures = f"{run.rate:10,.0f}/s {cpu} p99 {run.p99:7.3f} ms, others {run.others:.2f}"
            note(f"  {cell!s:50} {server.name:12} {figures}")
        return pair


@contextlib.contextmanager
def open_beside(server, commands):
    """A client that has sent some commands and then only reads what comes, while the others are measured."""
    with server.connect() as connection:
        for command in filter(None, map(str.strip, commands.split(";"))):
            answer = connection.ask(*shlex.split(command))
            if answer.startswith(("ERR", "NOPERM", "WRONGPASS")):
                raise SystemExit(f"{server.name}: {command}: {answer}")
        with subprocess.Popen(["cat"], stdin=connection.socket, stdout=subprocess.DEVNULL) as reader:
            try:
                yield
            finally:
                reader.kill()


def wait_for_quiet(options):
    """Waits a little while others use the machine: a pair that they disturb is lost."""
    for _ in range(20):
        before = machine_seconds()
        time.sleep(0.3)
        if machine_seconds() - before <= 0.3 * options.max_others:
            return


def clean(pairs, options):
    return [pair for pair in pairs if pair.others() <= options.max_others]


def compare_pair(a_spec, b_spec, cells, options):
    """All cells, in rounds, until each has its clean pairs, on servers that are started anew a few times."""
    pairs = {cell: [] for cell in cells}
    deadline = time.monotonic() + options.limit
    for start in range(options.starts):
        if time.monotonic() > deadline:
            break
        wanted = -(-options.rounds * (start + 1) // options.starts)
        with running(a_spec, options) as a, running(b_spec, options) as b, contextlib.ExitStack() as beside:
            comparison = Comparison(a, b, options)
            comparison.warm_up(cells)
            for server in (a, b):
                for commands in options.beside:
                    beside.enter_context(open_beside(server, commands))
            for number in range(3 * options.rounds):
                missing = [cell for cell in cells if len(clean(pairs[cell], options)) < wanted]
                if not missing or time.monotonic() > deadline:
                    break
                note(f"start {start + 1}, round {number + 1}: {len(missing)} cells")
                comparison.pin_servers()
                for cell in missing:
                    pairs[cell].append(comparison.pair(cell, b_first=number % 2 == 1))
    return pairs


def compare_table(a, b, pairs, options):
    header = ["load", f"{a}, ops/s", f"{b}, ops/s", f"{b} ÷ {a} (min..max)", "server CPU, µs an op", "÷ (min..max)"]
    header += ["p50, ms", "p99, ms", "÷ (min..max)", "p99.9, ms", "clean pairs"]
    rows = []
    for cell, measured in pairs.items():
        good = clean(measured, options)
        row = [str(cell), middle(good, "a", "rate", ",.0f"), middle(good, "b", "rate", ",.0f")]
        row += [ratio(good, "rate", bold="**"), both(good, "cpu"), ratio(good, "cpu"), both(good, "p50")]
        row += [both(good, "p99"), ratio(good, "p99"), both(good, "p999"), f"{len(good)} of {len(measured)}"]
        rows.append(row)
    return markdown(header, rows)


def middle(pairs, side, figure, form):
    figures = [getattr(getattr(pair, side), figure) for pair in pairs]
    return format(statistics.median(figures), form) if figures and None not in figures else "–"


def both(pairs, figure):
    return " / ".join(middle(pairs, side, figure, ".2f") for side in ("a", "b"))


def ratio(pairs, figure, bold=""):
    ratios = [pair.ratio(figure) for pair in pairs]
    if not ratios or None in ratios:
        return "–"
    return f"{bold}{statistics.median(ratios):.2f}{bold} ({min(ratios):.2f}..{max(ratios):.2f})"


def compare(options):
    """Throughput, CPU and latency of one server beside others."""
    for b in options.b:
        pairs = compare_pair(options.a, b, options.cells, options)
        print(compare_table(options.a.name, b.name, pairs, options))


# ---- the other subcommands ------------------------------------------------------------------------------------------


def markdown(header, rows):
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join("| " + " | ".join(str(field) for field in line) + " |" for line in lines) + "\n"


def shown(value, form=",.0f"):
    return "–" if value is None else format(value, form)


def difference(before, after, count):
    return None if before is None or after is None else (after - before) / count


def memory_now(server, options):
    """What the server says that it uses, and its RSS, in bytes."""
    settle(server)
    if options.gc:
        collect_garbage(server.pid)
    return used_memory(server), resident_bytes(server.pid)


def memory(options):
    """Bytes for each pair of a key of 16 bytes and a value of 32, above these 48."""
    rows = []
    for spec in options.server:
        with running(spec, options) as server:
            with server.connect() as connection:
                if connection.ask("DBSIZE") != "0":
                    raise SystemExit(f"{server.name} is not empty")
            before = memory_now(server, options)
            load(server, options.pairs)
            finish_rehash(server, options)
            after = memory_now(server, options)
        used, resident = (difference(*figures, options.pairs) for figures in zip(before, after))
        payload = KEY_BYTES + VALUE_BYTES
        above = [None if figure is None else figure - payload for figure in (used, resident)]
        empty = None if before[1] is None else before[1] / 1e6
        rows.append([spec.name, f"{options.pairs:,}", shown(above[0], ".1f"), shown(above[1], ".1f"), shown(empty)])
    header = ["server", "pairs", "bytes above the payload, its own account", "the same, RSS", "RSS when empty, MB"]
    print(markdown(header, rows))


def finish_rehash(server, options):
    """Redis grows its table a step with each command, and would hold two of them for minutes while idle."""
    cell = Cell("GET", 20, 64)
    everywhere = argparse.Namespace(unpinned=True, keys=options.pairs)
    measure(server, cell, max(options.pairs, 2000), everywhere)


def connections(options):
    """Bytes for each connection that has sent a PING and then nothing."""
    rows = []
    count = min(options.connections, raise_open_files(options.connections + 200) - 200)
    for spec in options.server:
        with running(spec, options) as server, contextlib.ExitStack() as open_connections:
            before = memory_now(server, options)
            for _ in range(count):
                open_connections.enter_context(server.connect()).ask("PING")
            time.sleep(1)
            after = memory_now(server, options)
        used, resident = (difference(*figures, count) for figures in zip(before, after))
        rows.append([spec.name, f"{count:,}", shown(resident), shown(used)])
    print(markdown(["server", "idle connections", "RSS, bytes for each", "its own account, bytes for each"], rows))


def raise_open_files(wanted):
    """Raises this process's limit of open files, which servers inherit; returns what it is then."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    soft = max(soft, wanted if hard == resource.RLIM_INFINITY else min(wanted, hard))
    resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return soft


def recovery(options):
    """How fast a log of so many SETs is replayed: from exec to the first answer that is not LOADING."""
    rows = []
    for spec in options.server:
        with scratch(options) as directory:
            with started(spec, directory, options) as server:
                load(server, options.pairs)
            seconds = [restart(spec, directory, options) for _ in range(options.repeat)]
        middle_seconds = statistics.median(seconds)
        row = [spec.name, f"{options.pairs:,}", f"{middle_seconds:.2f} ({min(seconds):.2f}..{max(seconds):.2f})"]
        rows.append([*row, f"{options.pairs / middle_seconds:,.0f}"])
    print(markdown(["server", "SETs in the log", "seconds, median (min..max)", "SETs a second"], rows))


def restart(spec, directory, options):
    with started(spec, directory, options) as server, server.connect() as connection:
        if connection.ask("DBSIZE") != str(options.pairs):
            raise SystemExit(f"{spec.name} has lost keys: {connection.ask('DBSIZE')} of {options.pairs} are left")
        return server.start_seconds


def compaction(options):
    """What rewriting the log costs meanwhile: latency, throughput and memory, beside the same load without."""
    rows = []
    for spec in options.server:
        with running(spec, options) as server:
            load(server, options.keys)
            for cell in options.cells:
                rows.append([spec.name, str(cell), *compaction_row(server, cell, options)])
    header = ["server", "load", "operations/s, quiet / during", "÷ (min..max)", "p99, ms", "p99.9, ms"]
    print(markdown([*header, "÷ (min..max)", "peak RSS, MB", "÷ (min..max)", "rewrites"], rows))


def compaction_row(server, cell, options):
    operations = 50 * cell.clients
    for seconds in (options.seconds / 10, options.seconds, options.seconds):
        operations = max(100, int(measure(server, cell, operations, options).rate * seconds))
    pairs, peaks, rewrites = [], [], 0
    for _ in range(options.rounds):
        quiet, quiet_peak, _ = measure_with_peak(server, cell, operations, options, rewriting=False)
        during, during_peak, count = measure_with_peak(server, cell, operations, options, rewriting=True)
        pairs.append(Pair(quiet, during))
        peaks.append((quiet_peak, during_peak))
        rewrites += count
    growth = [after / before for before, after in peaks]
    middles = " / ".join(f"{statistics.median(side) / 1e6:,.0f}" for side in zip(*peaks))
    rates = " / ".join(middle(pairs, side, "rate", ",.0f") for side in ("a", "b"))
    spread = f"{statistics.median(growth):.2f} ({min(growth):.2f}..{max(growth):.2f})"
    latencies = [both(pairs, "p99"), both(pairs, "p999"), ratio(pairs, "p999")]
    return [rates, ratio(pairs, "rate"), *latencies, middles, spread, rewrites]


def measure_with_peak(server, cell, operations, options, rewriting):
    """A run, the highest RSS in it, and how many rewrites it saw: one after the other, or none."""
    collect_garbage_if_asked(server, options)
    forget_peak(server.pid)
    with rewrites_beside(server, rewriting) as count:
        figures = measure(server, cell, operations, options)
    return figures, peak_bytes(server.pid), count[0]


def collect_garbage_if_asked(server, options):
    if options.gc:
        collect_garbage(server.pid)


@contextlib.contextmanager
def rewrites_beside(server, wanted):
    """Rewrites the log again and again until the block ends, and the last one is through."""
    count = [0]
    ended = threading.Event()

    def rewrite():
        with server.connect() as connection:
            while wanted and not ended.is_set():
                connection.ask("BGREWRITEAOF")
                count[0] += 1
                while "aof_rewrite_in_progress:1" in connection.ask("INFO", "persistence"):
                    time.sleep(0.01)

    thread = threading.Thread(target=rewrite)
    thread.start()
    try:
        yield count
    finally:
        ended.set()
        thread.join()


def startup(options):
    """From exec to the first PONG, of an empty server."""
    rows = []
    for spec in options.server:
        milliseconds = []
        for _ in range(options.repeat):
            with running(spec, options) as server:
                milliseconds.append(server.start_seconds * 1000)
        spread = f"{min(milliseconds):.0f}..{max(milliseconds):.0f}"
        rows.append([spec.name, f"{statistics.median(milliseconds):.0f}", spread, options.repeat])
    print(markdown(["server", "exec to the first PONG, ms, median", "min..max", "starts"], rows))


def sync(options):
    """What one write and fdatasync into a preallocated file costs: the least that a synced write can."""
    rows = []
    with scratch(options) as directory, open(os.path.join(directory, "log"), "wb", buffering=0) as file:
        file_bytes = 64 * 1024 * 1024
        for _ in range(64):
            file.write(b"\n" * (file_bytes // 64))
        os.fsync(file)
        for size in (200, 16 * 1024):
            microseconds = [sync_once(file, size, i * size % (file_bytes - size)) for i in range(options.syncs)]
            rows.append([f"{size:,}", f"{statistics.median(microseconds):.0f}", f"{percentile(microseconds, 99):.0f}"])
    print(markdown(["bytes written and synced", "µs, median", "µs, p99"], rows))


def sync_once(file, size, offset):
    block = os.urandom(size)
    began = time.perf_counter()
    os.pwrite(file.fileno(), block, offset)
    os.fdatasync(file.fileno())
    return (time.perf_counter() - began) * 1e6


def percentile(values, percent):
    return sorted(values)[min(len(values) - 1, len(values) * percent // 100)]


TAIL_PERCENTS = (50.0, 90.0, 99.0, 99.9, 99.99)


def tail(options):
    """The latencies of a long run, up to the longest request, of servers that hold many keys, in turn."""
    rows = []
    with contextlib.ExitStack() as up:
        servers = [up.enter_context(running(spec, options)) for spec in options.server]
        for server in servers:
            load(server, options.keys)
        for cell in options.cells:
            operations = {server: long_run(server, cell, options) for server in servers}
            runs = {server: [] for server in servers}
            for number in range(options.rounds):
                for server in servers[:: -1 if number % 2 else 1]:
                    runs[server].append(latencies(server, cell, operations[server], options))
                    note(f"  {cell!s:40} {server.name:12} longest {runs[server][-1][-1]:8.3f} ms")
            for server in servers:
                rows.append([server.name, str(cell), *tail_columns(runs[server])])
    header = ["server", "load", "operations/s", *(f"p{percent:g}, ms" for percent in TAIL_PERCENTS)]
    print(markdown([*header, "longest, ms (min..max)"], rows))


def long_run(server, cell, options):
    """How many operations take about the time of a run, once the server is warm."""
    operations = 50 * cell.clients * cell.pipeline
    for _ in range(2):
        operations = max(operations, int(measure(server, cell, operations, options).rate * options.tail_seconds / 4))
    return 4 * operations


def latencies(server, cell, operations, options):
    """Operations a second, the percentiles, and the longest request, in milliseconds."""
    rate, summary, steps = report(generator_output(server, cell, operations, options))
    return rate, *(percentile_of(steps, percent) for percent in TAIL_PERCENTS), summary["max"]


def tail_columns(runs):
    """The medians of some runs, with the spread of the last figure."""
    *middles, longest = (statistics.median(figures) for figures in zip(*runs))
    least, most = min(run[-1] for run in runs), max(run[-1] for run in runs)
    rate, *percentiles = middles
    return [f"{rate:,.0f}", *(f"{figure:.2f}" for figure in percentiles), f"{longest:.2f} ({least:.2f}..{most:.2f})"]


# ---- the command line -----------------------------------------------------------------------------------------------

# What `all` runs: title, command line.
ALL = (
    ("In memory only", "compare --cells memory --a Redis=redis:memory --b Ours=ours:memory"),
    ("Synced for every write, both", "compare --cells synced --a Redis=redis:always --b Ours=ours:always"),
    (
        "Ours synced for every write, Redis once a second",
        "compare --cells SET/50/1,SET/50/16 --a Redis=redis:everysec --b Ours=ours:always",
    ),
    ("What a sync costs", "sync"),
    ("Memory", "memory"),
    ("Connections", "connections"),
    ("Recovery", "recovery"),
    ("Start", "startup"),
    ("Rewriting the log", "compaction"),
    ("The longest request", "tail --java-opts=-Xmx2g"),
)

# What is measured with, unless an option says otherwise: as a rule, and with --quick.
SIZES = {
    "keys": (1_000_000, 10_000),
    "seconds": (4.0, 0.1),
    "rounds": (4, 1),
    "starts": (2, 1),
    "max_others": (0.12, 100.0),
    "pairs": (5_000_000, 20_000),
    "connections": (10_000, 500),
    "syncs": (2_000, 50),
    "repeat": (10, 1),
    "tail_seconds": (60.0, 0.2),
}


def run_all(options):
    """Everything that docs/benchmarks.md has."""
    print(f"{time.strftime('%Y-%m-%d')}: {facts(options)}\n")
    for title, line in ALL:
        print(f"### {title}\n\n`bench.py {line}`\n", flush=True)
        run([*shlex.split(line), *options.passed_on])


def facts(options):
    redis = first_line("redis-server", "--version").split()[2].removeprefix("v=")
    memory_gib = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE") / 2**30
    with scratch(options) as directory:
        disk = first_line("df", "--output=fstype", directory, line=1)
    ours = first_line(PROGRAMS["ours"], "--version")
    return f"{ours}, redis-server {redis}, {os.cpu_count()} cores, {memory_gib:.0f} GiB, {disk}"


def first_line(*command, line=0):
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.splitlines()[line].strip()


def command_line():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--quick", action="store_true", help="small loads, nothing dropped: a test of this script")
    common.add_argument("--dir", default=TARGET, help="where the servers' files go for a while (target)")
    common.add_argument("--java-opts", help="JVM flags of our server, as MINI_REDIS_JAVA_OPTS")
    common.add_argument("--limit", type=int, default=1800, help="seconds after which to end (1800)")
    common.add_argument("--no-gc", dest="gc", action="store_false", help="read a JVM's RSS without collecting before")
    subcommands = parser.add_subparsers(required=True, metavar="subcommand")

    def add(name, function):
        help_text = function.__doc__.splitlines()[0]
        subcommand = subcommands.add_parser(name, parents=[common], help=help_text, description=help_text)
        subcommand.set_defaults(run=function)
        return subcommand

    add_comparison_options(add("compare", compare))
    for name, function, mode, sizes in (
        ("memory", memory, "memory", {"pairs": "how many pairs to set"}),
        ("connections", connections, "memory", {"connections": "how many to open"}),
        ("recovery", recovery, "everysec", {"pairs": "how many SETs the log has", "repeat": "how many restarts"}),
        ("startup", startup, "always", {"repeat": "how many starts"}),
    ):
        subcommand = add(name, function)
        servers = [parse_spec(f"Redis=redis:{mode}"), parse_spec(f"Ours=ours:{mode}")]
        subcommand.add_argument(
            "--server", type=parse_spec, action="append", help=f"may be repeated (Redis's and ours, in mode {mode})"
        )
        subcommand.set_defaults(usual_servers=servers)
        add_sizes(subcommand, sizes)
    add_sizes(add("sync", sync), {"syncs": "how many of each size"})
    compaction_parser = add("compaction", compaction)
    compaction_parser.add_argument("--server", type=parse_spec, action="append", help="may be repeated (Redis's and ours)")
    compaction_parser.add_argument("--cells", type=parse_cells, default="SET/50/1,SET/50/16", help="comma between them")
    compaction_parser.set_defaults(usual_servers=[parse_spec(f"{n}={n.lower()}:everysec") for n in ("Redis", "Ours")])
    compaction_parser.set_defaults(unpinned=True)
    add_sizes(compaction_parser, {"keys": "how many", "seconds": "of a run", "rounds": "pairs of runs for each load"})
    tail_parser = add("tail", tail)
    tail_parser.add_argument("--server", type=parse_spec, action="append", help="may be repeated (Redis's and ours)")
    tail_parser.add_argument("--cells", type=parse_cells, default="SET/50/16", help="comma between them")
    tail_parser.set_defaults(usual_servers=[parse_spec(f"{n}={n.lower()}:everysec") for n in ("Redis", "Ours")])
    tail_parser.set_defaults(unpinned=True)
    add_sizes(tail_parser, {"keys": "how many", "tail_seconds": "of a run", "rounds": "runs on each server"})
    add("all", run_all)
    return parser


def add_comparison_options(compare_parser):
    compare_parser.add_argument("--a", type=parse_spec, required=True, help="the server to be compared with")
    compare_parser.add_argument("--b", type=parse_spec, required=True, action="append", help="may be repeated")
    compare_parser.add_argument("--cells", type=parse_cells, default="memory", help="comma between them (memory)")
    compare_parser.add_argument("--server-core", type=int, default=0, help="(0)")
    compare_parser.add_argument("--generator-core", type=int, default=1, help="(1)")
    compare_parser.add_argument(
        "--beside",
        action="append",
        default=[],
        metavar="COMMANDS",
        help="a client of both servers that sends these, ; between them, and stays; may be repeated",
    )
    compare_parser.add_argument("--unpinned", action="store_true", help="let the system choose the cores")
    helps = {"keys": "how many different ones", "seconds": "of a run", "rounds": "clean pairs of each cell"}
    helps |= {"starts": "of the servers, over which the rounds are spread", "max_others": "cores, in a clean pair"}
    add_sizes(compare_parser, helps)


def add_sizes(subcommand, helps):
    for name, text in helps.items():
        usual = SIZES[name][0]
        flag = "--" + name.replace("_", "-")
        subcommand.add_argument(flag, type=type(usual), help=f"{text} ({usual:,})")


def run(arguments):
    options = command_line().parse_args(arguments)
    options.passed_on = arguments[1:]
    for name, sizes in SIZES.items():
        if getattr(options, name, None) is None:
            setattr(options, name, sizes[options.quick])
    if getattr(options, "server", None) is None:
        options.server = getattr(options, "usual_servers", [])
    if options.run is not run_all:
        signal.alarm(2 * options.limit if options.run is compare else options.limit)
    options.run(options)


def end(number, _):
    for later in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
        signal.signal(later, signal.SIG_IGN)  # what was started is being ended
    raise SystemExit(f"ended by {signal.Signals(number).name}")


def main():
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGALRM):
        signal.signal(number, end)
    run(sys.argv[1:])


if __name__ == "__main__":
    main()
