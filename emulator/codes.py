"""Codes the phone hands to a mini-program (wx.login, getPhoneNumber) or to a page. Each works once, for five minutes.

https://developers.weixin.qq.com/miniprogram/dev/OpenApiDoc/user-login/code2Session.html
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from emulator.tokens import Refused

LIFE = 300
KEPT = 500

CodeKind = Literal["login", "phone", "page"]


@dataclass
class Code:
    """`used` and an `ends` in the past both make it worthless, with different errcodes."""

    value: str
    kind: CodeKind
    openid: str
    ends: float
    used: bool = False
    scope: str = ""  # of a page's


class Codes:
    """Of one account. The clock is handed in."""

    def __init__(self, now: Callable[[], float]) -> None:
        self._now = now
        self._codes: dict[str, Code] = {}

    def give(self, kind: CodeKind, openid: str, scope: str = "") -> Code:
        code = Code(secrets.token_urlsafe(24), kind, openid, self._now() + LIFE, scope=scope)
        self._codes[code.value] = code
        if len(self._codes) > KEPT:
            del self._codes[next(iter(self._codes))]
        return code

    def use(self, kind: CodeKind, value: object) -> Code:
        """40029 for one that is none, of the other kind or too old; 40163 for one used before."""
        code = self._codes.get(value) if isinstance(value, str) else None
        if code is None or code.kind != kind or (code.ends <= self._now() and not code.used):
            raise Refused(40029, "invalid code")
        if code.used:
            raise Refused(40163, "code been used")
        code.used = True
        return code

    def of(self, openid: str) -> list[Code]:
        return [code for code in self._codes.values() if code.openid == openid and code.ends > self._now()]
