"""After the answer: words to a rating, and the 整改 ticket that a low one opens."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select

from models.desk import BadMove, NewTicket, NoSuchTicket
from models.desk_join import Joining
from models.history import data_of
from models.ticket import LOW, RATING_NAMES, Ticket, TicketEvent

WORDS = 500  # of a comment
_WORDS_FOR = timedelta(days=1)


class Aftermath(Joining):
    """The whole of the desk's verbs; see bot/desk.py for the one that also tells people."""

    def find(self, openid: str, number: str) -> Ticket:
        """Also one taken by telephone that one of theirs was merged into: that is where they are answered."""
        try:
            return super().find(openid, number)
        except NoSuchTicket:
            found = self._session.scalar(select(Ticket).where(Ticket.number == number, Ticket.openid == ""))
            if not openid or found is None or all(each.openid != openid for each in self.joined(found)):
                raise
            return found

    def comment(self, ticket: Ticket, words: str, *, now: datetime) -> TicketEvent:
        """What they say to the rating just given, once. Raises BadMove."""
        if ticket.rated_at is None or ticket.rating_words or now - ticket.rated_at > _WORDS_FOR:
            raise BadMove(ticket.state_name)
        words = words[:WORDS]
        return self._do(ticket, "comment", "talent", now, body=words, public=True, heard_at=now, rating_words=words)

    def rectify(self, ticket: Ticket, *, callback_at: datetime | None, now: datetime) -> Ticket:
        """差评整改 of a ticket just rated low: with its own times, to be rung up at `callback_at`. Raises BadMove when
        the rating was not low, or this was done for it."""
        if ticket.rating not in LOW or ticket.rated_at is None:
            raise BadMove(ticket.state_name)
        query = select(Ticket.id).where(Ticket.follows == ticket.id, Ticket.created_at >= ticket.rated_at)
        if self._session.scalar(query.limit(1)) is not None:
            raise BadMove(ticket.state_name)
        answers = [each.body for each in self.events(ticket) if each.kind == "answer"]
        level = RATING_NAMES[ticket.rating]
        lines = [f"工单 {ticket.number}（第 {ticket.round} 次办理）被评为“{level}”。"]
        lines += [f"评价时说：{ticket.rating_words}"] if ticket.rating_words else []
        lines += [f"答复是：{answers[-1]}"] if answers else []
        new = NewTicket(
            subject=f"整改：{ticket.subject}"[:190],
            detail="\n".join(lines),
            kind="rectify",
            topic=ticket.topic,
            contact=self.readable(ticket.contact) or "",
            source="miniapp" if ticket.source == "miniapp" else "inside",
            confidential=ticket.confidential,
            caller=self.readable(ticket.caller) or "",
            callback_at=callback_at,
            follows=ticket.id,
            demo=ticket.demo,
        )
        return self.open(ticket.openid, new, now=now, by="bot")

    def undelivered(self, ticket: Ticket, reply: int, *, now: datetime) -> TicketEvent:
        """The talent has not got that reply and will not: they are to be rung up. Raises BadMove when it is known."""
        if any(each.kind == "failed" and data_of(each)["event"] == reply for each in self.events(ticket)):
            raise BadMove(ticket.state_name)
        at = ticket.callback_at or now
        return self._do(ticket, "failed", "clock", now, data={"event": reply}, callback_at=at)

    def follower(self, ticket: Ticket) -> Ticket | None:
        """The newest 整改 ticket of a ticket."""
        query = select(Ticket).where(Ticket.follows == ticket.id).order_by(Ticket.id.desc())
        return self._session.scalar(query.limit(1))

    def into(self, ticket: Ticket) -> Ticket | None:
        """The one it was merged into."""
        return self._session.get(Ticket, ticket.merged_into) if ticket.merged_into else None

    def reach(self, ticket: Ticket, contact: str, *, now: datetime) -> TicketEvent:
        """The talent leaves a number to be rung up at; it is sealed. Raises BadMove when nobody works on it."""
        self._open_still(ticket)
        sealed, key, tail = self._seal.close(contact), self._seal.key(contact), self._seal.tail(contact)
        kept: dict[str, Any] = {"contact": sealed, "contact_key": key, "contact_tail": tail}
        return self._do(ticket, "reached", "talent", now, heard_at=now, **kept)
