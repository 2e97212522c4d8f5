"""Work on other threads, waited for no longer than wanted."""

from __future__ import annotations

import threading
from contextvars import ContextVar

import pytest

from bot.crew import Crew, NotYet

WHO = ContextVar("WHO", default="nobody")


@pytest.fixture
def crew():  # type: ignore[no-untyped-def]
    made = Crew(2)
    yield made
    made.close()


def test_results_and_errors_come_back(crew: Crew) -> None:
    assert crew.start(lambda: 5).result(10) == 5
    with pytest.raises(ZeroDivisionError):
        crew.start(lambda: 1 / 0).result(10)
    assert crew.start(lambda: 6).result(10) == 6


def test_who_does_not_wait_long_enough_may_ask_again(crew: Crew) -> None:
    go = threading.Event()
    job = crew.start(lambda: go.wait(30))
    with pytest.raises(NotYet):
        job.result(0.01)
    go.set()
    assert job.result(10)
    assert job.result(10)


def test_context_variables_come_along(crew: Crew) -> None:
    WHO.set("小林")
    assert crew.start(WHO.get).result(10) == "小林"


def test_closing_finishes_what_was_handed_in() -> None:
    crew, done = Crew(2), []
    for number in range(50):
        crew.start(lambda number=number: done.append(number))  # type: ignore[misc]
    crew.close()
    assert sorted(done) == list(range(50))
