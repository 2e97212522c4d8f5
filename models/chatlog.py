"""What a person and the bot said to each other, as staff read it beside a ticket. Reads only."""

from __future__ import annotations

import json
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select

from models.db import Unit
from models.message import MessageRow
from models.question import QuestionRow


class Tried(NamedTuple):
    """A question the bot heard in a message. `candidates`: (entry id, score), best first."""

    text: str
    decision: str  # sure | maybe | unknown | outside
    candidates: tuple[tuple[str, float], ...]
    answered: str
    verdict: str


class Exchange(NamedTuple):
    """One message and what was answered. Both texts are masked; `reply` None: nothing at once."""

    at: datetime
    kind: str
    text: str
    reply: str | None
    route: str
    tried: tuple[Tried, ...]


def between(unit: Unit, openid: str, since: datetime, until: datetime, most: int = 100) -> list[Exchange]:
    """The newest `most`, oldest first."""
    if not openid:
        return []
    columns = (MessageRow.key, MessageRow.received_at, MessageRow.kind, MessageRow.text, MessageRow.reply)
    query = select(*columns, MessageRow.route).where(
        MessageRow.openid == openid, MessageRow.received_at >= since, MessageRow.received_at <= until
    )
    rows = list(unit.execute(query.order_by(MessageRow.id.desc()).limit(most)))
    asked = _asked(unit, [row.key for row in rows])
    return [
        Exchange(row.received_at, row.kind, row.text, row.reply, row.route, tuple(asked.get(row.key, ())))
        for row in reversed(rows)
    ]


def _asked(unit: Unit, keys: list[str]) -> dict[str, list[Tried]]:
    query = select(QuestionRow).where(QuestionRow.message.in_(keys)).order_by(QuestionRow.message, QuestionRow.place)
    found: dict[str, list[Tried]] = {}
    for row in unit.session.scalars(query) if keys else ():
        candidates = tuple((str(entry), float(score)) for entry, score in json.loads(row.candidates or "[]"))
        found.setdefault(row.message, []).append(Tried(row.text, row.decision, candidates, row.answered, row.verdict))
    return found
