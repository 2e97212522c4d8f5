"""What a person and the bot said to each other, as staff read it. Reads only.

Who may not see a ticket must not read it in the chat either. So a unit reads what led to a ticket of theirs, and the
hotline what was said since as well; of people with a ticket that is kept from the actor nobody reads what came later.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, false, select

from models.access import Actor, hidden
from models.db import Unit
from models.message import MessageRow
from models.question import QuestionRow
from models.ticket import Ticket


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


def beside(unit: Unit, actor: Actor, ticket: Ticket, since: datetime, until: datetime) -> list[Exchange]:
    """Of a ticket that the actor sees; oldest first. People in the mini program talk to no bot."""
    if not ticket.openid or ticket.source == "miniapp":
        return []
    others = select(Ticket.id, Ticket.created_at, Ticket.confidential)
    kept = list(unit.execute(others.where(Ticket.openid == ticket.openid, hidden(actor))))
    before = [each for each in kept if each.id < ticket.id]
    if any(each.confidential for each in before):
        return []
    if kept or not _hears_all(actor):
        until = min(until, ticket.created_at)
        since = max([since, *(each.created_at for each in before)])
    return _between(unit, ticket.openid, since, until)


def of_person(unit: Unit, actor: Actor, openid: str, since: datetime, until: datetime) -> list[Exchange]:
    """Oldest first; nothing when it is not for this actor."""
    open_to = select(MessageRow.id).where(MessageRow.openid == openid, readable(actor)).limit(1)
    return _between(unit, openid, since, until) if unit.execute(open_to).first() else []


def readable(actor: Actor) -> ColumnElement[bool]:
    """Messages that the actor may read wherever they stand: of people with no ticket that is kept from them."""
    if not _hears_all(actor):
        return false()
    return MessageRow.openid.not_in(select(Ticket.openid).where(Ticket.openid != "", hidden(actor)))


def _hears_all(actor: Actor) -> bool:
    return actor.hotline or actor.role == "supervisor"


def _between(unit: Unit, openid: str, since: datetime, until: datetime, most: int = 100) -> list[Exchange]:
    """The newest `most`, oldest first."""
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
