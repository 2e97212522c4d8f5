"""Random histories of one person through the real pipeline and the real delivery, against the emulator's own ledgers.

The pure ledger is held against the same model ten thousand times in test_window.py; here it is the whole way, from the
message's row to the call.
"""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any

from bot.deadline import Deadline
from bot.kit import Kit
from bot.message import opens
from bot.pipeline import Pipeline
from bot.reply import Reply, Silence, Text, Turn
from bot.router import Route, Router
from bot.wechat.errors import SendError
from emulator.consents import REFUSED, Consents
from emulator.quota import SERVICE, Quota
from handlers.chat import subscription
from models import outbox
from outgoing import deliver, owe
from talk import Clock, message_of

HISTORIES = 30
ONCE, LASTING = "emu-subscribe-notice", "emu-lasting-notice"
_SAID = ("你好", "[click menu.card]", "[subscribe]", "[scan x]", "[view https://example.org/]")
_CONSENTS = (
    f"[popup {ONCE} accept]",
    f"[popup {ONCE} reject]",
    f"[popup {LASTING} accept]",
    f"[change {LASTING} reject]",
)
_STEPS = (0.2, 1, 5, 20, 30, 45, 61, 7200, 86_400, 2 * 86_400)


@dataclass
class Tencent:
    """Takes and refuses as the emulator would. `refused` are the errcodes it had to give."""

    clock: Clock
    quotas: dict[str, Quota] = field(default_factory=dict)
    consents: Consents = field(default_factory=Consents)
    refused: list[int] = field(default_factory=list)
    took: Counter[str] = field(default_factory=Counter)
    numbers: Iterator[int] = field(default_factory=itertools.count)

    def quota(self, openid: str) -> Quota:
        return self.quotas.setdefault(openid, Quota(SERVICE))

    def allows(self, openid: str, template: str) -> bool:
        consent = self.consents.of(openid).get(template)
        return any(each.left for each in self.quota(openid).open(self.clock.at.timestamp())) or bool(
            consent and consent.accepted and (consent.lasting or consent.left)
        )

    def send(self, openid: str, reply: Reply) -> None:
        self._took("service", self.quota(openid).send(self.clock.at.timestamp()))

    def send_subscription(self, openid: str, template: str, fields: object, *, page: str = "", url: str = "") -> str:
        self._took("subscription", self.consents.send(openid, template))
        return f"s{next(self.numbers)}"

    def _took(self, way: str, code: int) -> None:
        if code:
            self.refused.append(code)
            raise SendError("consent" if code == REFUSED else "window", code, "", "")
        self.took[way] += 1


@dataclass
class History:
    kit: Kit
    pipeline: Pipeline
    clock: Clock
    tencent: Tencent
    openid: str
    chance: random.Random

    def run(self) -> list[str]:
        return [said for said in (self._step() for _ in range(self.chance.randint(6, 16))) if said]

    def _step(self) -> str:
        self.clock.at += timedelta(seconds=self.chance.choice(_STEPS))
        what = self.chance.random()
        if what < 0.45:
            self._say(self.chance.choice(_SAID))
        elif what < 0.6:
            self._say(self.chance.choice(_CONSENTS))
        else:
            name = self.chance.choice(("ticket_answer", "broadcast"))
            return "".join(self._owe(name) for _ in range(self.chance.choice((1, 1, 2, 4, 6))))
        return ""

    def _say(self, text: str) -> None:
        at = self.clock.at.timestamp()
        message = message_of(text, self.openid, int(at))
        kind = opens(message)
        if kind:
            self.tencent.quota(self.openid).triggers(kind, int(at))
        for template, said, _ in message.results:
            tell = self.tencent.consents.accept if said == "accept" else self.tencent.consents.refuse
            tell(self.openid, template, lasting=template == LASTING)
        self.pipeline.handle(message, Deadline())
        deliver(self.kit)  # what waited may go now

    def _owe(self, name: str) -> str:
        allowed = self.tencent.allows(self.openid, ONCE if name == "ticket_answer" else LASTING)
        number = owe(self.kit, self.openid, name)
        deliver(self.kit)
        with self.kit.db.unit() as unit:
            row = outbox.find(unit, number)
        assert row is not None
        return "" if (row.state == "sent") == allowed else f"{row.state} though WeChat would have said {allowed}"


def test_nothing_is_refused_that_we_allowed_and_nothing_withheld(kit: Kit, clock: Clock) -> None:
    tencent = Tencent(clock)
    config = kit.notices()
    names = ("ticket_answer", "broadcast")
    bare = {name: config.of(name).model_copy(update={"template": None}) for name in names}
    without = config.model_copy(update=bare)
    ours = replace(kit, wechat=tencent, notices=lambda: without)  # type: ignore[arg-type]
    answers = Route("answer", lambda _: True, lambda context: Turn(_reply(context)))
    events = Route("consents", subscription.is_answer, subscription.answer)
    pipeline = Pipeline(ours, Router([events], {}, [], answers))
    wrong: list[str] = []
    for seed in range(HISTORIES):
        history = History(ours, pipeline, clock, tencent, f"o{seed}", random.Random(seed))
        wrong += [f"{seed}: {said}" for said in history.run()]
    pipeline.close()
    assert wrong == []
    assert tencent.refused == []
    assert tencent.took["service"] > HISTORIES
    assert tencent.took["subscription"] > HISTORIES / 10


def _reply(context: Any) -> Reply:
    return Silence() if context.message.event == "view" else Text("好的")
