"""The product as `./manage run` starts it, and the talents' phones: the emulator's control API."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from servers import ROOT, free_port

SECRET = "of this test alone, and of no other"


@dataclass
class Demo:
    """The ports of what runs."""

    bot: int
    emulator: int

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
        return self.hears(openid, last, timeout=30)

    def hears(self, openid: str, after: int, timeout: int = 40) -> str:
        """What comes to the phone by itself."""
        new = self.api(f"/users/{openid}/transcript?after={after}&count=1&quiet=1&timeout={timeout}")["entries"]
        return "\n".join(str(each.get("text", each["kind"])) for each in new if each["side"] != "user")

    def last(self, openid: str) -> int:
        entries = self.api(f"/users/{openid}/transcript")["entries"]
        return int(entries[-1]["id"]) if entries else 0


def launch(folder: Path, *, bot: int, emulator: int, verb: str = "run", **more: str) -> subprocess.Popen[str]:
    """Its database is `database_of(folder)`; what it says is to be had from `stdout`."""
    environment = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    environment |= {"PORT": str(bot), "EMULATOR_PORT": str(emulator), "DATABASE_URL": database_of(folder)}
    environment |= {"SECRET_KEY": SECRET, **more}
    command = [sys.executable, "-m", "handlers.launch", verb]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


@contextmanager
def running(folder: Path) -> Iterator[Demo]:
    """On free ports, until the end."""
    demo = Demo(free_port(), free_port())
    process = launch(folder, bot=demo.bot, emulator=demo.emulator)
    assert process.stdout is not None
    lines: list[str] = []
    for line in process.stdout:
        lines.append(line)
        if "Ctrl-C" in line:
            break
    else:
        pytest.fail("".join(lines))
    try:
        yield demo
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)


def database_of(folder: Path) -> str:
    return f"sqlite:///{folder}/huicai.db"
