"""Which way a message takes, and what is repeated when WeChat did not answer."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from bot.ways import Choice, Facts, Over, again, choose
from bot.window import Window
from models.sending import UNSURE, Sending, Way

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
OPEN, USED, SHUT = Window(3, NOW + timedelta(hours=1)), Window(0, NOW + timedelta(hours=1)), Window(0, None)
ALL = Facts(following=True, window=OPEN, subscription="s", consents=1, template="t")


def doubt(way: Way, minutes: float = 1, template: str = "") -> Sending:
    return Sending(1, 1, 0, way, template, "", UNSURE, NOW - timedelta(minutes=minutes))


@pytest.mark.parametrize(
    ("facts", "closed", "way", "said"),
    [
        (ALL, (), "service", "还能发 3 条"),
        (replace(ALL, window=USED), (), "subscription", "条数用完"),
        (replace(ALL, window=SHUT), (), "subscription", "近两天没有来过"),
        (replace(ALL, window=SHUT, consents=0), (), "template", "用模板消息"),
        (ALL, ("service",), "subscription", "微信没有收客服消息"),
        (ALL, ("service", "subscription"), "template", "用模板消息"),
        (ALL, ("service", "subscription", "template"), "", "微信没有收模板消息"),
        (replace(ALL, window=SHUT, subscription="", template=""), (), "", "也没有别的路"),
        (replace(ALL, window=SHUT, consents=0, template=""), (), "", "没有订阅的同意"),
        (replace(ALL, following=False), (), "", "没有关注"),
    ],
)
def test_the_best_way_that_is_open(facts: Facts, closed: tuple[str, ...], way: str, said: str) -> None:
    found = choose(facts, frozenset(closed))
    assert found.way == way
    assert said in found.why


def test_only_a_subscription_costs_a_consent() -> None:
    assert [choose(facts).spends for facts in (ALL, replace(ALL, window=SHUT))] == [False, True]


def test_a_customer_service_message_is_repeated_once_while_its_window_is_open() -> None:
    once = again(ALL, [doubt("service")], NOW)
    assert isinstance(once, Choice)
    assert once.way == "service"
    assert isinstance(again(ALL, [doubt("service"), doubt("service")], NOW), Over)


def test_it_does_not_come_by_another_way_as_well() -> None:
    found = again(replace(ALL, window=SHUT), [doubt("service")], NOW)
    assert isinstance(found, Choice)
    assert found.way == ""


@pytest.mark.parametrize(("minutes", "kind"), [(8.9, Choice), (9.1, Over)])
def test_a_template_is_repeated_while_wechat_knows_its_number_still(minutes: float, kind: type) -> None:
    """Counted from the first call: later ones do not renew it."""
    assert isinstance(again(ALL, [doubt("template", minutes, "t"), doubt("template", 1, "t")], NOW), kind)


def test_a_template_that_is_another_now_is_not_repeated() -> None:
    for facts in (replace(ALL, template="new"), replace(ALL, template="")):
        assert isinstance(again(facts, [doubt("template", 1, "t")], NOW), Over)


def test_a_one_time_subscription_is_repeated_only_when_it_cannot_arrive_twice() -> None:
    used = replace(ALL, consents=0)
    found = again(used, [doubt("subscription", template="s")], NOW)
    assert isinstance(found, Choice)
    assert not found.spends
    for facts in (ALL, replace(used, lasting=True), replace(used, subscription="other")):
        assert isinstance(again(facts, [doubt("subscription", template="s")], NOW), Over)
