"""The emulator's clock: the real one, and how far it was set ahead.

Everything with an end at Tencent's (tokens, windows, codes, media, consents, days) follows this clock. Callbacks do
not: a bot refuses a CreateTime or signature that its own clock does not know, and that clock cannot be moved from here.
"""

from __future__ import annotations

from collections.abc import Callable

MOST = 3650 * 86_400


class Clock:
    """Call it for the time in seconds. It only ever goes forward."""

    def __init__(self, real: Callable[[], float]) -> None:
        self._real = real
        self.ahead = 0

    def __call__(self) -> float:
        return self._real() + self.ahead

    def jump(self, seconds: int) -> None:
        self.ahead = min(self.ahead + max(seconds, 0), MOST)
