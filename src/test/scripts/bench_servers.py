"""The servers that bench.py measures: how they are started, asked and ended, and what the machine tells of them."""
import argparse
import contextlib
import ctypes
import dataclasses
import os
import random
import re
import resource
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

TARGET = str(Path(__file__).resolve().parents[3] / "target")
PROGRAMS = {"ours": f"{TARGET}/mini-redis", "redis": "redis-server"}
MODES = ("memory", "everysec", "always")

START_SECONDS = 600  # a replay of millions of entries included
STOP_SECONDS = 30
TICKS = os.sysconf("SC_CLK_TCK")
LIBC = ctypes.CDLL(None)
PR_SET_PDEATHSIG = 1

LOAD_BATCH = 10_000  # SETs sent before their replies are read
SET = b"*3\r\n$3\r\nSET\r\n$16\r\nkey:%012d\r\n$32\r\n%032d\r\n"
KEY_BYTES = 16
VALUE_BYTES = 32


def note(text):
    print(text, file=sys.stderr, flush=True)


def cpu_seconds(pid):
    """User and system time of a process with all its threads, those that ended included."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def machine_seconds():
    """What all cores have worked since the machine started, time stolen by its host included."""
    user, nice, system, _, _, irq, softirq, steal = map(int, Path("/proc/stat").read_text().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / TICKS


def ended_children_seconds():
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def resident_bytes(pid):
    if pid is None:
        return None
    return int(re.search(r"VmRSS:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1]) * 1024


def forget_peak(pid):
    """Lets peak_bytes begin anew."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


def peak_bytes(pid):
    """The highest RSS since the start of the process or forget_peak."""
    return 1024 * int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{pid}/status").read_text())[1])


def collect_garbage(pid):
    """Has a JVM give back what it does not need, so that its RSS tells what it holds. Nothing for other processes."""
    program = Path(os.readlink(f"/proc/{pid}/exe")) if pid else Path()
    if program.name == "java" and program.with_name("jcmd").exists():
        subprocess.run([program.with_name("jcmd"), str(pid), "GC.run"], stdout=subprocess.DEVNULL, check=True)


def threads(pid):
    return [int(task) for task in os.listdir(f"/proc/{pid}/task")]


def pin(pid, cores):
    """Keeps all threads of a process on some cores; those that they start later too."""
    for thread in threads(pid):
        with contextlib.suppress(ProcessLookupError):
            os.sched_setaffinity(thread, cores)


def free_port():
    """Below the ports of outgoing connections, one of which could have it while a server restarts."""
    for port in random.sample(range(20000, 32000), 100):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return port
    raise SystemExit("no free port")


def spawn(command, **more):
    """Starts a process that no Ctrl-C of the terminal reaches and that ends with this script, however that ends."""
    try:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            start_new_session=True,
            preexec_fn=lambda: LIBC.prctl(PR_SET_PDEATHSIG, signal.SIGKILL),
            **more,
        )
    except FileNotFoundError:
        raise SystemExit(f"{command[0]}: there is no such program") from None


def stop(process):
    process.terminate()
    try:
        process.wait(STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


# ---- talking to a server --------------------------------------------------------------------------------------------


class Connection:
    """A connection that sends commands one by one and reads replies of one line, or one bulk string."""

    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port), START_SECONDS)
        self.replies = self.socket.makefile("rb")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.replies.close()
        self.socket.close()

    def ask(self, *words):
        self.socket.sendall(request(*words))
        line = self.replies.readline()
        if not line:
            raise ConnectionResetError
        if line.startswith(b"$"):
            return self.replies.read(int(line[1:]) + 2)[:-2].decode()
        return line[1:].strip().decode()


def request(*words):
    return "".join([f"*{len(words)}\r\n", *(f"${len(word)}\r\n{word}\r\n" for word in words)]).encode()


def load(server, pairs):
    """Sets the keys that redis-benchmark -r picks from, each to a value of its own."""
    began = time.monotonic()
    with server.connect() as connection:
        for first in range(0, pairs, LOAD_BATCH):
            numbers = range(first, min(first + LOAD_BATCH, pairs))
            connection.socket.sendall(b"".join(SET % (i, i) for i in numbers))
            replies = connection.replies.read(len(b"+OK\r\n") * len(numbers))
            if replies != b"+OK\r\n" * len(numbers):
                raise SystemExit(f"{server.name}: not every SET was answered with OK: {replies[:100]}")
    note(f"{server.name}: {pairs} pairs loaded in {time.monotonic() - began:.1f} s")


