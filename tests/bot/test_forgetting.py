"""Forgetting as the clock does it: on real talks, in bounded time, and never what WeChat's windows are counted from."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from bot import forgetting
from bot.forgetting import RULES, forget
from bot.kit import Kit
from bot.window import LOOK_BACK
from config.document import BadFile
from config.privacy import privacy_of
from config.settings import ROOT, Settings
from models import job, retention
from talk import Clock, Talk

ASKED = "安家补贴怎么领"


def words(kit: Kit) -> str:
    with kit.db.unit() as unit:
        found = []
        for query in ("SELECT text, reply FROM message", "SELECT text, candidates FROM question"):
            found += [*map(str, unit.connection.exec_driver_sql(query).all())]
        found += map(str, unit.connection.exec_driver_sql("SELECT data, openid FROM talk").all())
    return "\n".join(found)


def records(kit: Kit) -> int:
    with kit.db.unit() as unit:
        return int(unit.connection.exec_driver_sql("SELECT count(*) FROM message").scalar_one())


@pytest.fixture
def entered(kit: Kit, clock: Clock) -> Kit:
    with kit.db.unit() as unit:
        job.enter(unit, [forgetting.JOB], clock())
    return kit


def test_what_was_said_is_forgotten_first_and_that_it_was_said_later(entered: Kit, clock: Clock, 小林: Talk) -> None:
    小林.play(f"人 {ASKED}")
    assert ASKED in words(entered)
    clock.wait("89天")
    forget(entered)
    assert ASKED in words(entered)
    clock.wait("2天")
    told = forget(entered)
    assert "抹去消息文字 1" in told
    assert ASKED not in words(entered)
    assert "oXiaoLin" not in words(entered)
    assert records(entered) == 1
    assert forget(entered) == "没有到期的"
    clock.wait("100天")
    assert "删消息记录 1" in forget(entered)
    assert records(entered) == 0


def test_a_run_that_has_no_more_time_goes_on_the_next_time(
    entered: Kit, clock: Clock, 小林: Talk, 路人: Talk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(retention, "BATCH", 1)
    for talk in (小林, 路人):
        talk.play(f"人 {ASKED}")
    clock.wait("91天")
    first = forget(entered, seconds=0.0)
    assert "还没做完" in first
    assert ASKED in words(entered)
    forget(entered, seconds=0.0)
    assert ASKED not in words(entered)
    assert forget(entered) == "没有到期的"


def test_what_windows_are_counted_from_is_kept_whatever_is_set(entered: Kit, clock: Clock, 小林: Talk) -> None:
    least = replace(entered.settings, retain_text_days=3, retain_record_days=7)
    with pytest.raises(BadFile):
        privacy_of(replace(least, retain_record_days=6))
    小林.play(f"人 {ASKED}")
    clock.at += LOOK_BACK
    forget(replace(entered, privacy=privacy_of(least)))
    assert records(entered) == 1


def test_the_table_of_what_is_kept_is_in_the_manual() -> None:
    text = (ROOT / "docs" / "operate.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| ([^|`]+) \| [^|]*?(\d+) 天", text, re.MULTILINE))
    assert {rule.what: str(privacy_of(Settings())().days(rule.period)) for rule in RULES}.items() <= told.items()
