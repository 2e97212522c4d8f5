"""The access token of one account: one for all processes, fetched by one of them at a time, never forced.

https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken
"""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.wechat.answers import later
from bot.wechat.errors import SendError
from models.account import Held, Tokens
from models.db import Database, Stale, Unavailable
from models.seal import Seal, Sealed

_AHEAD = timedelta(minutes=5)  # WeChat hands out the next one from then on, and honours both
_LAST = timedelta(seconds=10)  # a call begun with it must still find it alive
_LEASE = timedelta(seconds=15)  # longer than a fetch may take
_NOT_YET = timedelta(seconds=30)  # after a fetch that brought nothing newer, while the old one is good
_PAUSE = timedelta(seconds=2)  # after a failed one, when there is none
_WAIT, _LOOK = 6.0, 0.05  # seconds: for another's fetch altogether, and between two looks


@dataclass(frozen=True, slots=True, repr=False)
class Token:
    value: str
    ends_at: datetime

    def fresh(self, now: datetime) -> bool:
        return now < self.ends_at - _AHEAD

    def good(self, now: datetime) -> bool:
        return now < self.ends_at - _LAST


@dataclass(frozen=True, slots=True, repr=False)
class Fetched:
    """What stable_token answered: `life` in seconds."""

    value: str
    life: float


class TokenService:
    """`fetch` asks WeChat and raises SendError; `closed` raises it once the account is stopped, for those who waited.

    Rows are the truth. Without the database each process asks for itself: WeChat gives them all the same token.
    """

    def __init__(
        self,
        appid: str,
        fetch: Callable[[], Fetched],
        closed: Callable[[], None],
        *,
        db: Database | None,
        seal: Seal,
        now: Callable[[], datetime],
    ) -> None:
        self._appid, self._fetch, self._closed = appid, fetch, closed
        self._db, self._seal, self._now = db, seal, now
        self._worker = secrets.token_hex(8)
        self._one = threading.Lock()
        self._own: Token | None = None

    def current(self) -> str:
        """Raises SendError when there is none to be had."""
        own, now = self._own, self._now()
        if own is not None and own.fresh(now):
            return own.value
        if own is not None and own.good(now):
            return self._in_turn("", otherwise=own)
        return self._in_turn("")

    def other_than(self, bad: str) -> str:
        """After WeChat did not know `bad`: the one somebody else has got meanwhile, or a newly fetched one."""
        return self._in_turn(bad)

    def known_to_others(self) -> str:
        """The one in the database, "" when there is none."""
        with suppress(Unavailable, Stale):
            shared = self._opened(self._shared())
            return shared.value if shared else ""
        return ""

    def held(self) -> datetime | None:
        """Until when the present one lasts. Raises Unavailable."""
        token = self._opened(self._shared())
        return token.ends_at if token and token.good(self._now()) else None

    def _in_turn(self, bad: str, otherwise: Token | None = None) -> str:
        """One thread of a process at a time; the others take `otherwise`, or wait."""
        waited = not self._one.acquire(blocking=False)
        if waited and otherwise is not None:
            return otherwise.value
        if waited and not self._one.acquire(timeout=_WAIT):
            raise _busy()
        try:
            return self._obtained(bad, waited)
        finally:
            self._one.release()

    def _obtained(self, bad: str, waited: bool) -> str:
        gives_up = time.monotonic() + _WAIT
        while time.monotonic() < gives_up:
            now, own = self._now(), self._own
            if own is not None and own.value != bad and own.fresh(now):
                return own.value
            if waited:
                self._closed()
            try:
                got = self._shared_or_ours(bad, now)
            except (Unavailable, Stale):
                return self._fetched_alone(own, bad, now)
            if got:
                return got
            time.sleep(_LOOK)
            waited = True
        raise _busy()

    def _shared_or_ours(self, bad: str, now: datetime) -> str:
        """ "" while somebody else is at it and there is nothing to go on with."""
        held = self._shared()
        token = self._opened(held)
        if token is not None and (token.value == bad or not token.good(now)):
            token = None
        leased = held is not None and held.leased(now)
        if token is not None and (leased or token.fresh(now)):
            return self._kept(token)
        if leased or not self._taken(held, now):
            return ""
        return self._fetched(token, now)

    def _shared(self) -> Held | None:
        with self._rows().unit() as unit:
            return Tokens(unit, self._appid).held()

    def _opened(self, held: Held | None) -> Token | None:
        if held is None or not held.sealed or held.ends_at is None:
            return None
        try:
            return Token(self._seal.open(held.sealed), held.ends_at)
        except (Sealed, ValueError):  # by another SECRET_KEY: worth no more than none
            return None

    def _taken(self, seen: Held | None, now: datetime) -> bool:
        with self._rows().writing() as unit:
            return Tokens(unit, self._appid).take(self._worker, seen=seen, now=now, until=now + _LEASE)

    def _fetched(self, old: Token | None, now: datetime) -> str:
        """With the lease. While `old` is good a failure is no harm: it is tried again later."""
        try:
            found = self._fetch()
        except SendError:
            self._give_back(now + (_NOT_YET if old else _PAUSE))
            if old is None:
                raise
            return self._kept(old)
        token = Token(found.value, now + timedelta(seconds=found.life))
        rest = None if token.fresh(now) else now + _NOT_YET
        with suppress(Unavailable, Stale), self._rows().writing() as unit:
            Tokens(unit, self._appid).keep(self._worker, self._seal.close(token.value), token.ends_at, until=rest)
        return self._kept(token)

    def _give_back(self, until: datetime) -> None:
        with suppress(Unavailable, Stale), self._rows().writing() as unit:
            Tokens(unit, self._appid).give_back(self._worker, until=until)

    def _fetched_alone(self, own: Token | None, bad: str, now: datetime) -> str:
        """Without the database."""
        if own is not None and own.value != bad and own.good(now):
            return own.value
        found = self._fetch()
        return self._kept(Token(found.value, now + timedelta(seconds=found.life)))

    def _rows(self) -> Database:
        if self._db is None:
            raise Unavailable("none was given")
        return self._db

    def _kept(self, token: Token) -> str:
        self._own = token
        return token.value


def _busy() -> SendError:
    return later("令牌正在更新", unsure=False, retry_after=2.0)
