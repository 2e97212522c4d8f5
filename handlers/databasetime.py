"""The time by which jobs are due: the database server's, where there is one.

All clocks then agree, whatever their hosts think, and a host whose clock is set by hours sends nothing early. Between
two questions the machine's monotonic clock carries it on. SQLite has only its host's clock.
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


class DatabaseTime:
    """Calling it asks nobody. `host` tells the time where the database has none, or has told none yet."""

    def __init__(self, database: Database, host: Callable[[], datetime]) -> None:
        self._database, self._host = database, host
        self._asked = -_ASK_EVERY
        self._known: tuple[datetime, float] | None = None  # the server's time, and ours when it told it
        self._told = False

    def __call__(self) -> datetime:
        if self._known is None:
            return self._host()
        said, at = self._known
        return said + timedelta(seconds=time.monotonic() - at)

    def ask(self) -> None:
        """Ask the server, if it was not asked just now. Raises Unavailable."""
        if time.monotonic() - self._asked < _ASK_EVERY:
            return
        said = self._database.time()
        self._asked = time.monotonic()
        if said is not None:
            self._known = said, self._asked
            self._compare(self._host() - said)

    def _compare(self, off: timedelta) -> None:
        wrong = abs(off) > _TOLERATED
        if wrong and not self._told:
            _log.error("this host's clock is %.0f s off the database's: set it right", off.total_seconds())
        self._told = wrong
