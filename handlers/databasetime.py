"""The time by which jobs are due: the database server's, where there is one.

All clocks then agree, whatever their hosts think, and a host whose clock is set by hours sends nothing early. Between
two questions the machine's clock since its start carries it on, its sleep included. SQLite has only its host's clock.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable
from datetime import datetime, timedelta

from models.db import Database

_log = logging.getLogger("huicai.clock")
_ASK_EVERY = 10.0  # seconds
_TOLERATED = timedelta(seconds=60)  # between the host's clock and the server's
_JUMP = 5.0  # seconds by which the host's clock may differ from what has passed; more, and the server is asked at once


def seconds_passed() -> float:
    """Since the machine was started; its sleep counts where the system tells it."""
    boot = getattr(time, "CLOCK_BOOTTIME", None)
    return time.monotonic() if boot is None else time.clock_gettime(boot)


class DatabaseTime:
    """Calling it asks nobody. `host` tells the time where the database has none, or has told none yet; `passed` counts
    seconds, also those that the machine sleeps."""

    def __init__(
        self, database: Database, host: Callable[[], datetime], passed: Callable[[], float] = seconds_passed
    ) -> None:
        self._database, self._host, self._passed = database, host, passed
        self._asked: tuple[float, datetime] | None = None  # by our count, and by the host's clock
        self._known: tuple[datetime, float] | None = None  # the server's time, and ours when it told it
        self._told = False

    def __call__(self) -> datetime:
        if self._known is None:
            return self._host()
        said, at = self._known
        return said + timedelta(seconds=self._passed() - at)

    def ask(self) -> None:
        """Ask the server, if it was not asked just now. Raises Unavailable."""
        if self._is_fresh(self._passed(), self._host()):
            return
        said = self._database.time()
        self._asked = passed, host = self._passed(), self._host()
        if said is not None:
            self._known = said, passed
            self._compare(host - said)

    def _is_fresh(self, passed: float, host: datetime) -> bool:
        """A virtual machine that was stopped counted nothing; then its host's clock is set, and jumps."""
        if self._asked is None:
            return False
        since = passed - self._asked[0]
        return since < _ASK_EVERY and abs((host - self._asked[1]).total_seconds() - since) < _JUMP

    def _compare(self, off: timedelta) -> None:
        wrong = abs(off) > _TOLERATED
        if wrong and not self._told:
            _log.error("this host's clock is %.0f s off the database's: set it right", off.total_seconds())
        self._told = wrong
