"""Short keys with a life: one contract, in this process or in Redis, and the fallback between the two.

Only what may be lost lives here: token copies, rate limits, cached sums, locks that save work. Rows are the truth.
Memory is therefore allowed to forget everything at any moment, and no caller may need more than that.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import NamedTuple, Protocol, TypeVar

from cachetools import TLRUCache

log = logging.getLogger(__name__)
T = TypeVar("T")


class MemoryDown(Exception):
    """The store behind a memory does not answer. Only RedisMemory raises it; FallbackMemory never does."""


class Memory(Protocol):
    """The contract. Keys and values are text; `seconds` is the life of a key and must be positive.

    While Redis fails, FallbackMemory fails OPEN in every method: each process then remembers on its own. Whoever
    must fail closed (a log-in limit, say) asks a row in the database instead.
    """

    def get(self, key: str) -> str | None:
        """The value, or None when there is none or its life is over. Open: as if it had been forgotten."""

    def many(self, keys: Sequence[str]) -> list[str | None]:
        """`get` of each, in their order, at the price of one. Open: as if they had been forgotten."""

    def set(self, key: str, value: str, seconds: float) -> None:
        """Keep a value, replacing an older one and its life. Open: other processes do not see it."""

    def add(self, key: str, value: str, seconds: float) -> bool:
        """Keep a value unless there is one; True for exactly one of any number of callers. ATOMIC.

        Open: True once in each process, and again after Redis is back.
        """

    def count(self, key: str, seconds: float) -> int:
        """Count one more and say the sum; the life begins with the first. ATOMIC. Open: sums of this process."""

    def delete(self, key: str) -> None:
        """Forget a key; no fault when there is none. Open: Redis may still hold it when it is back."""

    def take(self, key: str, seconds: float) -> str | None:
        """Try once to take a lock: a token for `release`, or None when somebody has it. Open: as `add`."""

    def release(self, key: str, token: str) -> None:
        """Give back a lock if it is still ours. Open: nothing happens, the lock ends with its life."""

    @contextmanager
    def lock(self, key: str, seconds: float) -> Iterator[bool]:
        """`with memory.lock("jobs", 30) as ours:` never waits; `ours` says whether to do the work."""
        token = self.take(key, seconds)
        try:
            yield token is not None
        finally:
            if token is not None:
                # The work inside is done; an unreachable store must not turn it into a failure.
                with suppress(MemoryDown):
                    self.release(key, token)


class _Kept(NamedTuple):
    value: str
    until: float


class DictMemory(Memory):
    """In this process, for threads. When `size` keys are alive, the one unused for longest is forgotten."""

    def __init__(self, size: int = 100_000, timer: Callable[[], float] = time.monotonic) -> None:
        self._timer = timer
        self._guard = threading.RLock()
        self._kept: TLRUCache[str, _Kept] = TLRUCache(size, lambda _key, kept, _now: kept.until, timer)

    def get(self, key: str) -> str | None:
        with self._guard:
            kept = self._kept.get(key)
        return None if kept is None else kept.value

    def many(self, keys: Sequence[str]) -> list[str | None]:
        with self._guard:
            found = [self._kept.get(key) for key in keys]
        return [None if kept is None else kept.value for kept in found]

    def set(self, key: str, value: str, seconds: float) -> None:
        with self._guard:
            self._kept[key] = _Kept(value, self._timer() + positive(seconds))

    def add(self, key: str, value: str, seconds: float) -> bool:
        with self._guard:
            if key in self._kept:
                return False
            self.set(key, value, seconds)
            return True

    def count(self, key: str, seconds: float) -> int:
        with self._guard:
            # Asked for once: a life may end between two looks.
            kept = self._kept.get(key) or _Kept("0", self._timer() + positive(seconds))
            total = int(kept.value) + 1
            self._kept[key] = kept._replace(value=str(total))
            return total

    def delete(self, key: str) -> None:
        with self._guard:
            self._kept.pop(key, None)

    def take(self, key: str, seconds: float) -> str | None:
        token = secrets.token_hex(8)
        return token if self.add(key, token, seconds) else None

    def release(self, key: str, token: str) -> None:
        with self._guard:
            if self.get(key) == token:
                self.delete(key)


class FallbackMemory(Memory):
    """Redis while it answers, this process while it does not; no call ever raises for it.

    After a failure nobody asks Redis for `pause` seconds, then one call tries while the others stay local. It is
    logged once when it begins and once when it is over.
    """

    def __init__(
        self, shared: Memory, local: Memory, pause: float = 1.0, timer: Callable[[], float] = time.monotonic
    ) -> None:
        self._shared, self._local = shared, local
        self._pause, self._timer = pause, timer
        self._guard = threading.Lock()
        self._failing = False
        self._ask_again = 0.0

    @property
    def failing(self) -> bool:
        """Whether the last answer came from this process because Redis gave none."""
        return self._failing

    def get(self, key: str) -> str | None:
        return self._first(lambda memory: memory.get(key))

    def many(self, keys: Sequence[str]) -> list[str | None]:
        return self._first(lambda memory: memory.many(keys))

    def set(self, key: str, value: str, seconds: float) -> None:
        self._first(lambda memory: memory.set(key, value, seconds))

    def add(self, key: str, value: str, seconds: float) -> bool:
        return self._first(lambda memory: memory.add(key, value, seconds))

    def count(self, key: str, seconds: float) -> int:
        return self._first(lambda memory: memory.count(key, seconds))

    def delete(self, key: str) -> None:
        self._local.delete(key)  # written during a failure, it must not come back in the next one
        self._first(lambda memory: memory.delete(key))

    def take(self, key: str, seconds: float) -> str | None:
        return self._first(lambda memory: memory.take(key, seconds))

    def release(self, key: str, token: str) -> None:
        # The token is in one of the two; tokens are unique, so asking both harms nobody.
        self._local.release(key, token)
        self._first(lambda memory: memory.release(key, token))

    def _first(self, call: Callable[[Memory], T]) -> T:
        if self._may_ask():
            try:
                answer = call(self._shared)
            except MemoryDown as fault:
                self._note_failure(fault)
            else:
                self._note_answer()
                return answer
        return call(self._local)

    def _may_ask(self) -> bool:
        if not self._failing:
            return True
        with self._guard:
            if self._timer() < self._ask_again:
                return False
            self._ask_again = self._timer() + self._pause  # this call is the one that tries
            return True

    def _note_failure(self, fault: MemoryDown) -> None:
        with self._guard:
            self._ask_again = self._timer() + self._pause
            first, self._failing = not self._failing, True
        if first:
            log.warning("Redis does not answer, each process remembers on its own until it does: %s", fault)

    def _note_answer(self) -> None:
        if not self._failing:
            return
        with self._guard:
            healed, self._failing = self._failing, False
        if healed:
            log.info("Redis answers again")


def positive(seconds: float) -> float:
    """A life as it must be; raises ValueError."""
    if seconds <= 0:
        raise ValueError("the life of a key must be positive")
    return seconds
