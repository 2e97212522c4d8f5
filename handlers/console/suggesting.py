"""Entries that may answer a ticket, in words that a person can send."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from itertools import takewhile
from typing import NamedTuple

from bot import footer
from bot.kit import Kit
from config.calendar import SHANGHAI
from knowledge.entry import Entry
from models.ticket import Ticket

SUGGESTIONS = 3
_ASKED = 200  # characters of a ticket that are looked up
# What only the bot says: how to go on with it, and what it does itself. Where it knows nothing, nobody needs an 我.
_LEADS_ON = re.compile(
    r"回复(?:一次|给|数字|\s*[“0-9])|“(?:人工|登记|我的活动|我的工单|取消报名|不要提醒|退订|补充\s*|没解决|更多)”"
    r"|点(?:一?下|击|开|“|菜单)|菜单里|接着问|告诉我(?!们)|问我(?!们)|发(?:个|一下)?位置|(?:写|更新)在这里"
)
_ITS_OWN = re.compile(r"我(?![们区省市国])")
_PLAINLY = (
    (re.compile(r"我(?=[也都]?(?:[没不]|手上|这里|查到|只能|[答查给]不|对照不))|跟我(?=确认)|我的?(?=依据)"), ""),
    (re.compile(r"发给我(?!们)"), "发过来"),
    (re.compile(r"我只掌握"), "手上只有"),
    (re.compile(r"我的答复"), "机器人的答复"),
)
_CLAUSE = re.compile(r"([^。！？；]*)([。！？；]?)")
_HANGING = re.compile(r"(?:有了|等|要是|如果|您?想|您?要)|.*的$")  # what is nothing without its end


class Suggestion(NamedTuple):
    """`source`: the line a reply that cites it ends with. `score`: in per cent, as the bot's."""

    id: str
    question: str
    score: int
    text: str
    source: str


def suggestions(kit: Kit, ticket: Ticket, now: datetime) -> list[Suggestion]:
    """By the subject, by the detail, and by what the bot had found; none that the bot itself would not offer."""
    found: dict[str, float] = {}
    for name, score in _matched(kit, ticket):
        found[name] = max(score, found.get(name, 0.0))
    best = sorted(found, key=lambda name: -found[name])
    return [
        Suggestion(name, entry.question, round(100 * found[name]), text, cited(kit, entry, now))
        for name in best
        if found[name] >= kit.library.offers_from
        and (entry := kit.library.entry(name)) is not None
        and (text := spoken(kit, entry))
    ][:SUGGESTIONS]


def cited(kit: Kit, entry: Entry, now: datetime) -> str:
    """The line below an answer that says where it stands, as the bot writes it."""
    return footer.source_line(kit.library.phrase, entry.source, now.astimezone(SHANGHAI).date())


def spoken(kit: Kit, entry: Entry) -> str:
    """Its answer as a person says it; empty when the bot only speaks of itself."""
    lines = ("".join(_said(*each) for each in _CLAUSE.findall(_plainly(line))) for line in entry.answer.splitlines())
    text = "\n".join(re.sub("；$", "。", line) for line in lines if line.strip()).strip()
    if text and entry.unknown:
        text += "\n\n" + kit.library.phrase("citing.unknown", facts="、".join(entry.unknown))
    return text


def _plainly(line: str) -> str:
    for said, instead in _PLAINLY:
        line = said.sub(instead, line)
    return line


def _said(clause: str, end: str) -> str:
    """As far as it is not the bot's own."""
    if _LEADS_ON.search(clause):
        return ""
    parts = clause.split("，")
    kept = list(takewhile(lambda part: not _ITS_OWN.search(part), parts))
    whole = "，".join(kept)
    return "" if len(kept) < len(parts) and (not whole or _HANGING.match(whole)) else whole + end


def _matched(kit: Kit, ticket: Ticket) -> Iterator[tuple[str, float]]:
    for said in dict.fromkeys((ticket.subject, ticket.detail[:_ASKED], f"{ticket.subject} {ticket.detail}"[:_ASKED])):
        yield from ((each.entry.id, each.score) for each in kit.library.search(said, SUGGESTIONS) if said.strip())
    try:
        tried = json.loads(ticket.tried or "[]")
        yield from [(str(name), float(score)) for name, score in tried]
    except (ValueError, TypeError):
        return  # an older way of writing it down
