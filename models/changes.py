"""What has changed at the desk since somebody last looked: read once for all who ask, who find their own in it."""

from __future__ import annotations

from collections.abc import Collection
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import defer

from models.audit import AuditRow
from models.db import Unit
from models.ticket import Ticket
from models.typed import integer

MOST = 200  # of them; who has missed more reads everything anew
# What leaves it as it is who sees a ticket; whatever is not named here may have taken it from somebody's list.
_HARMLESS = frozenset({"opened", "added", "attach", "note", "call", "callback", "interim", "ask", "resume", "answer"})
_HARMLESS |= {
    "recall",
    "unsaid",
    "failed",
    "reached",
    "invite",
    "rate",
    "comment",
    "close",
    "card",
    "supervise",
    "refuse",
}
_HARMLESS |= {"refuse", "ask_extension", "grant", "deny", "retime", "merge", "joined", "parted", "withdraw"}


class Changes(NamedTuple):
    """`tickets`: those that something happened to, as they are now. `lost`: numbers of those that somebody may have
    seen until then, and sees no more."""

    tickets: tuple[Ticket, ...]
    lost: frozenset[str]


def changes(unit: Unit, revision: str) -> Changes | None:
    """Since that one of Inbox.revision; None: too many to tell."""
    query = select(AuditRow.action, AuditRow.object).where(AuditRow.seq > (integer(revision) or 0))
    query = query.where(AuditRow.action.startswith("ticket.")).order_by(AuditRow.seq).limit(MOST + 1)
    found = [(row[0].removeprefix("ticket."), row[1].removeprefix("ticket:")) for row in unit.execute(query)]
    if len(found) > MOST:
        return None
    lost = frozenset(number for action, number in found if action not in _HARMLESS)
    return Changes(tuple(named(unit, {number for _, number in found}).values()), lost)


def named(unit: Unit, numbers: Collection[str]) -> dict[str, Ticket]:
    """By number, without what was said in them. For whom they are is the caller's to ask (access.sees)."""
    light = [defer(each) for each in (Ticket.detail, Ticket.tried, Ticket.contact)]
    query = select(Ticket).where(Ticket.number.in_(numbers)).options(*light)
    return {ticket.number: ticket for ticket in unit.session.scalars(query)}
