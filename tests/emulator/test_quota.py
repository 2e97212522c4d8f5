"""Customer-service windows and subscription consents, by Tencent's numbers, on a clock of our own."""

import pytest

from emulator.consents import Consents
from emulator.quota import MINI, Quota

DAY = 86_400


def sends(quota, at, count):
    return [quota.send(at) for _ in range(count)]


def test_without_a_word_from_the_person_nothing_may_be_sent():
    assert Quota().send(0) == 45015


def test_a_message_is_good_for_five_in_forty_eight_hours():
    quota = Quota()
    quota.triggers("message", 1000)
    assert sends(quota, 1001, 6) == [0, 0, 0, 0, 0, 45047]
    assert quota.send(1000 + 2 * DAY - 1) == 45047
    assert quota.send(1000 + 2 * DAY) == 45015


@pytest.mark.parametrize("kind", ["menu", "follow", "scan"])
def test_a_tap_is_good_for_three_in_a_minute(kind):
    quota = Quota()
    quota.triggers(kind, 1000)
    assert sends(quota, 1059, 4) == [0, 0, 0, 45047]
    quota.triggers(kind, 2000)
    assert quota.send(2059.9) == 0
    assert quota.send(2060) == 45015


def test_another_message_fills_up_and_adds_nothing():
    quota = Quota()
    quota.triggers("message", 0)
    sends(quota, 1, 2)
    quota.triggers("message", 10)
    assert sends(quota, 11, 6) == [0, 0, 0, 0, 0, 45047]


def test_what_ends_first_is_used_first():
    quota = Quota()
    quota.triggers("message", 0)
    quota.triggers("menu", 5)
    assert sends(quota, 6, 3) == [0, 0, 0]
    assert [(each.kind, each.left) for each in quota.open(6)] == [("menu", 0), ("message", 5)]
    assert sends(quota, 7, 6) == [0, 0, 0, 0, 0, 45047]


def test_a_refused_send_uses_nothing():
    quota = Quota()
    assert quota.send(0) == 45015
    quota.triggers("scan", 1)
    assert sends(quota, 2, 3) == [0, 0, 0]


def test_the_mini_program_counts_its_own_way():
    quota = Quota(MINI)
    quota.triggers("session", 0)
    assert sends(quota, 59, 3) == [0, 0, 45047]
    quota.triggers("message", 60)
    assert sends(quota, 60, 6) == [0] * 5 + [45047]


def test_one_accepted_popup_is_one_message():
    consents = Consents()
    assert consents.send("o1", "t") == 43101
    consents.accept("o1", "t")
    consents.accept("o1", "t")
    assert [consents.send("o1", "t") for _ in range(3)] == [0, 0, 43101]
    assert consents.send("o2", "t") == 43101


def test_a_refusal_takes_what_was_left():
    consents = Consents()
    consents.accept("o1", "t")
    consents.refuse("o1", "t")
    assert consents.send("o1", "t") == 43101
    assert consents.of("o1")["t"].left == 0


def test_a_lasting_template_is_not_used_up_until_it_is_refused():
    consents = Consents()
    consents.accept("o1", "t", lasting=True)
    assert [consents.send("o1", "t") for _ in range(50)] == [0] * 50
    consents.refuse("o1", "t", lasting=True)
    assert consents.send("o1", "t") == 43101
    consents.accept("o1", "t", lasting=True)
    assert consents.send("o1", "t") == 0
