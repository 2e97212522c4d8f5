"""What goes wrong at Tencent's on demand: for one API or all, so many times, for a share of calls, or until ended."""

from __future__ import annotations

import random
from dataclasses import dataclass
from typing import Any

from emulator.wants import BadRequest, number, text

TOKEN_PATHS = ("/cgi-bin/token", "/cgi-bin/stable_token")
# What each does; any other whole number is answered as that errcode.
KINDS = {
    "down": "断开连接，什么都不做",
    "slow": "等若干秒再办",
    "drop": "办了，但不回答",
    "502": "HTTP 502",
    "html": "HTTP 200，内容是网页",
    "-1": "系统繁忙",
    "40001": "access_token 无效",
    "45009": "当日调用次数用完",
    "40125": "AppSecret 不对",
    "40164": "IP 不在白名单",
}
TEXTS = {
    -1: "system error",
    40001: "invalid credential, access_token is invalid or not latest",
    45009: "reach max api daily quota limit",
    40125: "invalid appsecret",
    40164: "invalid ip 127.0.0.1, not in whitelist",
}
MOST = 50


@dataclass
class Fault:
    """`api` is a path or "*"; `left` None: until ended; `share` of the calls; `seconds` for slow."""

    id: int
    what: str
    api: str = "*"
    left: int | None = None
    share: float = 1.0
    seconds: float = 0.0

    def as_json(self) -> dict[str, Any]:
        return {**vars(self), "text": KINDS.get(self.what, f"errcode {self.what}")}

    def fits(self, path: str) -> bool:
        if self.api != "*":
            return self.api == path
        # A wrong secret can only be told where the secret is asked for, a wrong token where it is not.
        if self.what in {"40125", "40164"}:
            return path in TOKEN_PATHS
        return not (self.what == "40001" and path in TOKEN_PATHS)


class Faults:
    """Those switched on, oldest first. The world's lock guards them."""

    def __init__(self) -> None:
        self._next = 1
        self._on: dict[int, Fault] = {}
        self._dice = random.Random()  # noqa: S311 - a share of calls, no secret

    def add(self, body: dict[str, Any]) -> Fault:
        """From the control API, or BadRequest."""
        what, api = text(body, "what"), text(body, "api", "*")
        if what not in KINDS and not what.removeprefix("-").isdecimal():
            raise BadRequest(f"what 应为其中之一：{', '.join(KINDS)}，或其他 errcode。")
        if api != "*" and not api.startswith("/"):
            raise BadRequest("api 应为 * 或以 / 开头的路径，例如 /cgi-bin/message/custom/send。")
        if len(self._on) >= MOST:
            raise BadRequest(f"最多 {MOST} 个故障开关。")
        fault = Fault(
            self._next,
            what,
            api,
            None if body.get("count") is None else int(number(body, "count", low=1, high=1_000_000)),
            number(body, "share", 1.0, low=0, high=1),
            number(body, "seconds", 10.0, low=0, high=120) if what == "slow" else 0.0,
        )
        self._next += 1
        self._on[fault.id] = fault
        return fault

    def all(self) -> list[Fault]:
        return list(self._on.values())

    def end(self, fault_id: int) -> bool:
        return self._on.pop(fault_id, None) is not None

    def end_all(self) -> None:
        self._on.clear()

    def strike(self, path: str) -> list[Fault]:
        """What befalls this call: every slowness, and the first of the others."""
        struck: list[Fault] = []
        for fault in self.all():
            other = fault.what != "slow" and any(each.what != "slow" for each in struck)
            if other or not fault.fits(path) or self._dice.random() >= fault.share:
                continue
            struck.append(fault)
            if fault.left is not None:
                fault.left -= 1
                if fault.left == 0:
                    self.end(fault.id)
        return struck
