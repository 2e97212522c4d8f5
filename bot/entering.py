"""People who come in by a page or the mini-program: who they are, and what their becoming one person owes others."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Literal

from bot import notices
from bot.events import Announcing
from config.calendar import SHANGHAI
from models import outbox, talk
from models.db import Unit
from models.joining import WHY
from models.linking import LinkCodes
from models.memory import Memory
from models.seal import Seal
from models.talent import App, NotOne, Talent, Talents

_TRIES, _HOUR = 10, 3600  # codes one person may type in so many seconds
_MOST = 500  # open rows of one person
_OPEN = ("due", "waiting")
Why = Literal["unknown", "same", "taken", "many"]


class NotLinked(Exception):
    """`why`: unknown (the code is none, used or too old), same (they are one person already), taken (one of the two
    is linked to somebody else), many (too many were tried for now). phrases.yaml has a `link.` sentence for each."""

    def __init__(self, why: Why) -> None:
        super().__init__(why)
        self.why: Why = why


class Entering:
    """Part of the caller's unit. `phrase`: the library's. Every verb raises Stale (run again)."""

    def __init__(self, unit: Unit, seal: Seal, phrase: Callable[..., str]) -> None:
        self._unit = unit
        self._phrase = phrase
        self._codes = LinkCodes(unit, seal)
        self._talents = Talents(unit)

    def enter(self, openid: str, app: App, *, unionid: str = "", now: datetime) -> Talent:
        """Whoever comes with a proved openid, known or new."""
        talent = self._talents.enter(openid, app, unionid=unionid, now=now)
        self._tell(now)
        if self._talents.joined:
            self._wake(talent, now)
        return talent

    def code(self, talent: Talent, now: datetime) -> str:
        """Eight digits to be typed at their other door."""
        return self._codes.make(talent.id, now)

    def look(self, openid: str, app: App, code: str, memory: Memory, now: datetime, *, once: str = "") -> Why | None:
        """Why that code would not link them, None: it would. It counts as a try, once for all looks with one `once`;
        takes no lock. Whoever asks for a code by any door asks this before `link`."""
        talent = self._talents.of(openid) or Talent(0, {app: openid})
        if not _may_try(talent.all, memory, once):
            return "many"
        other = self._codes.whose(code, now)
        if other is None:
            return "unknown"
        if other == talent.id:
            return "same"
        return "taken" if talent.openids.keys() & self._talents.get(other).openids.keys() else None

    def link(self, talent: Talent, code: str, now: datetime, *, talking: str = "") -> Talent:
        """They and whoever was shown the code are one person from now on; whoever was shown it is told. `talking`: the
        openid whose talk the caller holds. Raises NotLinked."""
        other = self._codes.use(code, now)
        if other is None:
            raise NotLinked("unknown")
        if other == talent.id:
            raise NotLinked("same")
        into, one = sorted((talent.id, other))  # who was known first stays
        try:
            self._talents.join(one, into, now=now)
        except NotOne:
            raise NotLinked("taken") from None
        self._tell(now)
        joined = self._talents.get(into)
        self._wake(joined, now, talking)
        self._warn([each for each in joined.openids if each not in talent.openids], joined, now)
        return joined

    def _wake(self, talent: Talent, now: datetime, talking: str = "") -> None:
        """What waited for the one goes out by the other."""
        for openid in sorted(talent.all):
            if openid != talking:
                talk.owe(self._unit, openid)  # what is just being put to wait is seen below
        outbox.wake(self._unit, talent.all, now)

    def _warn(self, apps: Sequence[str], talent: Talent, now: datetime) -> None:
        """By the account they were shown the code in: the other one may be somebody else's, who talked them into it."""
        at = now.astimezone(SHANGHAI)
        told = {
            "title": "账号关联",
            "when": at.replace(microsecond=0).isoformat(),
            "note": self._phrase("link.told_note"),
            "text": self._phrase("link.told", at=f"{at.month}月{at.day}日{at.hour}:{at.minute:02d}"),
        }
        for app in apps:
            dedup = f"linked:{talent.openids[app]}:{now.isoformat()}"
            notices.owe(self._unit, notices.LINKED, talent.openids[app], told, dedup=dedup, now=now, account=app)

    def _tell(self, now: datetime) -> None:
        """Who got a seat hears of it; what was owed for a moved sign-up or agreement is owed where it stands now."""
        Announcing(self._unit, self._phrase).seated(self._talents.promoted, now)
        for old, new in self._talents.moved:
            self._take_along(old, new, now)
        self._talents.promoted, self._talents.moved = [], []

    def _take_along(self, old: str, new: str, now: datetime) -> None:
        theirs = {(row.kind, row.body) for row in self._owed(new)}
        moving = [row for row in self._owed(old) if {"event", "purpose"} & notices.data_of(row).keys()]
        twice = [row.dedup for row in moving if (row.kind, row.body) in theirs]
        outbox.drop_all(self._unit, twice, WHY)
        ids = [row.id for row in moving if row.dedup not in twice]
        outbox.readdress(self._unit, ids, new, "service", now)

    def _owed(self, openid: str) -> list[outbox.Row]:
        return [row for state in _OPEN for row in outbox.rows(self._unit, state=state, openid=openid, limit=_MOST)]


def _may_try(openids: Sequence[str], memory: Memory, once: str) -> bool:
    """Counts one more. What they tried before they were one person counts for both."""
    own, *others = (f"link:{each}" for each in sorted(openids))
    again = once and not memory.add(f"{own}:{once}", "1", _HOUR)
    tried = int(memory.get(own) or 0) if again else memory.count(own, _HOUR)
    return tried + sum(int(memory.get(each) or 0) for each in others) <= _TRIES
