"""How the console's templates write times and texts: `when`, `moment`, `day`, `span`, `lasting`,
`masked`, `hidden_name`, `rich`."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any

import nh3
from markupsafe import Markup, escape

from bot.private import masked
from handlers.console.wording import UNREADABLE
from models.base import OFFICE

_LINK = re.compile(r"https?://[^\s<>\"'，。；、！？（）【】《》“”]+")
DIGITS = 7  # fewer are no telephone number
_SAFE = {"a": {"href"}, "br": set[str]()}


def made(now: Callable[[], datetime]) -> dict[str, Callable[..., Any]]:
    """The filters by their names. Times are aware and shown as the office has them."""
    return {
        "when": lambda at: when(at, now()),
        "moment": moment,
        "day": day,
        "span": span,
        "lasting": lasting,
        "hidden_name": hidden_name,
        "masked": masked,
        "rich": rich,
    }


def when(at: datetime | None, now: datetime) -> Markup:
    """今天 14:05, 昨天 09:10, 11-20 16:30, 2025-12-31 16:30; the whole moment is in its title."""
    if at is None:
        return Markup("")
    local, today = at.astimezone(OFFICE), now.astimezone(OFFICE).date()
    days = (today - local.date()).days
    words = {0: "今天 ", 1: "昨天 ", -1: "明天 "}.get(days)
    if words is None:
        words = local.strftime("%m-%d " if local.year == today.year else "%Y-%m-%d ")
    shown = words + local.strftime("%H:%M")
    return Markup('<time datetime="{}" title="{}">{}</time>').format(local.isoformat(), moment(at), shown)


def moment(at: datetime | None) -> str:
    return at.astimezone(OFFICE).strftime("%Y-%m-%d %H:%M:%S") if at else ""


def day(at: datetime | date | None) -> str:
    if isinstance(at, datetime):
        at = at.astimezone(OFFICE).date()
    return at.isoformat() if at else ""


def span(minutes: int | None) -> str:
    """Minutes of working time or of the wall clock, as a chip says them: 0:45, 36:12; "" for None."""
    if minutes is None:
        return ""
    hours, rest = divmod(abs(int(minutes)), 60)
    return f"{'-' if minutes < 0 else ''}{hours}:{rest:02}"


def lasting(minutes: int, of_day: int) -> str:
    """Minutes as 2:05, or from a day on as 3天2时; 超2:05 when they are over. `of_day`: the minutes that are a day."""
    days, rest = divmod(abs(minutes), of_day)
    hours = f"{rest // 60}时" if rest >= 60 else ""
    return ("超" if minutes < 0 else "") + (f"{days}天{hours}" if days else span(rest))


def ending_of(contact: str) -> str:
    """The last four digits of a telephone number; empty when it is none."""
    digits = "".join(filter(str.isdigit, contact))
    return digits[-4:] if len(digits) >= DIGITS else ""


def hidden_name(name: str) -> str:
    """林晓 -> 林*: enough to tell two people in a list apart."""
    if name == UNREADABLE:
        return name
    name = name.removeprefix("演示·")
    return f"{name[:1]}{'*' * min(2, max(1, len(name) - 1))}" if name else ""


def rich(text: str) -> Markup:
    """What somebody wrote, with its lines kept and web addresses made links; nothing else in it is markup."""
    found = "".join(_pieces(text)).replace("\n", "<br>")
    return Markup(  # noqa: S704 - what nh3 leaves is safe
        nh3.clean(found, tags=set(_SAFE), attributes=_SAFE, link_rel="noopener noreferrer nofollow")
    )


def _pieces(text: str) -> Iterable[str]:
    at = 0
    for link in _LINK.finditer(text):
        yield str(escape(text[at : link.start()]))
        yield str(Markup('<a href="{0}">{0}</a>').format(link[0]))
        at = link.end()
    yield str(escape(text[at:]))
