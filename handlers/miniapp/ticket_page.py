"""A ticket as its talent sees it: how it stands, and what was said both ways, in shapes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Literal

from pydantic import Field

from bot import contact
from bot.desk import Serving
from bot.kit import Kit
from bot.standing import REPLIES, May, Standing, held, shown_replies, told_name, whole
from handlers.miniapp.shapes import Shown
from models.attachment import Attachment
from models.db import Unit
from models.files import Files
from models.history import data_of
from models.seal import Seal
from models.talent import Talent, Talents
from models.ticket import KIND_NAMES, RATING_NAMES, Ticket, TicketEvent

Whose = Literal["me", "hotline", "step"]
_WHOSE: Mapping[str, Whose] = {
    **dict.fromkeys(("opened", "added", "attached", "resume", "rate", "rated", "comment", "withdraw"), "me"),
    **dict.fromkeys(REPLIES, "hotline"),
    **dict.fromkeys(("accept", "sign", "grant", "merge", "unmerge", "reopen", "close"), "step"),
}
_ALIKE = {"attached": "added", "resume": "added", "rated": "rate", "sign": "accept"}  # one name for both
_LAST = ("recall", "unsaid", *REPLIES)


class File(Shown):
    name: str = Field(description="Its address: /files/{name}; only where `state` is here.")
    kind: Literal["image", "voice", "video", "file"]
    title: str
    mime: str
    size: int = Field(description="In bytes.")
    state: Literal["here", "coming", "lost"]
    why: str = Field(default="", description="Why it is lost, in Chinese.")


class Line(Shown):
    id: int
    at: datetime
    whose: Whose = Field(description="step: nobody said it; it is what happened.")
    kind: str = Field(
        description=(
            "opened, added, attached, resume, rate, rated, comment, reopen, withdraw; "
            "interim, ask, answer, refuse; accept, sign, grant, merge, unmerge, close."
        )
    )
    name: str = Field(description="The kind in Chinese.")
    text: str
    files: list[File]


class TicketRow(Shown):
    number: str
    subject: str
    kind: str
    kind_name: str
    state: str
    state_name: str
    opened_at: datetime
    heard_at: datetime = Field(description="When something was last said in it, by either side.")
    unread: bool = Field(description="There is a reply they have not opened.")
    stars: int | None


class Rating(Shown):
    stars: int
    name: str
    words: str
    at: datetime


class TicketPage(TicketRow):
    status: str = Field(description="A sentence: the state and what comes next.")
    since: datetime = Field(description="When it came into this state.")
    due: str = Field(
        description="By when it will be answered, as it may be promised; empty while it waits for them or is over."
    )
    wanted: list[str] = Field(description="Materials still to come.")
    contact: str = Field(description="Where they are rung up, its middle hidden.")
    callback_at: datetime | None
    confidential: bool
    into: str | None = Field(description="The ticket in which this one goes on.")
    rating: Rating | None
    may: list[May] = Field(description="What they may do now.")
    lines: list[Line] = Field(description="Oldest first.")


def rows(desk: Serving, unit: Unit, talent: Talent, tickets: Sequence[Ticket], now: datetime) -> list[TicketRow]:
    since, _ = Talents(unit).since(talent)
    said = desk.events_of(tickets, _LAST)
    return [TicketRow(**_row(each, said[each.id], since, now)) for each in tickets]


class Told:
    """Makes the page of a ticket; `newest`: the last event on it that is the hotline's."""

    def __init__(self, kit: Kit, unit: Unit, talent: Talent) -> None:
        self._kit, self._unit, self._talent = kit, unit, talent
        self._desk, self._now = kit.desk(unit), kit.now()

    def newest(self, ticket: Ticket) -> int:
        return max(shown_replies(self._desk.events(ticket), self._now), default=0)

    def page(self, ticket: Ticket) -> TicketPage:
        events = self._desk.events(ticket)
        stands = Standing(self._unit, self._desk, self._kit.library.phrase, self._talent.all, self._now)
        into = stands.into(ticket)
        own = self._is_own(ticket)
        number = self._desk.readable(ticket.contact) if own else ""
        row = _row(ticket, events, Talents(self._unit).since(self._talent)[0], self._now)
        unsaid = held(ticket, events, self._now)
        moves = [each.at for each in events if each.old != each.new and each != unsaid]
        return TicketPage(
            **row | {"subject": self._subject(ticket)},
            status=stands.status(ticket),
            since=max(moves, default=ticket.created_at),
            due=stands.until(ticket),
            wanted=stands.wanted(ticket),
            contact=contact.masked(number) if number else "",
            callback_at=ticket.callback_at if own else None,
            confidential=ticket.confidential,
            into=into.number if into else None,
            rating=_rating(ticket, words=own),
            may=stands.may(ticket),
            lines=self._lines(ticket, events),
        )

    def may_see(self, ticket: Ticket, file: Attachment) -> bool:
        """Their own, and what came with a reply they may see; never what is put to a draft or a note."""
        if file.staff_id is None:
            return self._is_own(ticket)
        return file.event_id in shown_replies(self._desk.events(ticket), self._now)

    def _lines(self, ticket: Ticket, events: Sequence[TicketEvent]) -> list[Line]:
        files: dict[int, list[File]] = defaultdict(list)
        for each in Files(self._unit, Seal(self._kit.settings.secret_key)).of(ticket):
            if each.event_id and self.may_see(ticket, each):
                files[each.event_id].append(file_of(each))
        shown, taken, lines = shown_replies(events, self._now), False, []
        for event in events:
            again = taken and event.kind in ("accept", "sign")
            taken = taken or event.kind in ("accept", "sign")
            if not again and (event.kind not in REPLIES or event.id in shown):
                lines += self._line(ticket, event, files)
        return lines

    def _line(self, ticket: Ticket, event: TicketEvent, files: Mapping[int, list[File]]) -> list[Line]:
        whose = _whose(event)
        if whose is None or (whose == "me" and not self._is_own(ticket)):
            return []
        text = ticket.detail if event.kind == "opened" else "" if whose == "step" else whole(event)
        name, there = self._name(event, whose), list(files.get(event.id, ()))
        return [Line(id=event.id, at=event.at, whose=whose, kind=event.kind, name=name, text=text, files=there)]

    def _name(self, event: TicketEvent, whose: Whose) -> str:
        """As the chat calls it."""
        if whose == "hotline":
            return self._kit.library.phrase(f"progress.reply_{event.kind}")
        data, kind = data_of(event), _ALIKE.get(event.kind, event.kind)
        key = "progress.did_unsolved" if whose == "me" and kind == "reopen" else f"progress.did_{kind}"
        rating = RATING_NAMES[int(str(data["rating"]))] if "rating" in data else ""
        return self._kit.library.phrase(key, days=data.get("days", 0), rating=rating)

    def _subject(self, ticket: Ticket) -> str:
        """Of what they handed in themselves."""
        mine = [each.subject for each in self._desk.joined(ticket) if self._is_own(each)]
        return ticket.subject if self._is_own(ticket) or not mine else mine[-1]

    def _is_own(self, ticket: Ticket) -> bool:
        """Not one taken by telephone that theirs was merged into: it may hold what somebody else said."""
        return ticket.openid in self._talent.all


