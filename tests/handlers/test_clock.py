"""What runs by itself: once however many clocks there are, and whatever one job does to the others."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.kit import Kit
from handlers.clock import Clock, watch
from handlers.jobs import JOBS, Failed, Job, Shift
from models import job as rows
from models.db import Unavailable
from models.event import ReminderRow
from models.events import Events, NewEvent
from models.job import LEASE
from models.outbox import OutboxRow
from models.person import People
from talk import Clock as Time
from ticking import PATIENT, PERIOD, Calls, bad, standing, tick


def test_a_job_runs_when_it_is_due_and_not_before(kit: Kit, clock: Time, start: Callable[..., Clock]) -> None:
    calls = Calls()
    one = start(Job("one", PERIOD, "…", calls))
    tick(one)
    assert len(calls.workers) == 1
    clock.wait("59秒")
    tick(one)
    assert len(calls.workers) == 1
    clock.wait("1秒")
    tick(one)
    assert len(calls.workers) == 2
    assert standing(kit, "one").result == "做了"


def test_of_many_clocks_one_runs_it(clock: Time, start: Callable[..., Clock]) -> None:
    calls = Calls()
    clocks = [start(Job("one", PERIOD, "…", calls)) for _ in range(3)]
    for number in range(1, 5):
        tick(*clocks)
        assert len(calls.workers) == number
        clock.wait("1分钟")


def test_a_job_that_is_at_work_is_left_alone(kit: Kit, clock: Time, start: Callable[..., Clock]) -> None:
    begun, done = threading.Event(), threading.Event()
    runs = []

    def slow(shift: Shift) -> str:
        runs.append(1)
        begun.set()
        done.wait(PATIENT)
        return "慢"

    first, second = (start(Job("slow", PERIOD, "…", slow)) for _ in range(2))
    first.tick()
    assert begun.wait(PATIENT)
    clock.at += LEASE / 2
    tick(second)
    second.join(PATIENT)
    first.tick()
    assert standing(kit, "slow").running(clock())
    done.set()
    first.join(PATIENT)
    assert runs == [1]
    assert not standing(kit, "slow").running(clock())


def test_the_job_of_a_clock_that_died_is_taken_over(kit: Kit, clock: Time, start: Callable[..., Clock]) -> None:
    calls = Calls()
    one = start(Job("one", PERIOD, "…", calls))
    with kit.db.unit() as unit:
        rows.enter(unit, ["one"], clock())
    with kit.db.writing() as unit:
        assert rows.claim(unit, "one", "dead", now=clock(), period=timedelta(minutes=1))
    tick(one)
    assert calls.workers == []
    clock.at += LEASE
    tick(one)
    assert calls.workers == [one.worker]


def test_one_bad_job_stops_no_other(
    kit: Kit, clock: Time, start: Callable[..., Clock], caplog: pytest.LogCaptureFixture
) -> None:
    calls = Calls()
    both = start(Job("bad", PERIOD, "…", bad), Job("good", PERIOD, "…", calls))
    for _ in range(3):
        tick(both)
        clock.wait("1分钟")
    assert len(calls.workers) == 3
    failed = standing(kit, "bad")
    assert failed.result == "失败：ValueError，经过见日志"
    assert failed.good_at is None
    assert [record.levelname for record in caplog.records if "bad" in record.message] == ["ERROR"], "told once"


def test_a_failure_in_words_is_kept_in_words(kit: Kit, start: Callable[..., Clock]) -> None:
    def fail(shift: Shift) -> str:
        raise Failed("微信不认这个 AppSecret")

    tick(start(Job("one", PERIOD, "…", fail)))
    assert standing(kit, "one").result == "微信不认这个 AppSecret"
    assert standing(kit, "one").good_at is None


def test_what_all_clocks_run_each_runs(kit: Kit, start: Callable[..., Clock]) -> None:
    calls = Calls("发送 1")
    clocks = [start(Job("deliver", 1, "…", calls, beside=True)) for _ in range(2)]
    tick(*clocks)
    assert len(set(calls.workers)) == 2
    assert standing(kit, "deliver").result == "发送 1"


def test_a_database_that_is_down_is_waited_for(
    kit: Kit, start: Callable[..., Clock], monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    calls = Calls()
    one = start(Job("one", PERIOD, "…", calls))

    def refuse() -> Any:
        raise Unavailable("gone")

    with monkeypatch.context() as patched:
        patched.setattr(kit.db, "unit", refuse)
        for _ in range(3):
            tick(one)
    assert [record.message for record in caplog.records] == ["job tick: the database: gone"]
    tick(one)
    assert calls.workers


def test_a_stopped_clock_starts_nothing_and_holds_nothing(
    kit: Kit, clock: Time, start: Callable[..., Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.clock._LAST_WORK", 0.05)
    done = threading.Event()
    one = start(Job("slow", PERIOD, "…", lambda shift: str(done.wait(PATIENT))))
    one.tick()
    while one.worker != standing(kit, "slow").worker:
        pass
    one.stop()
    assert not standing(kit, "slow").running(clock())
    one.tick()
    done.set()
    one.join(PATIENT)
    assert standing(kit, "slow").ended_at is None, "who gave it back writes nothing any more"


def test_a_clock_stopped_while_it_starts_a_job_waits_for_the_job(
    kit: Kit, clock: Time, start: Callable[..., Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls, starting, on, begin = Calls(), threading.Event(), threading.Event(), threading.Thread.start
    one = start(Job("one", PERIOD, "…", calls))

    def held(thread: threading.Thread) -> None:
        if thread.name == "job-one":
            starting.set()
            on.wait(PATIENT)
        begin(thread)

    monkeypatch.setattr(threading.Thread, "start", held)
    ticking = threading.Thread(target=one.tick)
    ticking.start()
    assert starting.wait(PATIENT)
    threading.Timer(0.05, on.set).start()
    one.stop()
    assert calls.workers == [one.worker]
    assert not standing(kit, "one").running(clock())
    ticking.join(PATIENT)


def test_a_clock_stopped_while_it_looks_starts_nothing(
    kit: Kit, start: Callable[..., Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    calls, look = Calls(), Clock._is_wanted
    one = start(Job("one", PERIOD, "…", calls))

    def stopped(clock: Clock, *given: Any) -> bool:
        wanted = look(clock, *given)
        clock.stop()
        return wanted

    monkeypatch.setattr(Clock, "_is_wanted", stopped)
    tick(one)
    assert calls.workers == []


def test_run_now(clock: Time, start: Callable[..., Clock]) -> None:
    calls = Calls()
    one = start(Job("one", PERIOD, "…", calls))
    tick(one)
    assert (again := one.run_now("one"))
    assert again.result == "做了"
    assert len(calls.workers) == 2


def test_a_scheduler_that_sleeps_too_long_is_woken(
    start: Callable[..., Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after the host's clock was set back: APScheduler waits for a time that is hours away."""
    monkeypatch.setattr("handlers.clock._TICK", 0.05)
    monkeypatch.setattr("handlers.clock._DEAF", 0.3)
    ran = threading.Event()
    one = start(Job("one", 0.05, "…", lambda shift: str(ran.set()), beside=True))
    one.start()
    assert ran.wait(PATIENT)
    scheduler = one._scheduler
    scheduler.modify_job("tick", next_run_time=scheduler.get_job("tick").next_run_time + timedelta(hours=2))
    one.join(PATIENT)
    ran.clear()
    assert ran.wait(PATIENT)
    one.stop()


