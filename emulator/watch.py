"""Reading the world: what changed since a revision, and waiting until a chat has said enough."""

from __future__ import annotations

import time
from typing import Any

from emulator.standing import limits, standing, typing
from emulator.world import World


def changes(world: World, since: int) -> dict[str, Any]:
    """Everything a page needs to catch up. What is small comes whole every time: people, menu, faults, templates."""
    with world.changed:
        people = list(world.people.values())
        return {
            "epoch": world.epoch,
            "cursor": world.revision,
            "mode": world.mode,
            "callback": world.callback,
            "account": {
                "name": world.account.name,
                "appid": world.account.appid,
                "original_id": world.account.original_id,
                "mini": world.mini.account.name,
            },
            "clock": {"now": world.clock(), "ahead": world.clock.ahead},
            "faults": [fault.as_json() for fault in world.faults.all()],
            "templates": [template.as_json() for template in world.templates.values()],
            "scenes": [scene.as_json() for scene in world.service.scenes.all()],
            "limits": limits(world),
            "typing": typing(world),
            "states": [standing(world, person) for person in people],
            "verification": world.verification,
            "menu": world.menu,
            "users": [person.as_json() for person in people],
            "entries": [entry.as_json() for entry in world.entries.values() if entry.revision > since],
            "callbacks": [each.brief() for each in world.callbacks.values() if each.revision > since],
            "calls": [call.brief() for call in world.calls.all() if call.revision > since],
        }


def transcript(world: World, openid: str, after: int) -> list[dict[str, Any]]:
    with world.changed:
        return [e.as_json() for e in world.entries.values() if e.openid == openid and e.id > after]


def _busy(world: World, openid: str) -> bool:
    return any(each.openid == openid and each.state == "running" for each in world.callbacks.values())


def wait_transcript(
    world: World, openid: str, after: int, count: int, quiet: bool, timeout: float
) -> tuple[list[dict[str, Any]], bool]:
    """The chat after entry `after`, and whether what was waited for came true before `timeout` seconds.

    `count`: that many lines from the account (replies and fault notices).
    `quiet`: no message of this user is on its way any more.
    """
    end = time.monotonic() + timeout
    with world.changed:
        while True:
            entries = transcript(world, openid, after)
            said = sum(entry["side"] in {"account", "notice"} for entry in entries)
            done = said >= count and not (quiet and _busy(world, openid))
            left = end - time.monotonic()
            if done or left <= 0:
                return entries, done
            world.changed.wait(left)


def log(world: World, openid: str | None, after: int, limit: int) -> list[dict[str, Any]]:
    """Callbacks in full, oldest first; the newest `limit` of those that fit."""
    with world.changed:
        fitting = [
            each for each in world.callbacks.values() if each.id > after and (openid is None or each.openid == openid)
        ]
        return [each.as_json() for each in fitting[-limit:]]
