"""Whom a call means."""

from __future__ import annotations

from emulator.ledger import Ledger
from emulator.records import Person
from emulator.tokens import Refused
from emulator.world import World


def need_person(world: World, ledger: Ledger, openid: object) -> Person:
    """By the openid this very account knows: 41009 none given, 40003 unknown."""
    if not openid:
        raise Refused(41009, "missing openid")
    mini = ledger.account.kind == "mini"
    for person in world.people.values():
        if openid == (person.mini_openid if mini else person.openid):
            return person
    raise Refused(40003, "invalid openid")


def need_follower(ledger: Ledger, person: Person) -> None:
    """43004 for who does not follow a service account; a mini-program has no followers."""
    if ledger.account.kind == "service" and not person.following:
        raise Refused(43004, "require subscribe")
