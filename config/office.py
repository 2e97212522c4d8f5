"""The office as its file states it: names, hotline, weekly hours, units. What the district has not said is None."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from config import document

WEEK = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|(24):(00)")


class Frame(NamedTuple):
    """One stretch of duty, in minutes since midnight; `end` itself is no longer on duty."""

    start: int
    end: int


def _minutes(text: Any) -> int:
    found = _TIME.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        raise ValueError(f"{text!r} is not a time; write HH:MM such as 09:00（时间写成 09:00）")
    hour, minute = (part for part in found.groups() if part is not None)
    return int(hour) * 60 + int(minute)


def _frames(value: Any) -> tuple[Frame, ...]:
    if not isinstance(value, list) or not all(isinstance(pair, list) and len(pair) == 2 for pair in value):
        raise ValueError('is no list of times; write [["09:00", "12:00"]], or [] for a day off（休息日写 []）')
    frames = tuple(Frame(_minutes(start), _minutes(end)) for start, end in value)
    edges = [edge for frame in frames for edge in frame]
    if any(edge >= following for edge, following in pairwise(edges)):
        raise ValueError("times overlap or run backwards; let them rise through the day（时段要先后有序）")
    return frames


def _known(value: Any) -> Any:
    return None if value == "unknown" else value


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


Frames = Annotated[tuple[Frame, ...], BeforeValidator(_frames)]
Text = Annotated[str, Field(min_length=1, max_length=200)]
Phone = Annotated[str, Field(pattern=r"^\+?[0-9][0-9 -]{2,19}$")]


class Unit(_Part):
    """A member unit (成员单位); its id stands in answers, items and tickets."""

    name: Text
    duty: Text


class Hotline(_Part):
    """None for `phone` or `hours`: not published yet, and the bot says so. `general` is the city's own line."""

    name: Text
    phone: Annotated[Phone | None, BeforeValidator(_known)]
    hours: Annotated[Text | None, BeforeValidator(_known)]
    general: Phone


class Hours(_Part):
    """The week. `makeup` is the plan of a 调休 workday on a day that is usually off; Monday's unless stated."""

    confirmed: bool
    monday: Frames
    tuesday: Frames
    wednesday: Frames
    thursday: Frames
    friday: Frames
    saturday: Frames
    sunday: Frames
    makeup: Frames = ()

    def week(self) -> tuple[tuple[Frame, ...], ...]:
        return tuple(getattr(self, name) for name in WEEK)

    @model_validator(mode="after")
    def _some_duty(self) -> Hours:
        if not any(self.week()):
            raise ValueError("no day has hours; give at least one day（至少一天要有时段）")
        return self


class Day(_Part):
    """One date that differs from the calendar: `work` or `rest`, and the name people know it by."""

    kind: Literal["work", "rest"]
    name: Text


class Office(_Part):
    """`days` overrides the national calendar; `years` are those whose every holiday stands in `days`."""

    district: Text
    account: Text
    site: Text
    hotline: Hotline
    hours: Hours
    units: dict[str, Unit] = Field(min_length=1)
    days: dict[date, Day] = Field(default_factory=dict)
    years: frozenset[int] = frozenset()

    @property
    def hours_confirmed(self) -> bool:
        """Whether the district itself has confirmed the hours; until then an answer must say so."""
        return self.hours.confirmed


def load_office(path: Path) -> Office:
    """Read the office's file; BadFile names file, line, field and cure, and the caller keeps the last good office."""
    return document.load(path, Office)