def used_memory(server):
    """What the server itself says that it uses; None where it does not say."""
    with server.connect() as connection:
        found = re.search(r"used_memory:(\d+)", connection.ask("INFO", "memory"))
        return int(found[1]) if found else None


def settle(server):
    """Waits until a server has ended what it does by itself after a change: rehashing, giving memory back."""
    before = None
    for _ in range(30):
        now = used_memory(server) or resident_bytes(server.pid)
        if now is None or before and abs(now - before) < before / 1000:
            return
        before = now
        time.sleep(1)


# ---- servers --------------------------------------------------------------------------------------------------------


@dataclasses.dataclass(frozen=True)
class Spec:
    """A server as the command line names it; one that runs already has an address, one to start has a mode."""

    name: str
    kind: str = "running"
    mode: str = ""
    program: str = ""
    host: str = "127.0.0.1"
    port: int = 0
    pid: int | None = None


@dataclasses.dataclass(frozen=True)
class Server:
    name: str
    host: str
    port: int
    pid: int | None
    start_seconds: float | None = None

    def connect(self):
        return Connection(self.host, self.port)


def parse_spec(text):
    name, _, rest = text.partition("=")
    kind, *fields = rest.split(":")
    try:
        if kind in PROGRAMS and fields[0] in MODES:
            return Spec(name, kind, fields[0], ":".join(fields[1:]) or PROGRAMS[kind])
        return Spec(name, host=kind, port=int(fields[0]), pid=int(fields[1]) if fields[1:] else None)
    except (IndexError, ValueError):
        raise argparse.ArgumentTypeError(f"{text}: not NAME=KIND:MODE[:PROGRAM] or NAME=HOST:PORT[:PID]") from None


def server_command(spec, port, directory):
    if spec.kind == "ours":
        fsync = "no" if spec.mode == "memory" else spec.mode
        where = ["--port", str(port), "--data-dir", directory, "--http-port", "0"]
        return [spec.program, "server", *where, "--auto-aof-rewrite-percentage", "0", "--fsync", fsync]
    log = ["no", "--appendfsync", "no"] if spec.mode == "memory" else ["yes", "--appendfsync", spec.mode]
    where = ["--port", str(port), "--bind", "127.0.0.1", "--dir", directory, "--maxclients", "20000"]
    return [spec.program, *where, "--save", "", "--auto-aof-rewrite-percentage", "0", "--appendonly", *log]


def server_environment(spec, java_opts):
    environment = dict(os.environ, MINI_REDIS_APPENDONLY="no" if spec.mode == "memory" else "yes")
    if java_opts is not None:
        environment["MINI_REDIS_JAVA_OPTS"] = java_opts
    return environment


@contextlib.contextmanager
def started(spec, directory, options):
    """Starts a server in a directory, hands it over once it answers, and ends it."""
    if spec.kind == "running":
        raise SystemExit(f"{spec.name}: this can be measured only of a server that is started here")
    port = free_port()
    output = Path(directory, "output")
    with output.open("wb") as file:
        began = time.monotonic()
        process = spawn(
            server_command(spec, port, directory),
            env=server_environment(spec, options.java_opts),
            stdout=file,
            stderr=subprocess.STDOUT,
        )
    try:
        if not wait_for_pong(port, process):
            raise SystemExit(f"{spec.name} does not start:\n{output.read_text()[-2000:]}")
        yield Server(spec.name, "127.0.0.1", port, process.pid, time.monotonic() - began)
    finally:
        stop(process)


def wait_for_pong(port, process):
    """Returns when PING is answered with PONG (not with LOADING): false when it never is."""
    deadline = time.monotonic() + START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        with contextlib.suppress(OSError), Connection("127.0.0.1", port) as connection:
            while connection.ask("PING") != "PONG":
                time.sleep(0.001)
            return True
        time.sleep(0.001)
    return False


@contextlib.contextmanager
def scratch(options):
    """A directory on the disk whose syncs are measured: not in /tmp, which may be no disk."""
    Path(options.dir).mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="bench-", dir=options.dir, ignore_cleanup_errors=True) as directory:
        yield os.path.abspath(directory)


@contextlib.contextmanager
def running(spec, options):
    """A server in a directory of its own; or the one that runs already, which gets its cores back at the end."""
    if spec.kind != "running":
        with scratch(options) as directory, started(spec, directory, options) as server:
            yield server
        return
    cores = os.sched_getaffinity(spec.pid) if spec.pid else None
    try:
        yield Server(spec.name, spec.host, spec.port, spec.pid)
    finally:
        if spec.pid and os.path.exists(f"/proc/{spec.pid}"):
            pin(spec.pid, cores)
