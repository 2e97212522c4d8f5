"""Whoever says something in our words: a talk's Context, or a page that has no talk."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.kit import Kit


class Speaker(Protocol):
    """What wording needs to know: the house, the time, and the phrases."""

    @property
    def kit(self) -> Kit: ...

    @property
    def now(self) -> datetime: ...

    def phrase(self, key: str, /, **values: object) -> str: ...


@dataclass(frozen=True, slots=True)
class Voice:
    """A Speaker for one request."""

    kit: Kit
    now: datetime

    def phrase(self, key: str, /, **values: object) -> str:
        return self.kit.library.phrase(key, **values)
