"""What is said to the talent and noted beside it: interim and final replies, materials, calls, ratings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.access import Actor
from models.desk import BadMove
from models.desk_dispatch import Dispatch
from models.moves import SAID
from models.ticket import Ticket, TicketEvent


@dataclass(frozen=True, slots=True)
class Said:
    """What goes to the talent. `attachments`: ids of rows put to this ticket; `cites`: ids of entries."""

    text: str
    attachments: Sequence[int] = ()
    cites: Sequence[str] = ()

    def data(self, **more: Any) -> dict[str, Any]:
        found = {"attachments": list(self.attachments), "cites": list(self.cites), **more}
        return {name: value for name, value in found.items() if value}


class Answering(Dispatch):
    def interim(self, ticket: Ticket, by: Actor, said: Said, *, now: datetime) -> TicketEvent:
        """An interim reply (阶段答复): the state stays, and it counts as the first response."""
        self._open_still(ticket)
        return self._do(ticket, "interim", by.key, now, body=said.text, public=True, data=said.data())

    def ask(
        self, ticket: Ticket, by: Actor, said: Said, *, materials: Sequence[str] = (), now: datetime
    ) -> TicketEvent:
        """请补充材料: the clock stands still until the talent has said more."""
        data = said.data(materials=list(materials))
        return self._do(ticket, "ask", by.key, now, body=said.text, public=True, data=data)

    def resume(self, ticket: Ticket, by: Actor, *, why: str = "", now: datetime) -> TicketEvent:
        return self._do(ticket, "resume", by.key, now, body=why)

    def answer(self, ticket: Ticket, by: Actor, said: Said, *, now: datetime) -> TicketEvent:
        """The final reply (最终答复). A new ticket is accepted with it."""
        if ticket.state == "new":
            self.accept(ticket, by, now=now)
        return self._do(ticket, "answer", by.key, now, body=said.text, public=True, data=said.data())

    def recall(self, ticket: Ticket, by: Actor, event: TicketEvent, *, now: datetime) -> TicketEvent:
        """Take back a reply that has not gone out: the caller has seen to that. The ticket is 办理中 again."""
        if event.kind in ("answer", "ask"):
            return self._do(ticket, "recall", by.key, now, data={"event": event.id})
        return self._do(ticket, "unsaid", by.key, now, data={"event": event.id})

    def note(self, ticket: Ticket, by: Actor, text: str, *, mentions: Sequence[int] = (), now: datetime) -> TicketEvent:
        """For colleagues only."""
        return self._do(ticket, "note", by.key, now, body=text, data={"mentions": list(mentions)} if mentions else None)

    def call(self, ticket: Ticket, by: Actor, outcome: str, words: str, *, now: datetime) -> TicketEvent:
        """A telephone call with the talent: `outcome` reached | busy | no_answer | wrong."""
        return self._do(ticket, "call", by.key, now, body=words, data={"outcome": outcome})

    def callback(self, ticket: Ticket, by: Actor, at: datetime | None, *, now: datetime) -> TicketEvent:
        """When they are to be rung up; None: done, or not any more."""
        data = {"at": at.isoformat() if at else ""}
        return self._do(ticket, "callback", by.key, now, data=data, callback_at=at)

    def edit(self, ticket: Ticket, by: Actor, changes: dict[str, Any], *, now: datetime) -> TicketEvent:
        """kind, urgency, topic, confidential, subject: its times follow."""
        unknown = changes.keys() - {"kind", "urgency", "topic", "confidential", "subject"}
        if unknown:
            raise ValueError(f"cannot be edited: {sorted(unknown)}")
        return self._do(ticket, "edit", by.key, now, data=changes, **changes)

    def invite(self, ticket: Ticket, by: str, *, now: datetime) -> TicketEvent:
        """Ask for a rating; again while 待评价."""
        verb = "invite" if ticket.state == "answered" else "invited"
        if verb == "invited" and (ticket.state not in SAID or ticket.rating is not None):
            raise BadMove(ticket.state_name)
        return self._do(ticket, verb, by, now, invited_at=now, invitations=ticket.invitations + 1)

    def rate(self, ticket: Ticket, rating: int, words: str, *, now: datetime) -> TicketEvent:
        """好差评, once; the ticket is closed with it. Raises BadMove when it is rated or not answered."""
        if ticket.rating is not None or ticket.state not in SAID or rating not in range(1, 6):
            raise BadMove(ticket.state_name)
        verb = "rate" if ticket.state != "closed" else "rated"
        return self._do(
            ticket,
            verb,
            "talent",
            now,
            body=words,
            public=True,
            data={"rating": rating},
            rating=rating,
            rating_words=words,
            rated_at=now,
            heard_at=now,
        )

    def close(self, ticket: Ticket, by: str, *, why: str = "", now: datetime) -> TicketEvent:
        """办结 without a rating. `by`: an Actor's key, or "clock"."""
        return self._do(ticket, "close", by, now, body=why, public=True)

    def reopen(self, ticket: Ticket, by: str, why: str, *, now: datetime) -> TicketEvent:
        """重办: another round with its own times; it stays with whom it was. `by` may be "talent"."""
        return self._do(
            ticket,
            "reopen",
            by,
            now,
            body=why,
            public=True,
            round=ticket.round + 1,
            card="",
            closed_at=None,
            rating=None,
            rated_at=None,
            invited_at=None,
            invitations=0,
        )
