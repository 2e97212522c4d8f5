"""Access tokens by Tencent's rules. Two kinds, isolated from each other.

getAccessToken        every call gives a new token; the one before lives five minutes more; 2000 a day
getStableAccessToken  the same token until five minutes before its end; force_refresh kills the old one at once,
                      20 times a day and 30 seconds apart

https://developers.weixin.qq.com/doc/service/api/base/api_getstableaccesstoken
https://developers.weixin.qq.com/doc/oplatform/developers/dev/AccessToken.html
"""

from __future__ import annotations

import secrets
import threading
from collections.abc import Callable
from dataclasses import dataclass

LIFE = 7200
OVERLAP = 300
FORCED_PER_DAY = 20
FORCED_APART = 30
PLAIN_PER_DAY = 2000
DAY = 86_400
EIGHT_HOURS = 8 * 3600  # Tencent's days begin at midnight in Beijing


class Refused(Exception):
    """Tencent's answer when a token is not given or not accepted."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text


@dataclass
class Token:
    value: str
    ends: float


class Tokens:
    """Gives tokens and checks them. The clock is handed in."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._lock = threading.Lock()
        self._valid: dict[str, float] = {}
        self._stable: Token | None = None
        self._last: Token | None = None
        self._forced_at = float("-inf")
        self._spent: dict[str, tuple[int, int]] = {}

    def plain(self) -> tuple[str, int]:
        """GET /cgi-bin/token."""
        with self._lock:
            self._spend("plain", PLAIN_PER_DAY)
            self._retire(self._last)
            self._last = self._new()
            return self._last.value, LIFE

    def stable(self, force: bool) -> tuple[str, int]:
        """POST /cgi-bin/stable_token: the token and the seconds it has left."""
        with self._lock:
            if force:
                self._force()
            if self._stable is None or self._stable.ends - self._now() <= OVERLAP:
                self._stable = self._new()
            return self._stable.value, round(self._stable.ends - self._now())

    def knows(self, value: str | None) -> bool:
        """Whether it was ever given out here, valid or not."""
        with self._lock:
            return value in self._valid

    def check(self, value: str | None) -> None:
        """Refused unless the token may be used now."""
        if not value:
            raise Refused(41001, "access_token missing")
        with self._lock:
            ends = self._valid.get(value)
            if ends is None:
                raise Refused(40001, "invalid credential, access_token is invalid or not latest")
            if ends <= self._now():
                raise Refused(42001, "access_token expired")

    def _force(self) -> None:
        if self._now() - self._forced_at < FORCED_APART:
            raise Refused(45011, "api minute-quota reach limit, must slower: force_refresh needs 30 s between calls")
        self._spend("forced", FORCED_PER_DAY)
        self._forced_at = self._now()
        if self._stable is not None:
            self._valid.pop(self._stable.value, None)
        self._stable = self._new()

    def _new(self) -> Token:
        # Long on purpose: Tencent asks for room for 512 characters.
        token = Token("EMU_" + secrets.token_urlsafe(150), self._now() + LIFE)
        self._valid = {value: ends for value, ends in self._valid.items() if ends > self._now() - DAY}
        self._valid[token.value] = token.ends
        return token

    def _retire(self, token: Token | None) -> None:
        if token is not None:
            self._valid[token.value] = min(token.ends, self._now() + OVERLAP)

    def _spend(self, name: str, limit: int) -> None:
        today = int((self._now() + EIGHT_HOURS) // DAY)
        day, used = self._spent.get(name, (today, 0))
        used = used if day == today else 0
        if used >= limit:
            raise Refused(45009, "reach max api daily quota limit")
        self._spent[name] = (today, used + 1)
