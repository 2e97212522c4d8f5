"""The rules of the hotline desk as their file states them: times, who gets what, sending back, ratings."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from config import document

Kind = Literal["question", "help", "complaint", "suggestion", "unpaid", "agency", "rectify"]
Urgency = Literal["normal", "urgent", "emergency"]
_SPAN = re.compile(r"(\d{1,5})\s*(工作分钟|工作日|分钟|小时|天)")


class Span(NamedTuple):
    """`unit`: minutes | days of working time, or wall minutes (a clock that also runs at night)."""

    amount: int
    unit: Literal["minutes", "days", "wall"]


def _span(value: Any) -> Span:
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if found is None or not int(found[1]):
        raise ValueError(f"{value!r} is no time; write 30工作分钟, 2工作日, 15分钟, 24小时 or 7天（时限的写法）")
    amount, unit = int(found[1]), found[2]
    if unit.startswith("工作"):
        return Span(amount, "minutes" if unit == "工作分钟" else "days")
    return Span(amount * {"分钟": 1, "小时": 60, "天": 1440}[unit], "wall")


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


Time = Annotated[Span, BeforeValidator(_span)]


class Times(_Part):
    accept: Time | None = None
    first: Time | None = None
    resolve: Time | None = None

    def over(self, other: Times) -> Times:
        """What is set here, else what is set there."""
        return Times.model_construct(
            accept=self.accept or other.accept, first=self.first or other.first, resolve=self.resolve or other.resolve
        )


class Route(_Part):
    """Which kinds and topics go to which unit; empty: any."""

    kinds: tuple[Kind, ...] = ()
    topics: tuple[str, ...] = ()
    unit: str
    helpers: tuple[str, ...] = ()


class Rating(_Part):
    again: Time  # invited once more
    close: Time  # closed without a rating
    rectify: Time  # within which a low rating has to be made good
    callback: Time  # within which whoever rated low is rung up


class DeskRules(_Part):
    confirmed: bool
    times: dict[Literal["default"] | Kind, Times]
    urgencies: dict[Urgency, Times] = {}
    routes: tuple[Route, ...] = ()
    send_back: Time
    longest_extension: Annotated[int, Field(ge=1, le=60)]  # working days
    idle: Time  # a ticket its assignee leaves untouched for so long goes back to the pool
    turns: bool = False  # whether the clock gives what lies in the pool to those at the console
    rating: Rating

    def times_for(self, kind: str, urgency: str) -> Times:
        """By urgency first, then by kind, then the default."""
        own = self.times.get(kind, Times())  # type: ignore[call-overload]
        pressing = self.urgencies.get(urgency, Times())  # type: ignore[call-overload]
        found: Times = pressing.over(own).over(self.times["default"])
        return found

    def route(self, kind: str, topic: str) -> Route | None:
        """The first that fits."""
        fits = (r for r in self.routes if (not r.kinds or kind in r.kinds) and (not r.topics or topic in r.topics))
        return next(fits, None)


def load_desk(path: Path) -> DeskRules:
    """Raises BadFile with line and cure."""
    return document.load(path, DeskRules)
