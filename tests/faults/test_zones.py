"""Whatever zone a host is set to, the same is sent at the same moment and says the same."""

from __future__ import annotations

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from config.settings import ROOT

# Reminders, named days and the working time of the office, at a moment that is another day elsewhere.
WORK = """
import sys, shutil
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from sqlalchemy import select
import conftest, wechat_api
from bot.almanac import Almanac
from bot.days import days
from bot.kit import Kit
from bot.reminding import remind
from models.db import Database
from models.event import Event, ReminderRow
from models.events import Events, NewEvent
from models.outbox import OutboxRow
from models.schema import upgrade
from config.calendar import unknown_year
from config.live import Live
from config.notices import load_notices
import pytest

from config.settings import ROOT

conftest.SETTINGS = replace(conftest.SETTINGS, content_dir=ROOT / "tests/knowledge/content_small")
at = datetime(2026, 11, 14, 16, 30, tzinfo=UTC)  # the 15th in Zunyi, the 14th in New York
db = Database(f"sqlite:///{sys.argv[1]}/zone.db")
upgrade(db)
wechat = wechat_api.Recorder()
kit = Kit(settings=conftest.SETTINGS, office=conftest.office(),
          notices=Live(ROOT / "config/notices.demo.yaml", load_notices),
          rules=None, privacy=None, calendar=Almanac(conftest.office(), db),
          db=db, memory=None, library=conftest.library(), desk=None,
          now=lambda: at, wechat=wechat, miniapp=None)
with db.writing() as unit:
    events = Events(unit)
    for lead, start in (("1d", at + timedelta(days=1)), ("2h", at + timedelta(hours=2)), ("7d", None)):
        event = events.add(NewEvent("演示", starts_at=start, remind=lead), now=at - timedelta(days=3))
        if start:
            events.open(event, now=at - timedelta(days=3))
            events.sign_up(event, "o" + lead, remind=True, now=at - timedelta(days=3))
print(remind(kit), days(kit), unknown_year(kit.calendar(), at), kit.calendar().is_open(at))
with db.unit() as unit:
    for table in (Event, ReminderRow, OutboxRow):
        for row in unit.session.scalars(select(table).order_by(table.id)):
            print({c.key: getattr(row, c.key) for c in table.__table__.columns if c.key != "code"})
db.close()
"""


def told(zone: str, folder: Path) -> str:
    folder.mkdir()
    path = os.pathsep.join(str(ROOT / part) for part in (".", "tests"))
    given = {"PATH": os.environ["PATH"], "HOME": "/tmp", "LANG": "C.UTF-8", "TZ": zone, "PYTHONPATH": path}  # noqa: S108
    done = subprocess.run(
        [sys.executable, "-c", WORK, str(folder)], cwd=ROOT, env=given, capture_output=True, text=True, timeout=250
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.timeout(300)
def test_three_zones_tell_the_same(tmp_path: Path) -> None:
    zones = ("UTC", "Asia/Shanghai", "America/New_York")
    with ThreadPoolExecutor() as at_once:
        first, *others = at_once.map(lambda zone: told(zone, tmp_path / zone.replace("/", "-")), zones)
    assert "提醒 2，过期 0" in first
    assert "2027" in first
    assert others == [first, first]
