"""What the tests of time share: real clock processes, a WeChat that notes when it was asked, and events with people."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO, Any, Self

from sqlalchemy import insert, select

from fake_wechat import OK, FakeWeChat, Got, serving
from forked import Program, complaints
from models import reminders
from models.db import Database
from models.event import ReminderRow, Signup
from models.events import Events, NewEvent
from models.outbox import OutboxRow
from models.person import Person
from servers import ROOT, SMALL, environment

TEMPLATE = "/cgi-bin/message/template/send"


@dataclass
class Wechat:
    """Takes template messages, each `client_msg_id` once, as Tencent does; knows when each came."""

    fake: FakeWeChat = field(default_factory=FakeWeChat)
    came: dict[str, tuple[str, float]] = field(default_factory=dict)  # client_msg_id -> openid, seconds since 1970
    calls: int = 0
    _guard: threading.Lock = field(default_factory=threading.Lock)

    def take(self, got: Got) -> dict[str, Any]:
        said, body = self.fake._usual(got, self.fake.token), got.json
        if said != OK:
            return said
        with self._guard:
            self.calls += 1
            self.came.setdefault(body["client_msg_id"], (body["touser"], time.time()))
        return OK | {"msgid": self.calls}

    def times(self) -> dict[str, list[float]]:
        """When each person got something."""
        found: dict[str, list[float]] = {}
        for openid, at in list(self.came.values()):
            found.setdefault(openid, []).append(at)
        return found

    def got(self) -> Counter[str]:
        return Counter(openid for openid, _ in list(self.came.values()))


@contextlib.contextmanager
def wechat() -> Iterator[tuple[Wechat, str]]:
    """It and its address."""
    taking = Wechat()
    taking.fake.say(TEMPLATE, taking.take)
    with serving(taking.fake) as address:
        yield taking, address


class ClockProcess:
    """`flask clock`, as an operator runs it; `forked` (see there) where many come and go."""

    def __init__(self, settings: dict[str, str], *, forked: bool = False) -> None:
        path = {"PATH": os.environ["PATH"], "HOME": "/tmp", "LANG": "C.UTF-8", "EMULATOR_PORT": "0"}  # noqa: S108
        command, given = ["-m", "flask", "--app", "wsgi", "clock"], path | settings
        self.process: Program | subprocess.Popen[str]
        if forked:
            self.process = Program(command, given)
            assert self.process.stderr
            self._told = self.process.stderr
        else:
            self._told = complaints()
            self.process = _program(command, given, self._told)
        self._up = False

    def await_start(self) -> None:
        """Before that, a signal ends it as it ends any program."""
        if self._up:
            return
        self._up = True
        assert self.process.stdout
        line = self.process.stdout.readline()
        self._told.seek(0)
        assert "时钟已启动" in line, line + self._told.read()

    def kill(self) -> None:
        """kill -9."""
        self.process.kill()
        self.process.communicate()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        if self.process.returncode is None:
            self.kill()
        self._told.close()

    def stop(self, number: int = signal.SIGTERM, seconds: float = 60) -> tuple[int, str]:
        """Its exit code and what it logged."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        _, told = self.process.communicate(timeout=seconds)
        if told is None:
            self._told.seek(0)
            told = self._told.read()
        return self.process.returncode, told


def _program(command: list[str], environment: dict[str, str], complaints: IO[str]) -> subprocess.Popen[str]:
    command = [sys.executable, *command]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=complaints, text=True)


def settings(folder: Path, database: str, address: str, **more: str) -> dict[str, str]:
    """Of a clock on a migrated database."""
    given = {"WECHAT_API_BASE": address, "NOTICES_FILE": "config/notices.demo.yaml", "CONTENT_DIR": str(SMALL)}
    return environment(folder, database, "", workers=1) | given | {"CLOCK": "own", "PUBLISH": "command"} | more


def event(database: Database, people: int, *, starts_at: datetime, remind: str, name: str = "o") -> None:
    """An open event with so many people who want to be reminded. It was made a minute ago: its reminders were ahead
    then, however long this machine has stood still since `starts_at` was chosen."""
    now = datetime.now(UTC) - timedelta(minutes=1)
    names = [f"{name}{number:05}" for number in range(people)]
    with database.writing() as unit:
        events = Events(unit)
        made = events.add(NewEvent("演示活动", place="演示地点", starts_at=starts_at, remind=remind), now=now)
        events.open(made, now=now)
        unit.session.flush()
        common = {"following": True, "scene": "", "followed_at": now, "left_at": None}
        unit.execute(insert(Person), [{"openid": openid, **common} for openid in names])
        row = {"event_id": made.id, "state": "going", "remind": True, "signed_at": now, "comment": ""}
        unit.execute(insert(Signup), [{**row, "openid": openid, "turn": n} for n, openid in enumerate(names)])
        reminders.fit(unit, made, why="", now=now)


@dataclass(frozen=True)
class Standing:
    reminders: Counter[str]
    outbox: Counter[str]
    reasons: frozenset[str]

    @property
    def settled(self) -> bool:
        return not {"due", "leased", "waiting"} & (self.reminders.keys() | self.outbox.keys())


def standing(database: Database) -> Standing:
    with database.unit() as unit:
        kept = unit.execute(select(ReminderRow.state, ReminderRow.reason)).all()
        rows = unit.execute(select(OutboxRow.state, OutboxRow.reason)).all()
    reasons = frozenset(each.reason for each in (*kept, *rows) if each.state in ("expired", "dead"))
    return Standing(Counter(each.state for each in kept), Counter(each.state for each in rows), reasons)


def until(true: Any, seconds: float, why: Any = "") -> None:
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end, why() if callable(why) else why
        time.sleep(0.1)


def after(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)
