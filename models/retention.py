"""Forgetting what was kept long enough, a batch at a time. Tickets, sign-ups and published content stay.

Each verb does one batch in the caller's unit, oldest rows first, and may be run again at any time. Messages and sends
of the last five days are never to be asked for: what WeChat still takes is counted from them (bot/window.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import takewhile
from typing import Any, NamedTuple

from sqlalchemy import Select, and_, delete, exists, or_, select, tuple_, update

from models.agreement import AgreementRow
from models.base import Base
from models.consent import ConsentRow
from models.db import Unit
from models.event import ReminderRow
from models.interest import Interest
from models.linking import LinkCodeRow
from models.login import IDLE, LoginRow
from models.message import FORGOTTEN, MessageRow
from models.once import OnceRow
from models.outbox import OutboxRow
from models.person import Person
from models.question import QuestionRow
from models.replay import ReplayRow, whose
from models.sending import SendingRow
from models.talent import IdentityRow, TalentRow, columns_to_talent
from models.talk import TalkRow
from models.upload import UploadRow

BATCH = 200
_OF_A_PERSON: tuple[type[Base], ...] = (ConsentRow, AgreementRow, Interest, TalkRow)


class Batch(NamedTuple):
    """`done`: rows changed. `more`: there may be further ones."""

    done: int
    more: bool


def erase_messages(unit: Unit, before: datetime, after: int) -> tuple[Batch, int]:
    """Take text and reply out of those received before; the row stays, to tell who asked when. Those up to the id
    `after` are done already; also returns the id up to which they are now."""
    query = select(MessageRow.id, MessageRow.received_at).where(MessageRow.id > after)
    rows = unit.execute(query.order_by(MessageRow.id).limit(BATCH)).all()
    old = [row.id for row in takewhile(lambda row: row.received_at < before, rows)]  # the mark passes none over
    if not old:
        return Batch(0, False), after
    change = update(MessageRow).where(MessageRow.id.in_(old), (MessageRow.text != "") | MessageRow.reply.is_not(None))
    done = unit.execute(change.values(FORGOTTEN)).rowcount
    return Batch(done, len(old) == BATCH), max(old)


def delete_messages(unit: Unit, before: datetime) -> Batch:
    return _delete(unit, MessageRow, select(MessageRow.id, MessageRow.received_at).order_by(MessageRow.id), before)


def delete_sendings(unit: Unit, before: datetime) -> Batch:
    return _delete(unit, SendingRow, select(SendingRow.id, SendingRow.at).order_by(SendingRow.id), before)


def delete_owed(unit: Unit, before: datetime) -> Batch:
    """Whether it went out or not: who has not written for so long does not hear it any more. Not what a worker has."""
    stale = (OutboxRow.state != "leased", OutboxRow.due_at < before, OutboxRow.created_at < before)
    ids = list(unit.execute(select(OutboxRow.id).where(*stale).order_by(OutboxRow.id).limit(BATCH)).scalars())
    done = unit.execute(delete(OutboxRow).where(OutboxRow.id.in_(ids), *stale)).rowcount if ids else 0
    return Batch(done, len(ids) == BATCH)


def delete_reminders(unit: Unit, before: datetime) -> Batch:
    """Those that are over, whatever became of them."""
    query = select(ReminderRow.id, ReminderRow.due_at).where(ReminderRow.state != "due", ReminderRow.due_at < before)
    return _delete(unit, ReminderRow, query, before)


def delete_questions(unit: Unit, before: datetime) -> Batch:
    query = select(QuestionRow.message).where(QuestionRow.at < before).order_by(QuestionRow.at)
    keys = list(unit.execute(query.limit(BATCH)).scalars())
    done = unit.execute(delete(QuestionRow).where(QuestionRow.message.in_(keys))).rowcount if keys else 0
    return Batch(done, len(keys) == BATCH)


def delete_talks(unit: Unit, before: datetime) -> Batch:
    """Where people stood in a talk they never went on with; not while something is owed to them."""
    lapsed = (TalkRow.updated_at < before, TalkRow.owed.is_(False))
    people = list(unit.execute(select(TalkRow.openid).where(*lapsed).limit(BATCH)).scalars())
    done = unit.execute(delete(TalkRow).where(TalkRow.openid.in_(people), *lapsed)).rowcount if people else 0
    return Batch(done, len(people) == BATCH)


def delete_once(unit: Unit, before: datetime) -> Batch:
    """Forms that were handed in: nobody hands one in again after so long."""
    keys = list(unit.execute(select(OnceRow.key).where(OnceRow.at < before).limit(BATCH)).scalars())
    done = unit.execute(delete(OnceRow).where(OnceRow.key.in_(keys))).rowcount if keys else 0
    return Batch(done, len(keys) == BATCH)


def delete_replays(unit: Unit, before: datetime) -> Batch:
    """What a POST was answered: nobody sends one again after so long."""
    query = select(ReplayRow.who, ReplayRow.key).where(ReplayRow.at < before).order_by(ReplayRow.at)
    keys = [(row.who, row.key) for row in unit.execute(query.limit(BATCH))]
    those = tuple_(ReplayRow.who, ReplayRow.key).in_(keys)
    done = unit.execute(delete(ReplayRow).where(those)).rowcount if keys else 0
    return Batch(done, len(keys) == BATCH)


def delete_uploads(unit: Unit, before: datetime) -> Batch:
    """Photos that came to no ticket."""
    return _delete(unit, UploadRow, select(UploadRow.id, UploadRow.at).order_by(UploadRow.id), before)


def delete_logins(unit: Unit, before: datetime) -> Batch:
    """Those ended before, and those nobody has used since: they have lapsed."""
    over = or_(LoginRow.ended_at < before, LoginRow.seen_at < before - IDLE)
    ids = list(unit.execute(select(LoginRow.id).where(over).limit(BATCH)).scalars())
    done = unit.execute(delete(LoginRow).where(LoginRow.id.in_(ids), over)).rowcount if ids else 0
    return Batch(done, len(ids) == BATCH)


def delete_codes(unit: Unit, before: datetime) -> Batch:
    codes = list(unit.execute(select(LinkCodeRow.code).where(LinkCodeRow.ends_at < before).limit(BATCH)).scalars())
    done = unit.execute(delete(LinkCodeRow).where(LinkCodeRow.code.in_(codes))).rowcount if codes else 0
    return Batch(done, len(codes) == BATCH)


def delete_people(unit: Unit, before: datetime) -> Batch:
    """Those who stopped following before and have not written since nor used a page, with all that was kept for the
    time they followed."""
    wrote = exists().where(
        MessageRow.openid == Person.openid, MessageRow.opens != "", MessageRow.sent_at > Person.left_at
    )
    theirs = and_(IdentityRow.talent_id == TalentRow.id, TalentRow.seen_at > before)
    comes = exists().where(IdentityRow.openid == Person.openid, theirs)
    left = (Person.following.is_(False), Person.left_at < before, ~wrote, ~comes)
    people = list(unit.execute(select(Person.openid).where(*left).limit(BATCH).with_for_update()).scalars())
    for table in _OF_A_PERSON if people else ():
        unit.execute(delete(table).where(table.openid.in_(people)))  # type: ignore[attr-defined]
    done = unit.execute(delete(Person).where(Person.openid.in_(people), *left)).rowcount if people else 0
    return Batch(done, len(people) == BATCH)


def delete_talents(unit: Unit, before: datetime) -> Batch:
    """Those who have not used a page since, nor written, and do not follow the service account: who they are in our
    apps, their number, what they agreed to. Tickets and seats stay. Before this `delete_people`: who left is gone then.
    """
    theirs = IdentityRow.talent_id == TalentRow.id
    wrote = exists().where(theirs, MessageRow.openid == IdentityRow.openid, MessageRow.received_at >= before)
    follows = exists().where(theirs, Person.openid == IdentityRow.openid)
    idle = (TalentRow.seen_at < before, TalentRow.erased_at.is_(None), ~wrote, ~follows)
    talents = list(unit.execute(select(TalentRow.id).where(*idle).limit(BATCH).with_for_update()).scalars())
    if talents:
        openids = list(unit.execute(select(IdentityRow.openid).where(IdentityRow.talent_id.in_(talents))).scalars())
        for table in _OF_A_PERSON:
            unit.execute(delete(table).where(table.openid.in_(openids)))  # type: ignore[attr-defined]
        unit.execute(delete(ReplayRow).where(ReplayRow.who.in_([whose(each) for each in talents])))
        for column in columns_to_talent():
            unit.execute(delete(column.table).where(column.in_(talents)))
        unit.execute(delete(TalentRow).where(TalentRow.id.in_(talents)))
    return Batch(len(talents), len(talents) == BATCH)


def _delete(unit: Unit, table: Any, oldest: Select[Any, Any], before: datetime) -> Batch:
    """`oldest`: id and time of rows, in the order of their ids."""
    rows: Sequence[Any] = unit.execute(oldest.limit(BATCH)).all()
    old = [row[0] for row in rows if row[1] < before]
    if old:
        unit.execute(delete(table).where(table.id.in_(old)))
    return Batch(len(old), len(old) == BATCH)
