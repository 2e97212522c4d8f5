"""Tickets of somebody who asked us to forget them: the record of the work stays, they do not stand in it any more."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update

from models.attachment import Attachment
from models.desk_after import Aftermath
from models.history import data_of
from models.moves import OPEN
from models.ticket import FORGOTTEN, Ticket, TicketEvent

_THEIRS = ("contact", "contact_key", "contact_tail", "caller")
_LOST = "本人注销，已删除"


class Erasing(Aftermath):
    def erase(self, who: int, openids: Sequence[str], *, now: datetime) -> list[str]:
        """Blank all tickets of a talent; returns the numbers of those that were open, which are withdrawn first.

        What staff wrote stays, as the record of what was done. 整改 goes on: it is the desk's own. Raises Stale.
        """
        self._unit.lock()
        tickets = list(self._session.scalars(_of(openids).with_for_update().execution_options(populate_existing=True)))
        withdrawn = _ending(tickets)
        for ticket in withdrawn:
            self.withdraw(ticket, now=now)
        for ticket in tickets:
            self._blank(ticket, now)
        self._audit.add("talent", "talent.erased", f"talent:{who}", now=now, tickets=len(tickets))
        return [each.number for each in withdrawn]

    def ending(self, openids: Sequence[str]) -> list[Ticket]:
        """Those that `erase` would withdraw. A look."""
        return _ending(list(self._session.scalars(_of(openids))))

    def _blank(self, ticket: Ticket, now: datetime) -> None:
        theirs = (TicketEvent.ticket_id == ticket.id, TicketEvent.actor == "talent")
        self._unit.execute(update(TicketEvent).where(*theirs).values(media=""))
        self._unit.execute(update(TicketEvent).where(*theirs, TicketEvent.body != "").values(body=FORGOTTEN))
        for event in self.events(ticket):
            if event.kind == "edit" and "subject" in data_of(event):
                event.data = json.dumps(data_of(event) | {"subject": FORGOTTEN}, ensure_ascii=False)
        files = update(Attachment).where(Attachment.ticket_id == ticket.id, Attachment.staff_id.is_(None))
        none = {"body": None, "title": "", "digest": "", "media_id": "", "size": 0}
        self._unit.execute(files.values(state="lost", why=_LOST, **none))
        blank: dict[str, Any] = dict.fromkeys((*_THEIRS, "tried", "rating_words", "openid"), "")
        blank |= {"callback_at": None, "subject": FORGOTTEN, "detail": FORGOTTEN}
        self._do(ticket, "erased", "talent", now, **blank)


def _of(openids: Sequence[str]) -> Select[Ticket]:
    return select(Ticket).where(Ticket.openid.in_([each for each in openids if each])).order_by(Ticket.id)


def _ending(tickets: Sequence[Ticket]) -> list[Ticket]:
    return [each for each in tickets if each.state in OPEN and each.kind != "rectify"]
