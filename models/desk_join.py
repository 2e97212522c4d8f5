"""Tickets that belong together: duplicates shown, merged and parted again; both keep their histories."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import or_, select

from models.access import Actor, visible
from models.desk import BadMove, NoSuchTicket
from models.desk_answer import Answering
from models.moves import OPEN
from models.ticket import Ticket, TicketEvent

_LOOK_BACK = timedelta(days=90)
_MOST = 50


class Joining(Answering):
    """The whole of the desk's verbs; see bot/desk.py for the one that also tells people."""

    def akin(self, actor: Actor, *, openid: str, contact_key: str, beside: int | None, now: datetime) -> list[Ticket]:
        """This person's other tickets of late, newest first: who judges whether it is the same matter is above."""
        who = [Ticket.openid == openid] if openid else []
        who += [Ticket.contact_key == contact_key] if contact_key else []
        if not who:
            return []
        query = select(Ticket).where(or_(*who), visible(actor), Ticket.created_at > now - _LOOK_BACK)
        query = query.where(Ticket.state != "merged", Ticket.id != (beside or 0))
        return list(self._session.scalars(query.order_by(Ticket.id.desc()).limit(_MOST)))

    def joined(self, ticket: Ticket) -> list[Ticket]:
        """Those merged into it, newest first."""
        return list(
            self._session.scalars(select(Ticket).where(Ticket.merged_into == ticket.id).order_by(Ticket.id.desc()))
        )

    def merge(self, ticket: Ticket, into: Ticket, by: Actor, *, why: str = "", now: datetime) -> TicketEvent:
        """并单: `ticket` ends, `into` goes on. Raises BadMove when `into` is not open."""
        if into.id == ticket.id or into.state not in OPEN:
            raise BadMove(into.state_name)
        data = {"into": into.number, "was": ticket.state}
        event = self._do(ticket, "merge", by.key, now, body=why, public=True, data=data, merged_into=into.id)
        self._do(into, "joined", by.key, now, body=why, data={"number": ticket.number})
        return event

    def unmerge(self, ticket: Ticket, by: Actor, *, now: datetime) -> TicketEvent:
        """Back to the state it had."""
        merged = next(each for each in reversed(self.events(ticket)) if each.kind == "merge")
        into = self._session.get(Ticket, ticket.merged_into) if ticket.merged_into else None
        if into is None:
            raise NoSuchTicket(ticket.number)
        event = self._do(
            ticket, "unmerge", by.key, now, to=merged.old, public=True, data={"into": into.number},
            merged_into=None, closed_at=None,
        )  # fmt: skip
        self._do(into, "parted", by.key, now, data={"number": ticket.number})
        return event
