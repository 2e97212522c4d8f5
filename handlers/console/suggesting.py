"""Entries that may answer a ticket, in words that a person can send."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from datetime import datetime
from typing import NamedTuple

from bot import footer
from bot.kit import Kit
from config.calendar import SHANGHAI
from knowledge.entry import Entry
from models.ticket import Ticket

SUGGESTIONS = 3
_ASKED = 200  # characters of a ticket that are looked up
# What only the bot says: how to go on with it, and what it cannot know.
_LEADS_ON = re.compile(r"回复“|问我")
_ITS_OWN = re.compile(rf"{_LEADS_ON.pattern}|我按|我再|我这里|我不[能敢好替会]")
_CLAUSE = re.compile(r"[^。！？；]*[。！？；]?")


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
        Suggestion(name, entry.question, round(100 * found[name]), spoken(kit, entry), cited(kit, entry, now))
        for name in best
        if found[name] >= kit.library.offers_from and (entry := kit.library.entry(name)) is not None
    ][:SUGGESTIONS]


def cited(kit: Kit, entry: Entry, now: datetime) -> str:
    """The line below an answer that says where it stands, as the bot writes it."""
    return footer.source_line(kit.library.phrase, entry.source, now.astimezone(SHANGHAI).date())


def spoken(kit: Kit, entry: Entry) -> str:
    """Its answer without what the bot says of itself; the whole when nothing else is in it."""
    whole = entry.answer.strip()
    text = _without(_ITS_OWN, whole) or _without(_LEADS_ON, whole) or whole
    if entry.unknown:
        text += "\n\n" + kit.library.phrase("citing.unknown", facts="、".join(entry.unknown))
    return text


def _without(left_out: re.Pattern[str], text: str) -> str:
    kept = (
        "".join(each for each in _CLAUSE.findall(line) if not left_out.search(each)).rstrip("；")
        for line in text.splitlines()
    )
    return "\n".join(line for line in kept if line.strip())


def _matched(kit: Kit, ticket: Ticket) -> Iterator[tuple[str, float]]:
    for said in dict.fromkeys((ticket.subject, ticket.detail[:_ASKED], f"{ticket.subject} {ticket.detail}"[:_ASKED])):
        yield from ((each.entry.id, each.score) for each in kit.library.search(said, SUGGESTIONS) if said.strip())
    try:
        tried = json.loads(ticket.tried or "[]")
        yield from [(str(name), float(score)) for name, score in tried]
    except (ValueError, TypeError):
        return  # an older way of writing it down
