"""What is true of a person when we want to write to them, and by which way that would reach them now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.kit import Kit
from bot.notices import filled
from bot.ways import Facts, choose
from bot.window import LOOK_BACK, Window, window
from config.notices import Notice
from models import message, sending
from models.consent import Consents
from models.db import Unit
from models.message import Opened
from models.person import Person
from models.sending import Way


@dataclass(frozen=True, slots=True)
class Reach:
    """`left` messages can go that way now; until `closes_at`, if it is the customer-service window."""

    way: Way
    why: str  # for staff
    left: int
    closes_at: datetime | None


def reach(kit: Kit, unit: Unit, openid: str, notice: str, *, account: str = "service", now: datetime) -> Reach:
    """How a notice of that name would go out now. Reads only."""
    facts = look(kit, unit, openid, kit.notices().of(notice), None, account=account, now=now)
    choice = choose(facts)
    left = {"service": facts.window.left, "subscription": facts.consents, "template": 1}.get(choice.way, 0)
    return Reach(choice.way, choice.why, left, facts.window.closes_at if choice.way == "service" else None)


def look(
    kit: Kit,
    unit: Unit,
    openid: str,
    notice: Notice,
    data: Mapping[str, Any] | None,
    *,
    account: str,
    now: datetime,
) -> Facts:
    """`data` None: any data that fills the templates."""
    opened = message.opened(unit, openid, now - LOOK_BACK)
    allowed = window(opened, sending.since(unit, openid, now - LOOK_BACK), now)
    if account == "miniapp":
        way = notice.miniapp
        if kit.miniapp is None:
            return Facts(following=True, window=Window(0, None))
    else:
        way = notice.subscription
    id_ = _usable(way.id, filled(way, data) if data is not None else {}) if way else ""
    template = notice.template if account == "service" else None
    return Facts(
        following=account == "miniapp" or _follows(unit, openid, opened),
        window=allowed,
        subscription=id_,
        consents=Consents(unit).left(openid, id_) if id_ else 0,
        lasting=bool(way and way.lasting),
        template=_usable(template.id, filled(template, data) if data is not None else {}) if template else "",
    )


def _usable(template: str | None, fields: Mapping[str, str] | None) -> str:
    return template if template and fields is not None else ""


def _follows(unit: Unit, openid: str, opened: list[Opened]) -> bool:
    """Nobody writes to us who does not follow: a message after the farewell says that they are back."""
    person = unit.session.get(Person, openid)
    if person is None or person.following or person.left_at is None:
        return True
    left = person.left_at.replace(microsecond=0)
    return any(each.kind in ("message", "menu", "follow") and each.sent_at > left for each in opened)
