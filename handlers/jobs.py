"""What happens by itself, and how often. Wording of results: Chinese and short, `flask clock status` prints them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import NamedTuple

from bot.kit import Kit
from bot.pipeline import Pipeline


class Shift(NamedTuple):
    """Who runs a job, and with what. `kit.now` is the clock's own time: see handlers/databasetime.py."""

    kit: Kit
    pipeline: Pipeline
    worker: str  # this clock, unlike every other


@dataclass(frozen=True)
class Job:
    """`run` returns what it did, or raises: then it has failed and comes again at its next time.

    `beside`: every clock runs it on its own, for it claims rows by itself; else one clock at a time does.
    """

    name: str
    seconds: float
    what: str
    run: Callable[[Shift], str]
    beside: bool = False

    @property
    def period(self) -> timedelta:
        return timedelta(seconds=self.seconds)


def _resume(shift: Shift) -> str:
    return f"补完 {count} 条" if (count := shift.pipeline.resume()) else "没有要补的"


JOBS = (Job("resume", 10, "把先回了 success、进程却中途死掉的消息做完", _resume),)