def test_every_job_runs(kit: Kit, start: Callable[..., Clock]) -> None:
    ticking = start(*JOBS)
    tick(ticking)
    with kit.db.unit() as unit:
        known = rows.standings(unit)
    assert {name: each.good_at is not None for name, each in known.items()} == dict.fromkeys(
        (job.name for job in JOBS), True
    ), {name: each.result for name, each in known.items()}


def test_names_and_results_fit_their_row() -> None:
    assert all(len(job.name) <= 32 for job in JOBS)
    assert len({job.name for job in JOBS}) == len(JOBS)


def test_whoever_stops_the_watch_may_close_what_it_looks_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("handlers.clock._LAST_LOOK", PATIENT)
    looking, done, closed = threading.Event(), threading.Event(), threading.Event()
    used_when_closed = []

    def look() -> None:
        looking.set()
        done.wait(PATIENT)
        used_when_closed.append(closed.is_set())

    stop = watch(look, 0.001)
    assert looking.wait(PATIENT)
    threading.Timer(0.05, done.set).start()
    stop()
    closed.set()
    assert used_when_closed
    assert not any(used_when_closed)


@pytest.mark.parametrize("minutes", [1, 30, 600])
def test_what_fell_due_while_nothing_ran_is_sent_or_ends_with_the_reason(
    kit: Kit, clock: Time, start: Callable[..., Clock], minutes: int
) -> None:
    """Of three events one starts before the clocks are back, one soon after, one long after."""
    down = timedelta(minutes=minutes)
    starts = {"oBefore": down - timedelta(seconds=30), "oSoon": down + timedelta(minutes=1), "oLong": timedelta(days=1)}
    with kit.db.writing() as unit:
        events = Events(unit)
        for openid, begins in starts.items():
            lead = "1d" if openid == "oLong" else "2m" if minutes > 1 else "1m"
            new = NewEvent("演示活动", starts_at=clock.at + begins + timedelta(minutes=2), remind=lead)
            made = events.add(new, now=clock())
            events.open(made, now=clock())
            events.sign_up(made, openid, remind=True, now=clock())
            People(unit).follow(openid, scene="", now=clock())
    clock.at += down + timedelta(minutes=2)
    ticking = start(*JOBS)
    tick(ticking)
    ticking.run_now("deliver")
    with kit.db.unit() as unit:
        rows = unit.session.scalars(select(ReminderRow)).all()
        owed = unit.session.scalars(select(OutboxRow)).all()
        states = {row.openid: (row.state, row.reason) for row in rows}
    assert states["oBefore"] == ("expired", "活动已经开始")
    assert {states[openid][0] for openid in ("oSoon", "oLong")} == {"queued"}
    assert {row.openid: row.state for row in owed}.keys() == {"oSoon", "oLong"}
    assert "due" not in {row.state for row in owed}


def test_from_the_middle_of_november_it_is_told_where_to_bring_in_the_next_year(
    kit: Kit, clock: Time, start: Callable[..., Clock]
) -> None:
    ticking = start(*JOBS)
    for day, told in ((14, "节假日齐全"), (15, "flask calendar import 2027 文件")):
        clock.at = datetime(2026, 11, day, 2, 0, tzinfo=UTC)
        standing = ticking.run_now("calendar")
        assert standing is not None
        assert told in standing.result
