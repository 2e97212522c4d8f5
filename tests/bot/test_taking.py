"""What taking.may says may be done is just what the verbs do not refuse."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from activities import cancel, code_of, hold
from bot import taking
from bot.kit import Kit
from models.events import Events
from models.seating import RATED_FOR, Refused

DAY = timedelta(days=1)
WHO = "oXiaoLin"
VERBS: dict[str, Callable[[Events, str, Kit], object]] = {
    "sign_up": lambda events, number, kit: events.sign_up(events.find(number), WHO, remind=False, now=kit.now()),
    "withdraw": lambda events, number, kit: events.withdraw(events.find(number), WHO, now=kit.now()),
    "remind": lambda events, number, kit: events.remind(events.find(number), WHO, True, now=kit.now()),
    "check_in": lambda events, number, kit: events.check_in(
        events.find(number), WHO, events.find(number).code, now=kit.now()
    ),
    "rate": lambda events, number, kit: events.rate(events.find(number), WHO, 5, "", now=kit.now()),
}


class Undone(Exception):
    """Nothing of it is kept."""


def allowed(kit: Kit, number: str) -> set[str]:
    """The verbs that are not refused."""
    found = set()
    for name, verb in VERBS.items():
        try:
            with kit.db.writing() as unit:
                verb(Events(unit), number, kit)
                raise Undone
        except Undone:
            found.add(name)
        except Refused:
            pass
    return found


def said(kit: Kit, number: str) -> list[taking.May]:
    with kit.db.unit() as unit:
        events = Events(unit)
        event = events.find(number)
        return taking.may(event, events.signup(event, WHO), events.seats(event), kit.now())


@pytest.mark.parametrize("after", [-DAY, timedelta(hours=1), 3 * DAY, RATED_FOR, RATED_FOR + DAY])
@pytest.mark.parametrize("capacity", [0, 1])
@pytest.mark.parametrize("was", ["", "going", "waiting", "cancelled", "there", "off"])
def test_it_says_what_the_verbs_take(kit: Kit, after: timedelta, capacity: int, was: str) -> None:
    number = hold(kit, after=10 * DAY, capacity=capacity)
    start = kit.now() + 10 * DAY

    def does(verb: str, who: str = WHO) -> None:
        with kit.db.writing() as unit:
            events = Events(unit)
            if verb == "sign_up":
                events.sign_up(events.find(number), who, remind=False, now=kit.now())
            else:
                VERBS[verb](events, number, kit)

    if was == "waiting" and capacity:
        does("sign_up", "oSomebody")
    if was:
        does("sign_up")
    kit.now.at = start  # type: ignore[attr-defined]
    if was == "there":
        does("check_in")
    kit.now.at = start - 2 * DAY  # type: ignore[attr-defined]
    if was == "cancelled":
        does("withdraw")
    if was == "off":
        cancel(kit, number)
    kit.now.at = start + after  # type: ignore[attr-defined]
    may = set(said(kit, number))
    takes = {"sign_up" if each == "wait" else each for each in may} - {"calendar"}
    refused = takes - allowed(kit, number)
    assert not refused
    if was == "off":
        assert may == {"calendar"}
    else:  # doing it twice changes nothing, and nobody is reminded of what is past; both are taken all the same
        twice = {"sign_up"} if was in ("going", "waiting", "there") else set()
        twice |= {"check_in"} if was == "there" else set()
        assert allowed(kit, number) - takes <= twice | {"remind"}


def test_a_day_to_keep_in_mind_is_not_rated(kit: Kit) -> None:
    number = hold(kit, kind="deadline", after=DAY)
    with kit.db.writing() as unit:
        events = Events(unit)
        events.sign_up(events.find(number), WHO, remind=True, now=kit.now())
    kit.now.at += 2 * DAY  # type: ignore[attr-defined]
    assert said(kit, number) == ["calendar"]
    assert "rate" not in allowed(kit, number)
    assert code_of(kit, number)
