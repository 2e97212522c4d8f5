"""The rules of the hotline desk as their file states them: times, who gets what, sending back, ratings."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple, get_args

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field

from config import document

Kind = Literal["question", "help", "complaint", "suggestion", "unpaid", "agency", "rectify"]
Urgency = Literal["normal", "urgent", "emergency"]
_SPAN = re.compile(r"(\d{1,5})\s*(工作分钟|工作日|分钟|小时|天)")
_WALL = ((1440, "天"), (60, "小时"), (1, "分钟"))
_LONGEST = {"minutes": 60 * 24 * 90, "days": 250, "wall": 1440 * 365}  # a year, about: more is a slip of the pen
NOBODY = "unknown"  # the unit of office.yaml for what names none


class Span(NamedTuple):
    """`unit`: minutes | days of working time, or wall minutes (a clock that also runs at night)."""

    amount: int
    unit: Literal["minutes", "days", "wall"]

    @property
    def told(self) -> str:
        """As the file has it: 2工作日, 24小时."""
        if self.unit != "wall":
            return f"{self.amount}{'工作日' if self.unit == 'days' else '工作分钟'}"
        fits = [(size, word) for size, word in _WALL if self.amount % size == 0]
        size, word = fits[self.amount == fits[0][0] == 1440]  # 24小时 rather than 1天
        return f"{self.amount // size}{word}"


def _span(value: Any) -> Span:
    found = _SPAN.fullmatch(value) if isinstance(value, str) else None
    if found is None or not int(found[1]):
        raise ValueError(f"“{value}”不是时限; 写成 30工作分钟、2工作日、15分钟、24小时 或 7天")
    amount, unit = int(found[1]), found[2]
    if unit.startswith("工作"):
        span = Span(amount, "minutes" if unit == "工作分钟" else "days")
    else:
        span = Span(amount * {word: size for size, word in _WALL}[unit], "wall")
    if span.amount > _LONGEST[span.unit]:
        raise ValueError(f"“{value}”太长; 检查是不是多写了一位")
    return span


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


def load_desk(path: Path, units: Collection[str] = ()) -> DeskRules:
    """Raises BadFile with line and cure. `units`: those of office.yaml, which routes have to name; empty: any."""
    rules = document.load(path, DeskRules)
    for where, problem, cure in _faults(rules, units):
        raise document.read(path).fault(where, problem, cure)
    return rules


_Fault = tuple[tuple[str | int, ...], str, str]


def _faults(rules: DeskRules, units: Collection[str]) -> Iterator[_Fault]:
    yield from _times(rules)
    for number, route in enumerate(rules.routes):
        yield from _route(rules.routes[:number], route, number, units)
    again, close = rules.rating.again, rules.rating.close
    if again.unit == close.unit and again.amount >= close.amount:
        yield ("rating", "close"), "不比 again 晚", "办结要晚于第二次邀请"


def _times(rules: DeskRules) -> Iterator[_Fault]:
    usual = rules.times.get("default", Times())
    for name in ("accept", "first", "resolve"):
        if getattr(usual, name) is None:
            yield ("times", "default"), f"没有写 {name}", "default 里三项都要写：accept、first、resolve"
    each: list[tuple[str, str, Times]] = [("times", kind, times) for kind, times in rules.times.items()]
    each += [("urgencies", urgency, times) for urgency, times in rules.urgencies.items()]
    for part, name_of, own in each:
        where, times = (part, name_of), own.over(usual)
        for name in ("accept", "first"):
            early, last = getattr(times, name), times.resolve
            if early and last and early.unit == last.unit and early.amount > last.amount:
                yield where, f"{name} 比 resolve 还长", "受理、第一次答复不能晚于办结"


def _route(before: tuple[Route, ...], route: Route, number: int, units: Collection[str]) -> Iterator[_Fault]:
    named = {"unit": [route.unit], "helpers": [*route.helpers]}
    for field, ids in named.items():
        for id_ in ids:
            if units and (id_ not in units or id_ == NOBODY):
                known = "、".join(unit for unit in units if unit != NOBODY)
                yield ("routes", number, field), f"office.yaml 里没有单位 {id_}", f"可以写：{known}"
    if route.unit in route.helpers:
        yield ("routes", number, "helpers"), "主办单位又写成了协办", "从 helpers 里去掉"
    for earlier, other in enumerate(before, 1):
        if _covers(other.kinds, route.kinds) and _covers(other.topics, route.topics):
            yield ("routes", number), f"永远轮不到：第 {earlier} 条已经包住了它", "把更具体的写在前面"


def _covers(wide: tuple[str, ...], narrow: tuple[str, ...]) -> bool:
    return not wide or (bool(narrow) and set(narrow) <= set(wide))


KINDS: tuple[str, ...] = get_args(Kind)
