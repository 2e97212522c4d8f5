"""The host's time zone does not matter: days are the office's, instants are UTC."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from forked import Program

_STORY = """
import sys
from datetime import UTC, datetime
from bot.days import beginning
from bot.events import when
from handlers.cli.moments import Moment, shown
from models.db import Database
from models.event import ReminderRow
from models.events import Events, NewEvent
from models.schema import upgrade
from datetime import date
database = Database("sqlite:///" + sys.argv[1])
upgrade(database)
now = datetime(2027, 3, 1, tzinfo=UTC)
with database.writing() as unit:
    events = Events(unit)
    start = Moment().convert("2027-03-14 00:30", None, None)[0]  # clocks change in New York on this day
    for new in (NewEvent("a", starts_at=start, remind="1d 2h"),
                NewEvent("b", starts_at=beginning(date(2027, 3, 14)), all_day=True, remind="1d")):
        event = events.add(new, now=now)
        events.open(event, now=now)
        events.sign_up(event, "o1", remind=True, now=now)
        print(event.number, shown(event.starts_at), event.over_at.isoformat(), event.is_on(date(2027, 3, 14)))
        print(when(lambda key: key, event))
with database.unit() as unit:
    for row in unit.session.query(ReminderRow).order_by(ReminderRow.id):
        print(row.kind, row.due_at.isoformat())
"""
_TOLD = """\
H20270314-01 2027-03-14 00:30 2027-03-15T00:00:00+08:00 True
2027年3月14日（星期日）00:30
H20270314-02 2027-03-14 00:00 2027-03-15T00:00:00+08:00 True
2027年3月14日（星期日）
1d 2027-03-12T16:30:00+00:00
2h 2027-03-13T14:30:00+00:00
1d 2027-03-13T01:00:00+00:00
"""


@pytest.mark.parametrize("zone", ["America/New_York", "UTC", "Asia/Shanghai", "Pacific/Kiritimati"])
def test_the_same_everywhere(tmp_path: Path, zone: str) -> None:
    with Program(["-c", _STORY, str(tmp_path / "events.db")], {**os.environ, "TZ": zone}) as story:
        told, complained = story.communicate()
    assert told == _TOLD, complained