def _whose(event: TicketEvent) -> Whose | None:
    """None: it is not for talents to see. What staff did for them is told by no line of theirs."""
    by_them = event.actor == "talent" or event.kind == "opened"
    if event.kind == "reopen" and by_them:
        return "me"
    whose = _WHOSE.get(event.kind)
    return None if whose == "me" and not by_them else whose


def file_of(row: Attachment) -> File:
    states: dict[str, Literal["here", "coming", "lost"]] = {"kept": "here", "awaited": "coming"}
    state = states.get(row.state, "lost")
    why = row.why if state == "lost" else ""
    return File.model_validate(
        {
            "name": row.name if state == "here" else "",
            "kind": row.kind,
            "title": row.title,
            "mime": row.mime,
            "size": row.size,
            "state": state,
            "why": why,
        }
    )


def _row(ticket: Ticket, events: Sequence[TicketEvent], since: datetime, now: datetime) -> dict[str, Any]:
    """`events`: all, or the replies and what took them back."""
    shown = shown_replies(events, now)
    last = [each for each in events if each.id in shown][-1:]
    unsaid = held(ticket, events, now)
    heard = [ticket.heard_at or ticket.created_at, *(each.at for each in last)]
    return {
        "number": ticket.number,
        "subject": ticket.subject,
        "kind": ticket.kind,
        "kind_name": KIND_NAMES[ticket.kind],
        "state": unsaid.old if unsaid else ticket.state,
        "state_name": told_name(ticket, unsaid),
        "opened_at": ticket.created_at,
        "heard_at": max(heard),
        "unread": any(each.id > ticket.seen and each.at >= since for each in last),
        "stars": ticket.rating,
    }


def _rating(ticket: Ticket, *, words: bool) -> Rating | None:
    if ticket.rating is None or ticket.rated_at is None:
        return None
    name = RATING_NAMES[ticket.rating]
    return Rating(stars=ticket.rating, name=name, words=ticket.rating_words if words else "", at=ticket.rated_at)
