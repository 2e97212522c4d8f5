"""Answers of people that may become entries. Equal questions stand together; somebody decides, nothing publishes."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import func, select, update

from models.access import Actor, visible
from models.db import Stale, Unit
from models.ticket import Ticket, TicketEvent
from models.workbench import FaqDraft

LONGEST = 190


class Group(NamedTuple):
    """Drafts of one form, newest first; `asked` of them altogether."""

    form: str
    asked: int
    drafts: list[FaqDraft]


class Confidential(Exception):
    """Nothing of such a ticket is for everybody's eyes."""


class FaqDrafts:
    """Part of the caller's unit. Of tickets that the actor does not see there are no drafts."""

    def __init__(self, unit: Unit) -> None:
        self._unit = unit
        self._session = unit.session

    def add(
        self, ticket: Ticket, event: TicketEvent, by: Actor, *, form: str, question: str, answer: str, now: datetime
    ) -> FaqDraft:
        """One an answer: the same one again is the same draft, with the words as they are now. Raises Confidential."""
        if ticket.confidential:
            raise Confidential
        self._unit.lock()
        made = self._session.scalar(select(FaqDraft).where(FaqDraft.event_id == event.id, FaqDraft.state == "open"))
        if made is None:
            made = FaqDraft(ticket_id=ticket.id, event_id=event.id, state="open", by=by.id, made_at=now)
            self._session.add(made)
        made.form, made.question, made.answer = form[:LONGEST], question[:LONGEST], answer
        self._session.flush()
        return made

    def of(self, ticket: Ticket) -> set[int]:
        """Ids of its events that are drafts already."""
        query = select(FaqDraft.event_id).where(FaqDraft.ticket_id == ticket.id, FaqDraft.state != "dropped")
        return set(self._unit.execute(query).scalars())

    def groups(self, actor: Actor, state: str = "open", limit: int = 100) -> list[Group]:
        """What was asked most stands first."""
        count = func.count().label("asked")
        theirs = FaqDraft.state == state, FaqDraft.ticket_id.in_(select(Ticket.id).where(visible(actor)))
        forms = select(FaqDraft.form, count).where(*theirs).group_by(FaqDraft.form)
        rows = self._unit.execute(forms.order_by(count.desc(), func.max(FaqDraft.id).desc()).limit(limit)).all()
        query = select(FaqDraft).where(*theirs, FaqDraft.form.in_([row.form for row in rows]))
        found: dict[str, list[FaqDraft]] = {}
        for each in self._session.scalars(query.order_by(FaqDraft.id.desc())):
            found.setdefault(each.form, []).append(each)
        # A colleague may have decided some between the two looks.
        return [Group(row.form, row.asked, found[row.form]) for row in rows if row.form in found]

    def decide(self, actor: Actor, draft_id: int, state: str, *, now: datetime) -> None:
        """`taken` or `dropped`. Raises Stale when there is no such draft for this actor that nobody has decided."""
        self._unit.lock()
        this = update(FaqDraft).where(FaqDraft.id == draft_id, FaqDraft.state == "open")
        this = this.where(FaqDraft.ticket_id.in_(select(Ticket.id).where(visible(actor))))
        if self._unit.execute(this.values(state=state, decided_at=now)).rowcount != 1:
            raise Stale
