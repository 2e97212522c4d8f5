"""What a list of tickets shows beside their rows. Reads many at once."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Select, func, select

from models.db import Unit
from models.history import recalled
from models.ticket import TicketEvent

REPLIES = ("answer", "interim", "ask")
WORDS = (*REPLIES, "added", "resume", "comment", "reopen")


def last_replies(unit: Unit, tickets: Sequence[int]) -> dict[int, int]:
    """Ticket id -> id of the event that last told the talent something."""
    query = select(TicketEvent.ticket_id, func.max(TicketEvent.id)).group_by(TicketEvent.ticket_id)
    query = query.where(TicketEvent.ticket_id.in_(tickets), TicketEvent.kind.in_(REPLIES))
    return {row[0]: row[1] for row in unit.execute(query)}


def last_words(unit: Unit, tickets: Sequence[int]) -> dict[int, str]:
    """Ticket id -> how the last words to or by the talent begin; tickets without any are missing.
    What was taken back is not among them."""
    gone = recalled(list(unit.session.scalars(_taken_back(tickets))))
    said = select(func.max(TicketEvent.id)).where(TicketEvent.ticket_id.in_(tickets), TicketEvent.public)
    said = said.where(TicketEvent.kind.in_(WORDS), TicketEvent.body != "", TicketEvent.id.not_in(gone)).group_by(
        TicketEvent.ticket_id
    )
    query = select(TicketEvent.ticket_id, func.substr(TicketEvent.body, 1, 120)).where(TicketEvent.id.in_(said))
    return {row[0]: " ".join(row[1].split()) for row in unit.execute(query)}


def _taken_back(tickets: Sequence[int]) -> Select[TicketEvent]:
    return select(TicketEvent).where(TicketEvent.ticket_id.in_(tickets), TicketEvent.kind.in_(("recall", "unsaid")))
