"""What Tencent keeps of one account: its tokens, counters, windows, consents, codes, QR codes.

The world's lock guards it: whoever reads or changes it holds `world.changed`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from emulator.account import Account
from emulator.clock import Clock
from emulator.codes import Codes
from emulator.consents import Consents
from emulator.daily import Daily
from emulator.quota import MINI, SERVICE, Quota
from emulator.scenes import Scenes
from emulator.tokens import Tokens

REPEATS = 600  # seconds in which a client_msg_id is known
KEPT_REPEATS = 20_000


@dataclass
class Talk:
    """When the person and the account last wrote, and until when 对方正在输入 stands there."""

    last: float = float("-inf")
    typing: float = float("-inf")


class Ledger:
    """Of one account. `limit` replaces Tencent's daily numbers; 0 leaves them."""

    def __init__(self, account: Account, clock: Clock, limit: int = 0) -> None:
        self.account = account
        self.clock = clock
        self.tokens = Tokens(clock)
        self._limit = limit
        self.clear()

    def clear(self) -> None:
        """All but the tokens."""
        self.daily = Daily(self.clock, self.account.kind, self._limit)
        self.codes = Codes(self.clock)
        self.consents = Consents()
        self.scenes = Scenes(self.clock)
        self._quotas: dict[str, Quota] = {}
        self._talks: dict[str, Talk] = {}
        self._repeats: dict[tuple[str, str], tuple[float, dict[str, Any]]] = {}
        self.visits: dict[str, float] = {}  # of a mini-program: when a person was last in it

    def quota(self, openid: str) -> Quota:
        rules = MINI if self.account.kind == "mini" else SERVICE
        return self._quotas.setdefault(openid, Quota(rules))

    def talk(self, openid: str) -> Talk:
        return self._talks.setdefault(openid, Talk())

    def hear(self, openid: str, window: str, created: int) -> None:
        """The person did something; `window` is the kind of allowance it opens, "" for none."""
        if window:
            self.quota(openid).triggers(window, created + self.clock.ahead)
        if window == "message":
            self.talk(openid).last = self.clock()
        if self.account.kind == "mini":
            self.visits[openid] = self.clock()

    def repeated(self, openid: str, client_msg_id: str) -> dict[str, Any] | None:
        """The answer this id got within the last ten minutes."""
        ends, answer = self._repeats.get((openid, client_msg_id), (0.0, {}))
        return answer if ends > self.clock() else None

    def remember(self, openid: str, client_msg_id: str, answer: dict[str, Any]) -> None:
        self._repeats[openid, client_msg_id] = (self.clock() + REPEATS, answer)
        if len(self._repeats) > KEPT_REPEATS:
            del self._repeats[next(iter(self._repeats))]
