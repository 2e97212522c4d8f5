"""Processes that are told to end: while they come up, while something in them hangs, and with all in order."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest
from clocks import settings, until, wechat
from sqlalchemy import select

import databases
from forked import Program
from models.db import Database
from models.node import NodeRow
from servers import Server, forked, free_port, run, serving

# `flask clock` whose deliveries hang, on a thread that Python waits for.
_HANGING = """
import sys, threading
from concurrent.futures import ThreadPoolExecutor
from bot.delivery import Delivery
from flask.cli import main

def hang(delivery, seconds):
    print("hangs", flush=True)
    return ThreadPoolExecutor(1).submit(threading.Event().wait).result()

Delivery.run = hang
sys.argv = ["flask", "--app", "wsgi", "clock"]
main()
"""
# Servers that are told to end before they have read the program, and while they read the content.
_EARLY = """
import os, signal, time
open(os.environ["COMING"], "w").close()
while not signal.getsignal(signal.SIGTERM).__self__.interrupt_signal:
    time.sleep(0.01)
from wsgi import serving
"""
_LATE = """
import os, threading
import wsgi

def hang(*given, **named):
    open(os.environ["COMING"], "w").close()
    threading.Event().wait()

def serving():
    wsgi.build_kit = hang
    return wsgi.serving()
"""


@pytest.fixture
def given(tmp_path: Path) -> Iterator[dict[str, str]]:
    with databases.migrated("sqlite", tmp_path) as url, wechat() as (_, address):
        inherited = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        yield inherited | settings(tmp_path, url, address) | {"LOG_LEVEL": "ERROR"}


def _nodes(database: Database) -> int:
    with database.unit() as unit:
        return len(unit.execute(select(NodeRow.name)).all())


@pytest.mark.race
@pytest.mark.timeout(240)
def test_a_server_that_has_ended_is_not_taken_for_one_that_serves(given: dict[str, str]) -> None:
    """Its workers are forked, and leave in a way of their own."""
    database = Database(given["DATABASE_URL"], wait=60.0)
    with serving(given | {"CLOCK": "inside"}, program=forked):
        until(lambda: _nodes(database) == 1, 100)
    assert _nodes(database) == 0
    database.close()


@pytest.mark.race
@pytest.mark.timeout(240)
@pytest.mark.parametrize("how", [_EARLY, _LATE])
def test_a_server_told_to_end_while_it_comes_up_ends(given: dict[str, str], tmp_path: Path, how: str) -> None:
    (tmp_path / "coming.py").write_text(how)
    coming = tmp_path / "here"
    words = ["-m", "granian", "--interface", "wsgi", "--factory", "--port", str(free_port()), "coming:serving"]
    server = Server(0, run(words, given | {"PYTHONPATH": str(tmp_path), "COMING": str(coming)}))
    until(coming.exists, 100)
    server.process.terminate()
    try:
        assert server.process.wait(timeout=60) == 0
    finally:
        if server.process.poll() is None:
            server.kill()


@pytest.mark.race
@pytest.mark.timeout(240)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_clock_ends_though_something_in_it_hangs(given: dict[str, str], number: int) -> None:
    with Program(["-c", _HANGING], given) as clock:
        assert clock.stdout
        assert {clock.stdout.readline(), clock.stdout.readline()} == {"时钟已启动，Ctrl-C 结束\n", "hangs\n"}
        clock.send_signal(number)
        _, told = clock.communicate(timeout=60)
    assert (clock.returncode, told) == (0, "")
