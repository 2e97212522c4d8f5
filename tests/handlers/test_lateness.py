"""Whoever does not come to his work is told of, and nobody else."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.kit import Kit
from handlers.clock import Clock
from handlers.jobs import Job
from handlers.lateness import DeadMan, late
from models import job as rows
from talk import Clock as Time
from ticking import PERIOD, Calls, bad, tick


def watching(kit: Kit, job: Job) -> DeadMan:
    """Awake all the time."""
    return DeadMan(kit, [job], lambda: kit.now().timestamp())


def test_late_is_twice_the_period_and_a_minute(kit: Kit, clock: Time, start: Callable[..., Clock]) -> None:
    job = Job("one", PERIOD, "…", Calls())
    dead_man = watching(kit, job)
    clock.wait("3分钟")
    assert dead_man.late() == []
    clock.wait("1秒")
    assert [each.name for each in dead_man.late()] == ["one"], "it never ran"
    tick(start(job))
    assert dead_man.late() == []
    clock.wait("3分钟")
    assert dead_man.late() == []
    clock.wait("1秒")
    assert [each.name for each in dead_man.late()] == ["one"]


def test_a_job_that_fails_each_time_is_late(kit: Kit, clock: Time, start: Callable[..., Clock]) -> None:
    job = Job("bad", PERIOD, "…", bad)
    ticking, dead_man = start(job), watching(kit, job)
    for _ in range(4):
        tick(ticking)
        clock.wait("1分钟")
    assert [(each.name, each.result) for each in dead_man.late()] == [("bad", "失败：ValueError，经过见日志")]


def test_nobody_is_late_when_the_whole_house_was_asleep(kit: Kit, clock: Time, start: Callable[..., Clock]) -> None:
    job = Job("one", PERIOD, "…", Calls())
    tick(start(job))
    clock.wait("3天")
    assert watching(kit, job).late() == []
    with kit.db.unit() as unit:
        known = rows.standings(unit)
    assert late([job], known, clock()), "but whoever asks without having waited is told"


@pytest.mark.parametrize("off", [timedelta(seconds=90), timedelta(hours=-9)])
def test_lateness_is_told_by_the_clock_of_the_database(
    off: timedelta, kit: Kit, clock: Time, start: Callable[..., Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kit.db, "time", clock)
    job = Job("one", PERIOD, "…", Calls())
    dead_man = watching(replace(kit, now=lambda: clock() + off), job)
    clock.wait("1小时")
    tick(start(job))
    clock.wait("2分钟")
    assert dead_man.late() == []
    clock.wait("61秒")
    assert [each.name for each in dead_man.late()] == ["one"]


def test_who_wakes_gives_the_clocks_time_to_wake_too(kit: Kit, clock: Time, start: Callable[..., Clock]) -> None:
    job, awake = Job("one", PERIOD, "…", Calls()), [0.0]
    tick(start(job))
    dead_man = DeadMan(kit, [job], lambda: awake[0])
    clock.wait("3小时")
    assert dead_man.late() == []
    for _ in range(2):
        awake[0] += 120
        clock.wait("2分钟")
    assert [each.name for each in dead_man.late()] == ["one"], "they have had their time"


def test_lateness_is_logged_once_a_spell(
    kit: Kit, clock: Time, start: Callable[..., Clock], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "huicai.clock")
    job = Job("one", PERIOD, "…", Calls())
    ticking, dead_man = start(job), watching(kit, job)
    for _ in range(2):
        clock.wait("4分钟")
        dead_man.look()
        dead_man.look()
        tick(ticking)
        dead_man.look()
    assert [record.levelname for record in caplog.records] == ["ERROR", "INFO", "ERROR", "INFO"]
