"""What we know of people as its file states it: why, what, how long, who sees it; what consents, retention and the
text for WeChat are made from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from config import document
from config.live import Live
from config.settings import Settings

PURPOSES = ("service", "phone", "news")  # asked for by the program: these must stand in the file
PERIODS = {"text": 3, "record": 7, "talk": 1, "form": 1, "upload": 1, "login": 1}  # of the retention job: least days
Text = Annotated[str, Field(min_length=1, max_length=500)]
Column = Annotated[str, Field(pattern=r"^[a-z_]+\.([a-z_0-9]+|\*)$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Purpose(_Part):
    """`version` rises when the words come to mean something else: people are asked anew then."""

    name: Text
    version: Annotated[int, Field(ge=1)]
    text: Text
    without: Text
    withdrawn: Text


class Period(_Part):
    """`days`, or in words until when (`told`)."""

    days: Annotated[int, Field(ge=1, le=36500)] | None = None
    told: str = ""


class Party(_Part):
    name: Text
    why: Text


class Erased(_Part):
    """In sentences: what is gone once somebody is forgotten, and what we keep all the same."""

    gone: Annotated[tuple[Text, ...], Field(min_length=1)]
    stays: Annotated[tuple[Text, ...], Field(min_length=1)]


class Kind(_Part):
    """A kind of data. `columns`: table.column of the database."""

    what: Text
    whose: Literal["talent", "staff"] = "talent"
    columns: Annotated[tuple[Column, ...], Field(min_length=1)]
    purposes: tuple[str, ...]
    why: Text
    keep: str
    seen: Annotated[tuple[Text, ...], Field(min_length=1)]
    shared: tuple[str, ...] = ()


class Inventory(_Part):
    """`plain`: columns without anything personal; `table.*` is all of a table."""

    purposes: dict[str, Purpose]
    keep: dict[str, Period]
    erased: Erased
    shared: dict[str, Party] = {}
    data: Annotated[tuple[Kind, ...], Field(min_length=1)]
    plain: tuple[Column, ...] = ()

    def days(self, period: str) -> int:
        """Of PERIODS."""
        return self.keep[period].days or 0

    def kept(self, period: str) -> str:
        """In words."""
        found = self.keep[period]
        return found.told.replace("{text}", str(self.days("text"))) or f"{found.days} 天"

    def version(self, purpose: str) -> int:
        """Which words of a purpose count now."""
        return self.purposes[purpose].version

    def untold(self, columns: Iterable[str]) -> list[str]:
        """Which of these nobody has said anything about."""
        told = {*self.plain, *(column for kind in self.data for column in kind.columns)}
        return [each for each in columns if each not in told and f"{each.partition('.')[0]}.*" not in told]

    def unknown(self, columns: Iterable[str]) -> list[str]:
        """What the file names and the database does not have."""
        there = set(columns)
        there |= {f"{each.partition('.')[0]}.*" for each in there}
        named = [*(column for kind in self.data for column in kind.columns), *self.plain]
        return [each for each in named if each not in there]


def load_privacy(path: Path, *, text: int = 0, record: int = 0) -> Inventory:
    """Raises BadFile with line and cure. `text`, `record`: days to be kept instead of the file's; 0: the file's."""
    inventory = document.load(path, Inventory)
    instead = {"text": text, "record": record}
    keep = inventory.keep | {name: Period(days=days) for name, days in instead.items() if days}
    inventory = inventory.model_copy(update={"keep": keep})
    for where, problem, cure in _faults(inventory):
        raise document.read(path).fault(where, problem, cure)
    return inventory


def privacy_of(settings: Settings) -> Live[Inventory]:
    """What PRIVACY_FILE says, with the days that the settings name instead."""
    text, record = settings.retain_text_days, settings.retain_record_days
    return Live(settings.privacy_file, lambda path: load_privacy(path, text=text, record=record))


_Fault = tuple[tuple[str | int, ...], str, str]


def _faults(inventory: Inventory) -> Iterator[_Fault]:
    for purpose in PURPOSES:
        if purpose not in inventory.purposes:
            yield ("purposes",), f"没有写 {purpose}", f"要写的用途：{'、'.join(PURPOSES)}"
    yield from _periods(inventory)
    seen: set[str] = set()
    for number, kind in enumerate(inventory.data):
        yield from _kind(inventory, kind, ("data", number))
        for column in kind.columns:
            if column in seen:
                yield ("data", number, "columns"), f"{column} 写了两遍", "只留一处"
            seen.add(column)
    for number, column in enumerate(inventory.plain):
        if column in seen:
            yield ("plain", number), f"{column} 在 data 里也写了", "只留一处"


def _periods(inventory: Inventory) -> Iterator[_Fault]:
    for name, period in inventory.keep.items():
        if (period.days is None) == (not period.told):
            yield ("keep", name), "days 和 told 要写一个，也只写一个", "写成 {days: 90} 或 {told: 一句话}"
    for name, least in PERIODS.items():
        period = inventory.keep.get(name, Period())
        if period.days is None or period.days < least:
            yield ("keep", name), f"至少 {least} 天", f"写成 {{days: {least}}} 或更多，或改 RETAIN_{name.upper()}_DAYS"
    if inventory.days("text") > inventory.days("record"):
        yield ("keep", "text"), "比 record 还长", "文字不能比记录留得久"


def _kind(inventory: Inventory, kind: Kind, where: tuple[str | int, ...]) -> Iterator[_Fault]:
    for name in kind.purposes:
        if name not in inventory.purposes:
            yield (*where, "purposes"), f"没有用途 {name}", f"可以写：{'、'.join(inventory.purposes)}"
    if kind.whose == "talent" and not kind.purposes:
        yield (*where, "purposes"), "没有写用途", "收人才的信息要有用途"
    if kind.keep not in inventory.keep:
        yield (*where, "keep"), f"没有期限 {kind.keep}", f"可以写：{'、'.join(inventory.keep)}"
    for name in kind.shared:
        if name not in inventory.shared:
            yield (*where, "shared"), f"没有写明 {name} 是谁", "在 shared 里补上"
