"""What is true of a person when we want to write to them, and by which way that would reach them now."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from bot.kit import Kit
from bot.notices import data_of, filled, moves
from bot.ways import Facts, choose
from bot.window import LOOK_BACK, Window, window
from config.notices import Notice, Template
from models import message, sending
from models.address import Address, addresses, addresses_by
from models.consent import Consents
from models.db import Unit
from models.message import Opened
from models.outbox import Row
from models.person import People, Person
from models.sending import BEGUN, Sending, Way
from models.talent import App

_AT_ONCE = 500  # people in one statement


@dataclass(frozen=True, slots=True)
class Reach:
    """`left` messages can go that way now; until `closes_at`, if it is the customer-service window."""

    way: Way
    why: str  # for staff
    left: int
    closes_at: datetime | None
    account: App = "service"


def reach(kit: Kit, unit: Unit, openid: str, notice: str, *, account: App = "service", now: datetime) -> Reach:
    """How a notice of that name would go out now, by whichever account reaches the person. Reads only."""
    named = kit.notices().of(notice)
    return _first(
        [
            _reach(look(kit, unit, each.openid, named, None, account=each.account, now=now), each.account)
            for each in addresses(unit, openid, account)
        ]
    )


def bound_for(row: Row, owed: Address, where: Sequence[Address], calls: Sequence[Sending]) -> Sequence[Address]:
    """Of all addresses of its person those a row may go to: to where it began, else wherever it may be moved to."""
    may = where if moves(row) else [owed]
    begun = [each.openid for each in calls if each.outcome in BEGUN]
    return [each for each in may if each.openid in begun[-1:]] or may


def reach_of(kit: Kit, unit: Unit, row: Row, calls: Sequence[Sending], *, now: datetime) -> Reach:
    """How what is left of a row would go out now. `calls`: those made for it. Reads only."""
    named = kit.notices().of(row.kind) if not row.part else Notice()  # half a text is not gone on with by a template
    to = bound_for(row, Address(row.account, row.openid), addresses(unit, row.openid, row.account), calls)
    data = data_of(row) or None
    return _first(
        [_reach(look(kit, unit, each.openid, named, data, account=each.account, now=now), each.account) for each in to]
    )


def reach_all(
    kit: Kit, unit: Unit, openids: Sequence[str], notice: str, *, now: datetime
) -> Iterator[tuple[str, Reach]]:
    """`reach` of many, with a few statements for hundreds of them."""
    named = kit.notices().of(notice)
    ways = {account: _ways(kit, named, None, account) for account in ("service", "miniapp")}
    for at in range(0, len(openids), _AT_ONCE):
        wanted = openids[at : at + _AT_ONCE]
        where = {openid: [Address("service", openid)] for openid in wanted} | addresses_by(unit, wanted)
        every = {each for those in where.values() for each in those}
        some = [each.openid for each in every]
        opened = message.opened_by(unit, some, now - LOOK_BACK)
        sendings = sending.since_by(unit, some, now - LOOK_BACK)
        consents = {
            account: Consents(unit).left_by(some, way.subscription) if way.subscription else {}
            for account, way in ways.items()
        }
        people = People(unit).found(some)

        found = {}
        for each in every:
            known = _Known(people.get(each.openid), opened.get(each.openid, []), sendings.get(each.openid, []))
            facts = _facts(ways[each.account], known, consents[each.account].get(each.openid, 0), now)
            found[each] = _reach(facts, each.account)
        for openid in wanted:
            yield openid, _first([found[each] for each in where[openid]])


def _first(found: Sequence[Reach]) -> Reach:
    """That has a way; else the one that would be waited for."""
    return next((each for each in found if each.way), found[0])


def _reach(facts: Facts, account: App) -> Reach:
    choice = choose(facts)
    left = {"service": facts.window.left, "subscription": facts.consents, "template": 1}.get(choice.way, 0)
    return Reach(choice.way, choice.why, left, facts.window.closes_at if choice.way == "service" else None, account)


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
    if account == "miniapp" and kit.miniapp is None:
        return Facts(following=True, window=Window(0, None))
    ways = _ways(kit, notice, data, account)
    opened = message.opened(unit, openid, now - LOOK_BACK)
    person = unit.session.get(Person, openid) if account == "service" else None
    known = _Known(person, opened, sending.since(unit, openid, now - LOOK_BACK))
    return _facts(ways, known, Consents(unit).left(openid, ways.subscription) if ways.subscription else 0, now)


class _Ways(NamedTuple):
    """The templates that may be used, "" where there is none."""

    subscription: str
    lasting: bool
    template: str


class _Known(NamedTuple):
    """What the tables have of a person; None: nothing, or whether they follow does not matter."""

    person: Person | None
    opened: list[Opened]
    sendings: list[Sending]


def _ways(kit: Kit, notice: Notice, data: Mapping[str, Any] | None, account: str) -> _Ways:
    way = notice.asked_by(account)
    template = notice.template if account == "service" else None
    return _Ways(_usable(way, data), bool(way and way.lasting), _usable(template, data))


def _usable(template: Template | None, data: Mapping[str, Any] | None) -> str:
    if template is None or (data is not None and filled(template, data) is None):
        return ""
    return template.id or ""


def _facts(ways: _Ways, known: _Known, consents: int, now: datetime) -> Facts:
    return Facts(
        following=_follows(known.person, known.opened),
        window=window(known.opened, known.sendings, now),
        subscription=ways.subscription,
        consents=consents,
        lasting=ways.lasting,
        template=ways.template,
    )


def _follows(person: Person | None, opened: list[Opened]) -> bool:
    """Nobody writes to us who does not follow: a message after the farewell says that they are back."""
    if person is None or person.following or person.left_at is None:
        return True
    left = person.left_at.replace(microsecond=0)
    return any(each.kind in ("message", "menu", "follow") and each.sent_at > left for each in opened)
