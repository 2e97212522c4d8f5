"""Ctrl-C at any moment: what was started is ended."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from handlers import children
from handlers.children import Children

_FOR_EVER = ["-c", "import threading; threading.Event().wait()"]
# Ends at once, and leaves one behind that keeps the pipe open for as long as it lives.
_LEAVING = "import subprocess, sys; subprocess.Popen([sys.executable, '-c', sys.argv[1], sys.argv[2]])"
_LEFT = """
import sys, threading
pipe = open(sys.argv[1], "w")
print("here", file=pipe, flush=True)
threading.Event().wait()
"""


@pytest.fixture(autouse=True)
def own_signals() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[subprocess.Popen[bytes]]]:
    """Whatever was started, known or not to who started it."""
    found: list[subprocess.Popen[bytes]] = []
    init = subprocess.Popen.__init__

    def noted(self: Any, *given: Any, **named: Any) -> None:
        init(self, *given, **named)
        found.append(self)

    monkeypatch.setattr(subprocess.Popen, "__init__", noted)
    yield found
    for each in found:
        each.kill()
        each.wait()


def press(number: int = signal.SIGINT) -> None:
    os.kill(os.getpid(), number)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_while_one_is_being_started(
    begun: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    init = subprocess.Popen.__init__

    def pressed(self: Any, *given: Any, **named: Any) -> None:
        init(self, *given, **named)
        press(number)

    monkeypatch.setattr(subprocess.Popen, "__init__", pressed)
    with pytest.raises(KeyboardInterrupt), Children() as running:
        running.start(_FOR_EVER, os.environ)
    assert [each.poll() for each in begun] == [-signal.SIGTERM]


def test_twice(begun: list[subprocess.Popen[bytes]], monkeypatch: pytest.MonkeyPatch) -> None:
    wait = subprocess.Popen.wait

    def pressed(self: Any, timeout: float | None = None) -> int:
        press()
        return wait(self, timeout)

    with suppress(KeyboardInterrupt), Children() as running:
        running.start(_FOR_EVER, os.environ)
        running.start(_FOR_EVER, os.environ)
        monkeypatch.setattr(subprocess.Popen, "wait", pressed)
        press()
    assert [each.returncode for each in begun] == [-signal.SIGTERM] * 2


def test_swallowed_by_what_was_being_done() -> None:
    with Children() as running:
        with suppress(KeyboardInterrupt):
            press()
        with pytest.raises(KeyboardInterrupt):
            running.look()


def test_what_one_leaves_behind_is_ended_too(tmp_path: Path) -> None:
    os.mkfifo(pipe := tmp_path / "pipe")
    with Children() as running:
        running.start(["-c", _LEAVING, _LEFT, str(pipe)], os.environ)
        said = pipe.open()
        assert said.readline() == "here\n"
    with said:
        assert said.read() == "", "it is open no longer"


def test_one_that_does_not_listen_is_killed(
    begun: list[subprocess.Popen[bytes]], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(children, "_PATIENCE", 0.05)
    os.mkfifo(pipe := tmp_path / "pipe")
    deaf = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN)\n" + _LEFT
    with Children() as running:
        running.start(["-c", deaf, str(pipe)], os.environ)
        with pipe.open() as said:
            assert said.readline() == "here\n"
    assert [each.returncode for each in begun] == [-signal.SIGKILL]
