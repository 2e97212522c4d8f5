"""Who is at which ticket, viewing or writing: short keys that whoever has a ticket open renews with every poll."""

from __future__ import annotations

import hashlib
import json
import threading
from datetime import datetime, timedelta
from typing import NamedTuple

from bot.kit import Kit
from models.access import Actor
from models.roster import Roster
from models.seal import Seal

LIFE = 20.0  # seconds
_FRESH = timedelta(seconds=1)
_STAFF_FRESH = timedelta(seconds=30)
_AGES_AGO = timedelta(days=1)


class Board(NamedTuple):
    """`at`: number -> [[staff id, name, writing]]; `stamp` changes with it."""

    at: dict[str, list[tuple[int, str, bool]]]
    stamp: str


class Presence:
    """Read at most once a second in each process, however many ask."""

    def __init__(self, kit: Kit) -> None:
        self._kit = kit
        self._guard = threading.Lock()
        self._board = Board({}, "0")
        self._read_at = self._staff_at = kit.now() - _AGES_AGO
        self._staff: dict[int, str] = {}

    def here(self, who: Actor, number: str, writing: bool) -> None:
        if who.id not in self._staff:
            self._staff_at = self._kit.now() - _AGES_AGO  # somebody new: read the names again
        self._kit.memory.set(_key(who.id), f"{number} {int(writing)}", LIFE)

    def board(self) -> Board:
        now = self._kit.now()
        with self._guard:
            if not timedelta() <= now - self._read_at < _FRESH:
                self._read_at, self._board = now, self._read(now)
            return self._board

    def _read(self, now: datetime) -> Board:
        if not timedelta() <= now - self._staff_at < _STAFF_FRESH:
            with self._kit.db.unit() as unit:
                people = Roster(unit, Seal(self._kit.settings.secret_key)).colleagues()
            self._staff_at, self._staff = now, {staff.id: staff.name for staff in people}
        at: dict[str, list[tuple[int, str, bool]]] = {}
        for staff, kept in zip(self._staff, self._kit.memory.many([_key(each) for each in self._staff]), strict=True):
            if kept:
                number, _, writing = kept.partition(" ")
                at.setdefault(number, []).append((staff, self._staff[staff], writing == "1"))
        return Board(at, hashlib.sha256(json.dumps(at).encode()).hexdigest()[:12] if at else "0")


def _key(staff: int) -> str:
    return f"desk:here:{staff}"
