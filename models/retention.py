"""Forgetting what was kept long enough, a batch at a time. Tickets, sign-ups and published content stay.

Each verb does one batch in the caller's unit, oldest rows first, and may be run again at any time. Messages and sends
of the last five days are never to be asked for: what WeChat still takes is counted from them (bot/window.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from itertools import takewhile
from typing import Any, NamedTuple

from sqlalchemy import Select, delete, exists, select, update

from models.agreement import AgreementRow
from models.base import Base
from models.consent import ConsentRow
from models.db import Unit
from models.event import ReminderRow
from models.interest import Interest
from models.message import MessageRow
from models.once import OnceRow
from models.outbox import OutboxRow
from models.person import Person
from models.question import QuestionRow
from models.sending import SendingRow
from models.talk import TalkRow

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
    done = unit.execute(change.values(text="", reply=None)).rowcount
    return Batch(done, len(old) == BATCH), max(old)


def delete_messages(unit: Unit, before: datetime) -> Batch:
    return _delete(unit, MessageRow, select(MessageRow.id, MessageRow.received_at).order_by(MessageRow.id), before)


def delete_sendings(unit: Unit, before: datetime) -> Batch:
    return _delete(unit, SendingRow, select(SendingRow.id, SendingRow.at).order_by(SendingRow.id), before)


def delete_owed(unit: Unit, before: datetime) -> Batch:
    """Whether it went out or not: who has not written for so long does not hear it any more. Not what a worker has."""
    query = select(OutboxRow.id, OutboxRow.created_at).where(OutboxRow.state != "leased", OutboxRow.due_at < before)
    return _delete(unit, OutboxRow, query.order_by(OutboxRow.id), before)


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


def delete_people(unit: Unit, before: datetime) -> Batch:
    """Those who stopped following before and have not written since, with all that was kept for the time they
    followed."""
    wrote = exists().where(
        MessageRow.openid == Person.openid, MessageRow.opens != "", MessageRow.sent_at > Person.left_at
    )
    left = (Person.following.is_(False), Person.left_at < before, ~wrote)
    people = list(unit.execute(select(Person.openid).where(*left).limit(BATCH).with_for_update()).scalars())
    for table in _OF_A_PERSON if people else ():
        unit.execute(delete(table).where(table.openid.in_(people)))  # type: ignore[attr-defined]
    done = unit.execute(delete(Person).where(Person.openid.in_(people), *left)).rowcount if people else 0
    return Batch(done, len(people) == BATCH)


def _delete(unit: Unit, table: Any, oldest: Select[Any, Any], before: datetime) -> Batch:
    """`oldest`: id and time of rows, in the order of their ids."""
    rows: Sequence[Any] = unit.execute(oldest.limit(BATCH)).all()
    old = [row[0] for row in rows if row[1] < before]
    if old:
        unit.execute(delete(table).where(table.id.in_(old)))
    return Batch(len(old), len(old) == BATCH)
