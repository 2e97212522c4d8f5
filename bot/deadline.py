"""Answer in time, or say `success` and owe the answer: decided once, between who works and who waits."""

from __future__ import annotations

import threading


class Deadline:
    """Shared by the thread that works and the thread that holds WeChat's connection.

    Exactly one of `settle` (the work is about to be committed, to be answered now) and `expire` (the wait is over, the
    answer will be owed) returns True first; the other then returns False.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._decided = ""
        self._abandoned = False

    def settle(self) -> bool:
        return self._decide("in time")

    def expire(self) -> bool:
        return self._decide("late")

    def reopen(self) -> None:
        """What settle() announced was not committed after all (somebody else was faster): it runs again."""
        with self._lock:
            if self._decided == "in time":
                self._decided = "late" if self._abandoned else ""

    def abandon(self) -> None:
        """Nobody waits any more, though it was settled: should it have to run again, it will be late."""
        with self._lock:
            self._abandoned = True
            self._decided = self._decided or "late"  # it runs again already

    def _decide(self, how: str) -> bool:
        with self._lock:
            self._decided = self._decided or how
            return self._decided == how
