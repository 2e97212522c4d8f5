"""Lists a page at a time, when all of it is at hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from handlers.miniapp.refusals import Refused
from handlers.miniapp.shapes import From

T = TypeVar("T")


def cut(rows: Sequence[T], asked: From, name: Callable[[T], str]) -> tuple[Sequence[T], str | None]:
    """The rows behind the one called `asked.after`, and the name to go on behind; None: those were the last.

    Refused 422 when there is no such row (any more).
    """
    start = 0
    if asked.after:
        start = 1 + next((at for at, row in enumerate(rows) if name(row) == asked.after), -1)
        if not start:
            raise Refused(422, "invalid", "列表有更新，请从头再看", "after")
    some = rows[start : start + asked.limit]
    return some, name(some[-1]) if start + len(some) < len(rows) else None
