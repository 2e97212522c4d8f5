"""Every row that is about one talent, by table, for handing them their data. Reads; takes no lock."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import defer

from models.agreement import AgreementRow
from models.attachment import Attachment
from models.base import Base
from models.consent import ConsentRow
from models.db import Unit
from models.event import Event, ReminderRow, Signup
from models.history import recalled
from models.interest import Interest
from models.login import LoginRow
from models.message import MessageRow
from models.outbox import Row
from models.outbox_inbox import told
from models.person import Person
from models.question import QuestionRow
from models.sending import SendingRow
from models.talent import IdentityRow, Talent, TalentRow, Talents
from models.talk import TalkRow
from models.ticket import Ticket, TicketEvent
from models.upload import UploadRow

R = TypeVar("R", bound=Base)
_ALL = 1_000_000


class Dossier(NamedTuple):
    """Oldest first. Of tickets the public events that stand, held replies too, and their files; bodies of files are not
    read. Of what we owe them what has been told."""

    talent: TalentRow
    identities: Sequence[IdentityRow]
    following: Sequence[Person]
    agreements: Sequence[AgreementRow]
    consents: Sequence[ConsentRow]
    messages: Sequence[MessageRow]
    questions: Sequence[QuestionRow]
    talks: Sequence[TalkRow]
    notices: Sequence[Row]
    sendings: Sequence[SendingRow]
    interests: Sequence[Interest]
    signups: Sequence[tuple[Event, Signup]]
    reminders: Sequence[tuple[Event, ReminderRow]]
    tickets: Sequence[tuple[Ticket, Sequence[TicketEvent], Sequence[Attachment]]]
    uploads: Sequence[UploadRow]
    logins: Sequence[LoginRow]


def dossier(unit: Unit, talent: Talent, now: datetime) -> Dossier:
    """Raises LookupError."""
    session = unit.session

    def mine(table: type[R], *order: Any) -> list[R]:
        columns: Any = table
        return list(session.scalars(select(table).where(columns.openid.in_(talent.all)).order_by(*order)))

    signed = select(Event, Signup).join(Signup, Signup.event_id == Event.id).where(Signup.openid.in_(talent.all))
    remind = select(Event, ReminderRow).join(ReminderRow, ReminderRow.event_id == Event.id)
    remind = remind.where(ReminderRow.openid.in_(talent.all)).order_by(ReminderRow.id)
    uploads = select(UploadRow).where(UploadRow.talent_id == talent.id).options(defer(UploadRow.body))
    logins = select(LoginRow).where(LoginRow.talent_id == talent.id).order_by(LoginRow.id)
    return Dossier(
        talent=Talents(unit).row(talent),
        identities=mine(IdentityRow, IdentityRow.at),
        following=mine(Person, Person.openid),
        agreements=mine(AgreementRow, AgreementRow.given_at),
        consents=mine(ConsentRow, ConsentRow.updated_at),
        messages=mine(MessageRow, MessageRow.id),
        questions=mine(QuestionRow, QuestionRow.at),
        talks=mine(TalkRow, TalkRow.openid),
        notices=told(unit, talent.all, (), now, limit=_ALL)[::-1],
        sendings=mine(SendingRow, SendingRow.id),
        interests=mine(Interest, Interest.id),
        signups=[(event, signup) for event, signup in session.execute(signed.order_by(Signup.id))],
        reminders=[(event, reminder) for event, reminder in session.execute(remind)],
        tickets=[_ticket(unit, each) for each in mine(Ticket, Ticket.id)],
        uploads=list(session.scalars(uploads.order_by(UploadRow.id))),
        logins=list(session.scalars(logins)),
    )


def _ticket(unit: Unit, ticket: Ticket) -> tuple[Ticket, Sequence[TicketEvent], Sequence[Attachment]]:
    known = select(TicketEvent).where(TicketEvent.ticket_id == ticket.id).order_by(TicketEvent.id)
    every = list(unit.session.scalars(known))
    gone = recalled(every)
    events = [each for each in every if each.public and each.id not in gone]
    files = select(Attachment).where(Attachment.event_id.in_([each.id for each in events]))
    found = list(unit.session.scalars(files.options(defer(Attachment.body)).order_by(Attachment.id)))
    return ticket, events, [each for each in found if each.state == "kept"]
