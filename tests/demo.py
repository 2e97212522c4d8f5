"""The product as `./manage run` starts it, and the talents' phones: the emulator's control API."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

import databases
from servers import ROOT, free_port

SECRET = "of this test alone, and of no other"


@dataclass
class Demo:
    """The ports of what runs."""

    bot: int
    emulator: int
    said: tuple[str, ...] = field(default=(), kw_only=True)
    """What the start printed."""

    def api(self, path: str, body: dict[str, Any] | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        address = f"http://127.0.0.1:{self.emulator}/emulator/api{path}"
        ask = urllib.request.Request(address, data, {"Content-Type": "application/json"})
        with urllib.request.urlopen(ask, timeout=60) as answer:  # noqa: S310 - our own address
            return json.load(answer)

    def say(self, openid: str, text: str, **more: Any) -> str:
        """What the phone shows in answer."""
        last = self.last(openid)
        self.api(f"/users/{openid}/messages", {"type": "text", "text": text, **more})
        return self.hears(openid, last, timeout=50)

    def hears(self, openid: str, after: int, timeout: int = 40) -> str:
        """What comes to the phone by itself."""
        new = self.api(f"/users/{openid}/transcript?after={after}&count=1&quiet=1&timeout={timeout}")["entries"]
        return "\n".join(str(each.get("text", each["kind"])) for each in new if each["side"] != "user")

    def last(self, openid: str) -> int:
        entries = self.api(f"/users/{openid}/transcript")["entries"]
        return int(entries[-1]["id"]) if entries else 0


def launch(
    folder: Path, *, bot: int, emulator: int, verb: str = "run", program: Sequence[str] = (), **more: str
) -> subprocess.Popen[str]:
    """Its database is `database_of(folder)`; what it says is to be had from `stdout`."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment |= {"PORT": str(bot), "EMULATOR_PORT": str(emulator), "DATABASE_URL": database_of(folder)}
    environment |= {"SECRET_KEY": SECRET, **more}
    command = [sys.executable, *(program or ("-m", "handlers.launch", verb))]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


@contextmanager
def running(folder: Path) -> Iterator[Demo]:
    """On free ports, until the end. Its tables are there already: to make them takes alembic a second."""
    demo = Demo(free_port(), free_port())
    shutil.copyfile(databases.file(), folder / "huicai.db")
    process = launch(folder, bot=demo.bot, emulator=demo.emulator)
    assert process.stdout is not None
    lines: list[str] = []
    # What it says once it is up is of no interest, but a pipe that is full would stop it.
    reading = threading.Thread(target=process.stdout.read, daemon=True)
    try:
        for line in process.stdout:
            lines.append(line)
            if "Ctrl-C" in line:
                break
        else:
            pytest.fail("".join(lines))
        demo.said = tuple(lines)
        reading.start()
        _seeded(folder / "huicai.db")
        yield demo
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=60)
        if reading.ident:
            reading.join()
        process.stdout.close()


def _seeded(path: Path) -> None:
    """Its made-up tickets are written at once, after the start: nobody else writes as long as that takes."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as tables:
        end = time.monotonic() + 60
        while not tables.execute("SELECT 1 FROM counter WHERE name = 'demo seed'").fetchone():
            assert time.monotonic() < end
            time.sleep(0.1)


def database_of(folder: Path) -> str:
    return f"sqlite:///{folder}/huicai.db"
