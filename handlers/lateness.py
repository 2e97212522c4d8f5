"""The dead man's switch: jobs that nobody has done for too long, told by everybody who serves."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.kit import Kit
from handlers.databasetime import DatabaseTime
from handlers.jobs import JOBS, Job
from models import job as rows
from models.db import Unavailable
from models.job import Standing

_log = logging.getLogger("huicai.clock")
_GRACE = timedelta(seconds=60)
_ASLEEP = timedelta(seconds=30)  # more time than this has passed without us
LOOK_EVERY = 20.0  # seconds


class Late(NamedTuple):
    """`good_at`: when it last ended well; None: never."""

    name: str
    good_at: datetime | None
    result: str


def late(
    jobs: Sequence[Job], known: Mapping[str, Standing], now: datetime, since: datetime | None = None
) -> list[Late]:
    """Jobs that have not ended well for twice their period and a minute; nobody looks back further than `since`."""
    found = []
    for job in jobs:
        standing = known.get(job.name)
        good_at = standing.good_at if standing else None
        seen = max(filter(None, (good_at, since)), default=None)
        if seen is None or now - seen > 2 * job.period + _GRACE:
            found.append(Late(job.name, good_at, standing.result if standing else ""))
    return found


class DeadMan:
    """Looks from the start of this process on: whoever starts first gives the clocks time to come up. So does whoever
    wakes from a sleep, for the clocks may have slept along. The time is that of the jobs, whatever our host thinks.

    `running` counts the seconds in which this machine is awake.
    """

    def __init__(self, kit: Kit, jobs: Sequence[Job] = JOBS, running: Callable[[], float] = time.monotonic) -> None:
        self._kit, self._jobs, self._running = kit, jobs, running
        self._time = DatabaseTime(kit.db, kit.now)
        self._since = self._seen = kit.now()
        self._ran = running()
        self._asked = False
        self._guard = threading.Lock()  # several may ask at once whether we are ready
        self._told: set[str] = set()

    def late(self) -> list[Late]:
        """Raises Unavailable."""
        self._time.ask()
        with self._kit.db.unit() as unit:
            known = rows.standings(unit)
        with self._guard:
            now = self._now()
        return late(self._jobs, known, now, self._since)

    def _now(self) -> datetime:
        now, ran = self._time(), self._running()
        if not self._asked:  # until here only the host had told the time
            off = now - self._kit.now()
            self._since, self._seen, self._asked = self._since + off, self._seen + off, True
        if now - self._seen > timedelta(seconds=ran - self._ran) + _ASLEEP:
            self._since = now
        self._seen, self._ran = now, ran
        return now

    def look(self) -> None:
        """Say it in the log, once a spell. To be called every LOOK_EVERY."""
        try:
            found = {each.name: each for each in self.late()}
        except Unavailable:
            return  # that is told where it hurts
        for name in found.keys() - self._told:
            _log.error("job %s is late: it last went well at %s (%s)", name, *found[name][1:])
        for name in self._told - found.keys():
            _log.info("job %s is on time again", name)
        self._told = set(found)
