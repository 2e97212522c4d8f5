"""The ledger of customer-service messages against the emulator's model of WeChat's rules."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

import pytest

from bot.window import OUTSIDE, USED_UP, Window, window
from emulator.quota import MINI, SERVICE, Quota, Rule
from models.message import Opened
from models.sending import Sending

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
HISTORIES = 10_000


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def did(kind: str, seconds: float) -> Opened:
    return Opened(kind, at(int(seconds)), at(seconds))


def call(seconds: float, outcome: str = "ok", way: str = "service") -> Sending:
    return Sending(0, 0, 0, way, "", "", outcome, at(seconds))


def test_nobody_who_did_nothing_may_be_written_to() -> None:
    assert window([], [], START) == Window(0, None)


def test_a_message_opens_two_days_for_five() -> None:
    found = window([did("message", 0)], [call(1), call(2)], at(3))
    assert found == Window(3, at(48 * 3600))
    assert window([did("message", 0)], [], at(48 * 3600)) == Window(0, None)


@pytest.mark.parametrize(("outcome", "left"), [("ok", 4), ("unsure", 4), ("", 4), ("forgiven", 4), ("-1", 5), ("0", 5)])
def test_what_may_have_arrived_counts_and_what_was_refused_does_not(outcome: str, left: int) -> None:
    assert window([did("message", 0)], [call(1, outcome)], at(2)).left == left


def test_other_ways_use_nothing() -> None:
    assert window([did("message", 0)], [call(1, way="template")], at(2)).left == 5


@pytest.mark.parametrize("code", [OUTSIDE, USED_UP])
def test_a_refusal_is_believed_until_the_person_does_something_again(code: int) -> None:
    refused = [call(5, str(code))]
    assert window([did("message", 0)], refused, at(6)).left == 0
    assert window([did("message", 0), did("menu", 7)], refused, at(8)).left == 3


def test_what_a_send_used_up_two_days_ago_is_not_charged_to_the_newer_window() -> None:
    """The older window ended first, and paid, though it is over by now."""
    opened = [did("message", 0), did("menu", 48 * 3600 - 30)]
    assert window(opened, [call(48 * 3600 - 20)], at(48 * 3600 + 10)).left == 3


class History:
    """One person, as WeChat counts and as we do."""

    def __init__(self, chance: random.Random, rules: dict[str, Rule]) -> None:
        self.chance, self.kinds = chance, sorted(rules)
        self.quota, self.now = Quota(rules), 0.0
        self.opened: list[Opened] = []
        self.sendings: list[Sending] = []

    def step(self) -> str:
        self.now += self.chance.choice((0.001, 0.4, 3, 19, 40, 59, 61, 3600, 90_000, 48 * 3600 - 40, 48 * 3600))
        if self.chance.random() < 0.4:
            kind = self.chance.choice(self.kinds)
            self.quota.triggers(kind, int(self.now))
            self.opened.append(did(kind, self.now))
            return ""
        allowed = window(self.opened, self.sendings, at(self.now)).left
        code = self.quota.send(self.now)
        self.sendings.append(call(self.now, "ok")) if not code else None
        return "" if bool(allowed) == (code == 0) else f"at {self.now} we allow {allowed}, WeChat says {code}"


def test_ten_thousand_random_histories_agree_with_wechat() -> None:
    """Neither is a send refused that we allowed, nor one withheld that WeChat would have taken."""
    wrong, sends = [], 0
    for seed in range(HISTORIES):
        history = History(random.Random(seed), MINI if seed % 5 == 0 else SERVICE)
        wrong += [f"{seed}: {said}" for said in (history.step() for _ in range(history.chance.randint(1, 24))) if said]
        sends += len(history.sendings)
    assert wrong == []
    assert sends > HISTORIES  # they were about something
