"""Real clock processes: killed at random, in any time zone, on hosts whose clock is wrong. Each reminder goes out once,
not before its time and not after the start."""

from __future__ import annotations

import contextlib
import json
import logging
import os
import random
import signal
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from clocks import ClockProcess, after, event, settings, standing, until, wechat

import databases
from models import job
from models.db import Database
from servers import serving

_log = logging.getLogger("huicai.tests")
REMINDERS = int(os.environ.get("REMINDERS", "200"))
KILLS = int(os.environ.get("KILLS", "4"))
ZONES = ("UTC", "Asia/Shanghai", "America/New_York")
LEASE = 15  # seconds until a row of a killed sender is taken up again; a send takes a hundredth of one here
DAY = 86400
STEPS = ("+2h", "-2h", "+0")
FAKETIME = next(Path("/usr/lib").glob("*/faketime/libfaketimeMT.so.1"), None)


@pytest.mark.race
@pytest.mark.timeout(1500)
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_many_due_at_once_and_clocks_that_are_killed(kind: str, tmp_path: Path) -> None:
    chance = random.Random(11)
    with databases.migrated(kind, tmp_path) as url, wechat() as (taking, address):
        given = settings(tmp_path, url, address, DELIVERY_PER_SECOND="50", DELIVERY_LEASE=str(LEASE))
        database = Database(url, wait=60.0)
        with contextlib.ExitStack() as ending:

            def start(zone: str) -> ClockProcess:
                return ending.enter_context(ClockProcess(given | {"TZ": zone}, forked=True))

            clocks = [start(zone) for zone in ZONES]
            for clock in clocks:
                clock.await_start()
            due = after(3 + REMINDERS / 1000)
            event(database, REMINDERS, starts_at=due + timedelta(days=1), remind="1d")
            until(lambda: taking.calls, 120)
            begun = time.time()
            for _ in range(KILLS):
                time.sleep(chance.uniform(0.2, 2))
                dying = chance.randrange(len(clocks))
                clocks[dying].kill()
                clocks[dying] = start(ZONES[dying])
            until(
                lambda: len(taking.came) >= REMINDERS and standing(database).settled,
                90 + REMINDERS / 8,
                lambda: (len(taking.came), standing(database)),
            )
            took = max(at for _, at in taking.came.values()) - begun
            time.sleep(2)
            for clock in clocks:
                clock.await_start()
            told = [clock.stop() for clock in clocks]
        state = standing(database)
        database.close()
    _log.info("%s: %s reminders, %s kills: out in %.1f s, %s calls", kind, REMINDERS, KILLS, took, taking.calls)
    assert [code for code, _ in told] == [0, 0, 0], told
    assert state.reminders == {"queued": REMINDERS}
    assert state.outbox == {"sent": REMINDERS}
    assert set(taking.got().values()) == {1}
    assert min(at for _, at in taking.came.values()) >= due.timestamp() - 1


@pytest.mark.race
@pytest.mark.timeout(240)
def test_a_host_with_a_wrong_clock_beside_a_server(tmp_path: Path) -> None:
    """The server's time counts: two hours ahead nothing is early, two hours behind nothing is late."""
    with databases.migrated("postgres", tmp_path) as url, wechat() as (taking, address):
        given, set_clock = _stepped(settings(tmp_path, url, address), tmp_path)
        database = Database(url, wait=60.0)
        event(database, 3, starts_at=after(2 * 3600), remind="1h", name="oLater")
        with ClockProcess(given) as clock:
            clock.await_start()
            until(lambda: _noted(database), 100)
            for step in STEPS:
                set_clock(step)
                due = after(3)
                event(database, 2, starts_at=due + timedelta(days=1), remind="1d", name=f"o{step}")
                until(lambda step=step: taking.got().get(f"o{step}00001"), 60, step)
                assert min(taking.times()[f"o{step}00001"]) >= due.timestamp() - 1
            code, told = clock.stop()
        database.close()
    assert code == 0
    assert "off the database's" in told
    assert taking.got() == {f"o{step}0000{n}": 1 for step in STEPS for n in range(2)}


