"""By which of our accounts a person can be written to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import bindparam, select
from sqlalchemy.orm import aliased

from models import message
from models.db import Unit
from models.person import Person
from models.prepared import Prepared
from models.talent import App, IdentityRow, Talent

_APPS: tuple[App, ...] = ("service", "miniapp")
_AT_ONCE = 500  # openids in one statement
_mine, _any = aliased(IdentityRow), aliased(IdentityRow)
_BOTH = select(_mine.openid, _any.app, _any.openid).join(_any, _any.talent_id == _mine.talent_id)
_OF = Prepared(_BOTH.where(_mine.openid == bindparam("openid")))


class Address(NamedTuple):
    account: App
    openid: str


def of(unit: Unit, talent: Talent) -> list[Address]:
    """Theirs, the first that reaches them foremost: the service account's while they follow it, else the
    mini-program's."""
    return _sorted(talent.openids, _following(unit, [talent.openids]))


def addresses(unit: Unit, openid: str, account: App) -> list[Address]:
    """`of` whoever has this openid of that account. Read anew each time."""
    theirs = {app: each for _, app, each in unit.rows(_OF, {"openid": openid})}
    return _sorted(theirs, _following(unit, [theirs])) if len(theirs) > 1 else [Address(account, openid)]


def addresses_by(unit: Unit, openids: Sequence[str]) -> dict[str, list[Address]]:
    """`addresses` of many at once; who has never come by a page is missing."""
    found: dict[str, dict[str, str]] = {}
    for at in range(0, len(openids), _AT_ONCE):
        for openid, app, each in unit.execute(_BOTH.where(_mine.openid.in_(openids[at : at + _AT_ONCE]))):
            found.setdefault(openid, {})[app] = each
    following = _following(unit, list(found.values()))
    return {openid: _sorted(theirs, following) for openid, theirs in found.items()}


def _sorted(theirs: Mapping[str, str], following: set[str]) -> list[Address]:
    found = [Address(app, theirs[app]) for app in _APPS if app in theirs]
    return found if len(found) < 2 or theirs["service"] in following else found[::-1]


def _following(unit: Unit, people: Sequence[Mapping[str, str]]) -> set[str]:
    """Of those who have both: who came to the service account and has not left; of whose coming we know nothing, who
    has ever written to it."""
    both = sorted({theirs["service"] for theirs in people if len(theirs) > 1})
    found: set[str] = set()
    for at in range(0, len(both), _AT_ONCE):
        some = both[at : at + _AT_ONCE]
        query = select(Person.openid, Person.following).where(Person.openid.in_(some))
        known = {openid: bool(follows) for openid, follows in unit.execute(query)}
        found |= {openid for openid in known if known[openid]}
        found |= message.wrote(unit, [each for each in some if each not in known])
    return found
