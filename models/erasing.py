"""Forgetting a talent at their own wish. Their tickets: models/desk_erase.py; the seats they give back: bot/erasing.py.

What stays: that they agreed and when they took it back, that messages came and notices went (without a word of them,
for as long as such records are kept), seats of events that are over, and the audit.
"""

from __future__ import annotations

import secrets
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select, update

from models.base import Base
from models.consent import ConsentRow
from models.db import Unit
from models.event import ReminderRow, Signup
from models.interest import Interest
from models.late import LateRow
from models.linking import LinkCodeRow
from models.login import LoginRow
from models.message import FORGOTTEN, MessageRow
from models.outbox import OutboxRow
from models.person import Person
from models.question import QuestionRow
from models.replay import ReplayRow, whose
from models.talent import GONE, IdentityRow, Talent, TalentRow
from models.talk import TalkRow
from models.upload import UploadRow

BY_OPENID: tuple[type[Base], ...] = (
    QuestionRow,
    OutboxRow,  # also what a worker has: its lease is lost, and whoever looks before a call finds nothing to send
    ReminderRow,
    ConsentRow,
    Interest,
    TalkRow,
    Person,
    IdentityRow,
    LoginRow,
)
BY_TALENT: tuple[type[Base], ...] = (LoginRow, LinkCodeRow, UploadRow)


def erase(unit: Unit, talent: Talent, now: datetime) -> None:
    """Their agreements have been ended, tickets and coming seats seen to. Whoever comes by these openids again is
    somebody new."""
    unit.lock()
    unit.durable = True
    _signups(unit, talent)
    said = update(MessageRow).where(MessageRow.openid.in_(talent.all))
    unit.execute(said.values(FORGOTTEN))
    for openid in talent.all:
        unit.execute(delete(LateRow).where(LateRow.message.contains(f'"{openid}"', autoescape=True)))
    numbers = _once(unit, talent)
    for table in BY_OPENID:
        mine: Any = table
        unit.execute(delete(table).where(mine.openid.in_(talent.all)))
    for number in numbers:
        _talent(unit, number, now)


def _once(unit: Unit, talent: Talent) -> list[int]:
    """Under which numbers they are and were known, before two of them turned out to be one person."""
    before = unit.execute(select(LoginRow.talent_id).where(LoginRow.openid.in_(talent.all))).scalars()
    return sorted({talent.id, *before})


def _talent(unit: Unit, number: int, now: datetime) -> None:
    if unit.execute(select(IdentityRow.openid).where(IdentityRow.talent_id == number)).first() is not None:
        return  # somebody else's by now
    for table in BY_TALENT:
        mine: Any = table
        unit.execute(delete(table).where(mine.talent_id == number))
    unit.execute(delete(ReplayRow).where(ReplayRow.who == whose(number)))
    blank: dict[str, object] = {
        "unionid": None,
        "phone": "",
        "phone_key": "",
        "elder": False,
        "read_at": None,
        "erased_at": now,
    }
    unit.execute(update(TalentRow).where(TalentRow.id == number).values(blank))


def _signups(unit: Unit, talent: Talent) -> None:
    """Of events that are over the seat was taken, by nobody in particular."""
    mine = Signup.openid.in_(talent.all)
    unit.execute(delete(Signup).where(mine, Signup.state == "cancelled"))
    for number in list(unit.execute(select(Signup.id).where(mine)).scalars()):
        values = {"openid": f"{GONE}{secrets.token_hex(16)}", "comment": "", "remind": False}
        unit.execute(update(Signup).where(Signup.id == number).values(values))