@pytest.mark.race
@pytest.mark.timeout(240)
def test_a_host_with_a_wrong_clock_and_nobody_to_ask(tmp_path: Path) -> None:
    """SQLite has its host's time only. A wrong one is believed; but nothing goes out twice or after the start, and no
    clock that is set back stands still."""
    with databases.migrated("sqlite", tmp_path) as url, wechat() as (taking, address):
        given, set_clock = _stepped(settings(tmp_path, url, address), tmp_path)
        database = Database(url, wait=60.0)
        event(database, 2, starts_at=after(2 * 3600), remind="1h", name="oBelieved")
        event(database, 2, starts_at=after(3600), remind="30m", name="oOver")
        with ClockProcess(given) as clock:
            clock.await_start()
            until(lambda: _noted(database), 100)
            set_clock("+90m")
            until(lambda: len(taking.got()) == 2, 60)
            set_clock("-2h")
            event(database, 2, starts_at=after(DAY + 3), remind="1d", name="oNow")
            time.sleep(7)  # reminders are looked for every five
            assert len(taking.got()) == 2
            set_clock("+0")
            until(lambda: len(taking.got()) == 4, 60)
            time.sleep(3)
            code, _ = clock.stop()
        reasons = standing(database).reasons
        database.close()
    assert code == 0
    assert taking.got() == {f"{name}0000{n}": 1 for name in ("oBelieved", "oNow") for n in range(2)}
    assert "活动已经开始" in reasons


@pytest.mark.race
@pytest.mark.timeout(240)
def test_a_killed_clock_turns_readyz_red(tmp_path: Path) -> None:
    """More than a minute passes by the hosts' clock only: nobody waits for it."""
    with databases.migrated("sqlite", tmp_path) as url, wechat() as (_, address):
        given, set_clock = _stepped(settings(tmp_path, url, address) | {"LOG_LEVEL": "ERROR"}, tmp_path)
        database = Database(url, wait=60.0)
        with serving(given) as server:
            with ClockProcess(given) as clock:
                clock.await_start()
                until(lambda: _noted(database), 100)
                begun = time.monotonic()
                clock.kill()
            assert _ready(server.port)[0] == 200
            for ahead in range(5, 75, 5):  # in one step it would look like a machine that slept
                set_clock(f"+{ahead}s")
                time.sleep(0.05)
                assert _ready(server.port)[0] == 200 or ahead + time.monotonic() - begun > 40
            assert _ready(server.port)[0] == 503
            late = _ready(server.port)[1]["late"]
            assert "deliver" in late
            assert "forget" not in late
            with ClockProcess(given) as clock:
                until(lambda: _ready(server.port)[0] == 200, 120)
                assert clock.stop()[0] == 0
        database.close()


@pytest.mark.race
@pytest.mark.timeout(240)
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_clock_ends_at_once_and_holds_nothing(number: int, tmp_path: Path) -> None:
    with databases.migrated("sqlite", tmp_path) as url, wechat() as (_, address):
        with ClockProcess(settings(tmp_path, url, address)) as clock:
            clock.await_start()
            database = Database(url, wait=60.0)
            until(lambda: _noted(database), 100)
            assert clock.stop(number)[0] == 0
        with database.unit() as unit:
            assert {each.worker for each in job.standings(unit).values()} == {""}
        database.close()


def _noted(database: Database) -> bool:
    with database.unit() as unit:
        known = job.standings(unit)
    return "deliver" in known and all(each.good_at for each in known.values())


def _ready(port: int) -> tuple[int, dict[str, list[str]]]:
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=60) as answer:
            return answer.status, json.load(answer)
    except urllib.error.HTTPError as refused:
        return refused.code, json.load(refused)


def _stepped(given: dict[str, str], folder: Path) -> tuple[dict[str, str], Callable[[str], None]]:
    """Settings of a process on a host whose clock can be set; and what sets it, by "+2h" and the like."""
    if FAKETIME is None:
        if os.environ.get("REQUIRE_SERVICES"):
            pytest.fail("faketime is missing and REQUIRE_SERVICES is set")
        pytest.skip("faketime is not installed")
    file = folder / "time"

    def set_clock(step: str) -> None:
        fresh = folder / "time.new"
        fresh.write_text(f"{step}\n")
        fresh.replace(file)

    set_clock("+0")
    faked = {"LD_PRELOAD": str(FAKETIME), "FAKETIME_TIMESTAMP_FILE": str(file), "FAKETIME_NO_CACHE": "1"}
    faked["PYTHONPATH"] = str(Path(__file__).parent / "stepped")
    return given | faked | {"FAKETIME_DONT_FAKE_MONOTONIC": "1"}, set_clock
