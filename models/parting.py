"""Two who were made one person by mistake, or because somebody was talked into it, made two again."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import update

from models.db import Unit
from models.login import Logins
from models.talent import IdentityRow, Talent, TalentRow, Talents


def part(unit: Unit, openid: str, now: datetime) -> Talent | None:
    """Whoever comes by the mini-program is somebody of their own from now on; None: whose openid this is has but one.

    Rows of record go with the openid they came by. What a person has once stays with the service account, for nobody
    knows whose it was; not so the telephone number, which is forgotten. All logins and codes of the two end.
    """
    unit.lock()
    unit.durable = True
    talents = Talents(unit)
    talent = talents.of(openid)
    if talent is None or len(talent.openids) < 2:
        return None
    Logins(unit).end(talent, now)
    talents.forget_phone(talent)
    talents.row(talent).unionid = None  # of which of the two is told when they come again
    own = TalentRow(created_at=now, seen_at=now)
    unit.session.add(own)
    unit.session.flush()
    moving = update(IdentityRow).where(IdentityRow.openid == talent.openids["miniapp"])
    unit.execute(moving.values(talent_id=own.id))
    unit.session.expire_all()
    return talents.get(own.id)
