"""A clock that is stopped: what it has in hand is brought to an end, and nothing else is begun."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from bot.kit import Kit
from handlers.clock import Clock
from handlers.jobs import JOBS
from outgoing import owe, row
from ticking import PATIENT


def test_whoever_stops_a_clock_may_close_what_a_tick_looks_at(
    start: Callable[..., Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.clock._LAST_LOOK", PATIENT)
    looking, on, closed, look = threading.Event(), threading.Event(), threading.Event(), Clock._known
    used_when_closed = []

    def held(clock: Clock) -> Any:
        looking.set()
        on.wait(PATIENT)
        used_when_closed.append(closed.is_set())
        return look(clock)

    one = start()
    monkeypatch.setattr(Clock, "_known", held)
    ticking = threading.Thread(target=one.tick)
    ticking.start()
    assert looking.wait(PATIENT)
    threading.Timer(0.05, on.set).start()
    one.stop()
    closed.set()
    ticking.join(PATIENT)
    assert used_when_closed == [False]


def test_what_is_being_sent_is_sent_and_the_rest_is_left_to_others(
    kit: Kit, start: Callable[..., Clock], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("handlers.clock._LAST_WORK", 0.05)
    numbers = [owe(kit, f"o{each}") for each in range(9)]  # more than the lanes there are, and than one claims
    sending, on = threading.Event(), threading.Event()
    send = kit.wechat.send_template

    def held(*given: Any, **named: Any) -> Any:
        sending.set()
        on.wait(PATIENT)
        return send(*given, **named)

    monkeypatch.setattr(kit.wechat, "send_template", held)
    one = start(*(job for job in JOBS if job.name == "deliver"))
    one.tick()
    assert sending.wait(PATIENT)
    one.stop()
    on.set()
    one.join(PATIENT)
    rows = [row(kit, number) for number in numbers]
    assert {each.state for each in rows} == {"sent", "due"}, "what is leased waits until its lease is over"
    assert {(each.state, each.tries) for each in rows} == {("sent", 1), ("due", 0)}
