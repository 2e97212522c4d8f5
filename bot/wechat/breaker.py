"""When nobody answers, asking every time only makes everybody wait."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable

_FAILURES = 5  # in a row
_CHANCE = secrets.SystemRandom()
_FIRST, _LONGEST = 2.0, 30.0  # seconds without a call


class Breaker:
    """After five failures in a row no calls for a short while, then one to try; each further failure doubles it.

    The while varies by half: processes that stopped together need not come back together.
    """

    def __init__(
        self,
        timer: Callable[[], float] = time.monotonic,
        chance: Callable[[], float] = _CHANCE.random,
    ) -> None:
        self._timer, self._chance = timer, chance
        self._guard = threading.Lock()
        self._failures = 0
        self._until = 0.0

    def wait(self) -> float:
        """Seconds until a call may be made; 0: make it now, and say how it went with good() or bad()."""
        with self._guard:
            now = self._timer()
            if self._failures < _FAILURES:
                return 0.0
            if now < self._until:
                return self._until - now
            self._until = now + _FIRST  # the others wait for how this one goes
            return 0.0

    def pause(self) -> float:
        """Seconds for which no calls are made now; 0: they are. Asks for no call, unlike `wait`."""
        with self._guard:
            return max(0.0, self._until - self._timer()) if self._failures >= _FAILURES else 0.0

    def good(self) -> None:
        with self._guard:
            self._failures = 0

    def bad(self) -> None:
        with self._guard:
            self._failures += 1
            if self._failures >= _FAILURES:
                seconds = min(_LONGEST, _FIRST * 2.0 ** min(self._failures - _FAILURES, 10))
                self._until = self._timer() + seconds * (0.5 + self._chance())
