"""An API that WeChat has closed to us is not asked again and again: all processes stop, one tries now and then."""

from __future__ import annotations

import logging
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta

from bot.wechat.errcode import meaning
from bot.wechat.errors import SendError
from config.calendar import SHANGHAI
from models.account import EVERY, Stop, Stops
from models.db import Database, Stale, Unavailable

_log = logging.getLogger("huicai.wechat")
_FIRST, _LONGEST = timedelta(minutes=1), timedelta(minutes=10)
_TRYING = timedelta(seconds=90)  # the others wait so long for the one that tries; longer than any call
_DAILY, _MINUTELY = 45009, 45011
_PER_PERSON = frozenset({"/sns/jscode2session"})  # where one person's haste is nobody else's


class Gate:
    """The stops of one account. While the database is away, each process keeps its own."""

    def __init__(self, appid: str, db: Database | None, now: Callable[[], datetime]) -> None:
        self._appid, self._db, self._now = appid, db, now
        self._own: dict[str, Stop] = {}

    def enter(self, *apis: str, anyway: bool = False) -> tuple[Stop, ...]:
        """Raises SendError while one of them is stopped. What comes back is being tried again: say how it went."""
        now = self._now()
        found = self._found(*apis)
        for stop in found:
            if _stands(stop, now) and not anyway:
                raise self._error(stop, now)
        trying = []
        for stop in found:
            mine = stop._replace(until=now + _TRYING)
            if not self._moved(stop, mine):
                raise self._error(mine, now)
            trying.append(mine)
        return tuple(trying)

    def closed(self, *apis: str) -> None:
        """Raises SendError when one of them is stopped or being tried."""
        now = self._now()
        for stop in self._found(*apis):
            if _stands(stop, now):
                raise self._error(stop, now)

    def passed(self, trying: tuple[Stop, ...]) -> None:
        for stop in trying:
            self._own.pop(stop.api, None)
            try:
                with self._rows().writing() as unit:
                    gone = Stops(unit, self._appid).clear(stop.api)
            except (Unavailable, Stale):
                continue
            if gone:
                _log.warning("wechat %s: %s answers again", self._appid, _shown(stop.api))

    def untold(self, trying: tuple[Stop, ...]) -> None:
        """No proper answer came, which proves nothing."""
        for stop in trying:
            self._moved(stop, stop._replace(until=self._now() + _FIRST))

    def refused(self, api: str, error: SendError, trying: tuple[Stop, ...]) -> None:
        """WeChat said no. If for longer, that is noted, and `error` is told until when nobody asks."""
        now, stops = self._now(), meaning(error.code).stops
        if error.code == _MINUTELY and api in _PER_PERSON:
            error.retry_after, stops = _FIRST.total_seconds(), ""
        if not stops:
            self.passed(trying)
            return
        at = EVERY if stops == "account" else api
        # A no to this API alone comes from an account that is open again.
        self.passed(tuple(stop for stop in trying if stop.api == EVERY != at))
        before = next((stop for stop in trying if stop.api == at), None)
        times = before.times + 1 if before and before.code == error.code else 1
        since = before.since if before else now
        stop = Stop(at, error.code, times, since, now + _while(error.code, times, now))
        known = self._moved(before, stop) if before else not self._added(stop)
        if not known or (before and before.code != error.code):
            _log.error(
                "wechat %s: %s is stopped: %s %s；%s", self._appid, _shown(at), error.code, error.said, error.cure
            )
        error.retry_after = (stop.until - now).total_seconds()

    def reopen(self) -> None:
        """Somebody has mended something: what was stopped for a fault may be tried at once; numbers are as they are."""
        now = self._now()
        with suppress(Unavailable, Stale), self._rows().writing() as unit:
            stops = Stops(unit, self._appid)
            for stop in stops.on():
                if meaning(stop.code).kind != "quota" and _stands(stop, now):
                    stops.move(stop, stop._replace(until=now))

    def lift(self, *apis: str) -> list[Stop]:
        """Somebody knows that these are open again, or all when none is named, numbers too. Those that were stopped.

        Raises Unavailable.
        """
        with self._rows().writing() as unit:
            stops = Stops(unit, self._appid)
            lifted = [stop for stop in stops.on(*apis) if stops.clear(stop.api)]
        for stop in lifted:
            self._own.pop(stop.api, None)
        return lifted

    def all(self) -> list[Stop]:
        with self._rows().unit() as unit:
            return Stops(unit, self._appid).on()

    def _found(self, *apis: str) -> list[Stop]:
        try:
            with self._rows().unit() as unit:
                return Stops(unit, self._appid).on(*apis)
        except (Unavailable, Stale):
            return [stop for stop in map(self._own.get, apis) if stop is not None]

    def _moved(self, seen: Stop, new: Stop) -> bool:
        self._own[new.api] = new
        try:
            with self._rows().writing() as unit:
                return Stops(unit, self._appid).move(seen, new)
        except (Unavailable, Stale):
            return True

    def _added(self, stop: Stop) -> bool:
        new = stop.api not in self._own
        self._own[stop.api] = stop
        try:
            with self._rows().writing() as unit:
                return Stops(unit, self._appid).add(stop)
        except (Unavailable, Stale):
            return new

    def _rows(self) -> Database:
        if self._db is None:
            raise Unavailable("none was given")
        return self._db

    def _error(self, stop: Stop, now: datetime) -> SendError:
        means = meaning(stop.code)
        seconds = max(1.0, (stop.until - now).total_seconds())
        return SendError(means.kind, stop.code, means.said, means.cure, asked=False, retry_after=seconds)


def _stands(stop: Stop, now: datetime) -> bool:
    return stop.stands(now, timedelta(days=1) if stop.code == _DAILY else _LONGEST)


def _while(code: int, times: int, now: datetime) -> timedelta:
    if code == _DAILY:
        here = now.astimezone(SHANGHAI)
        return here.replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1) - here
    if code == _MINUTELY:
        return _FIRST
    return min(_LONGEST, _FIRST * (1 << min(times - 1, 10)))


def _shown(api: str) -> str:
    return "every API" if api == EVERY else api
