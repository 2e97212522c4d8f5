"""How a person stands with both accounts: what may still be sent, and what the phone holds."""

from __future__ import annotations

from typing import Any

from emulator.ledger import Ledger
from emulator.records import Person
from emulator.world import World


def standing(world: World, person: Person) -> dict[str, Any]:
    """Times (`ends`) are of the emulator's clock, in seconds."""
    with world.changed:
        return {
            **person.as_json(),
            "phone": person.phone,
            "blocks": person.blocks,
            "snapshot": person.snapshot,
            "windows": [
                *_windows(world.service, person.openid),
                *_windows(world.mini, person.mini_openid),
            ],
            "consents": [
                *_consents(world, world.service, person.openid),
                *_consents(world, world.mini, person.mini_openid),
            ],
            "always": dict(person.always),
            "codes": [
                {"kind": code.kind, "code": code.value, "used": code.used, "ends": code.ends}
                for code in world.mini.codes.of(person.mini_openid)
            ],
        }


def typing(world: World) -> list[str]:
    """The people at whose top 对方正在输入 stands."""
    now = world.clock()
    return [openid for openid in world.people if world.service.talk(openid).typing > now]


def limits(world: World) -> list[dict[str, Any]]:
    """The day of each API: what it may be called and what it was."""
    return [
        {"account": ledger.account.kind, "path": path, "limit": limit, "used": ledger.daily.used(path)}
        for ledger in (world.service, world.mini)
        for path, limit in ledger.daily.limits.items()
    ]


def _windows(ledger: Ledger, openid: str) -> list[dict[str, Any]]:
    return [{"account": ledger.account.kind, **vars(each)} for each in ledger.quota(openid).open(ledger.clock())]


def _consents(world: World, ledger: Ledger, openid: str) -> list[dict[str, Any]]:
    return [
        {
            "account": ledger.account.kind,
            "template": template,
            "title": world.templates[template].title if template in world.templates else template,
            **vars(consent),
        }
        for template, consent in ledger.consents.of(openid).items()
    ]
