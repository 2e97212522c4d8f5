"""What the tests of clocks share: jobs that note who ran them, and one tick of each clock."""

from __future__ import annotations

from bot.kit import Kit
from handlers.clock import Clock
from handlers.jobs import Shift
from models import job as rows
from models.job import Standing

PERIOD = 60
PATIENT = 60.0  # seconds; nothing here is about how fast this machine is


class Calls:
    """A job that notes who ran it."""

    def __init__(self, result: str = "做了") -> None:
        self.workers: list[str] = []
        self.result = result

    def __call__(self, shift: Shift) -> str:
        self.workers.append(shift.worker)
        return self.result


def bad(shift: Shift) -> str:
    raise ValueError("13800138000 said something secret")


def tick(*clocks: Clock) -> None:
    for clock in clocks:
        clock.tick()
    for clock in clocks:
        clock.join(PATIENT)


def standing(kit: Kit, name: str) -> Standing:
    with kit.db.unit() as unit:
        return rows.standings(unit)[name]
