"""What the clock looks for at the desk, on every database: cards, what is to be rated and closed, times made anew."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from hotline import DAY, NOW, SEAL, DayByDay, hire, opened, verbs
from models.db import Database, Stale
from models.desk import NewTicket
from models.desk_answer import Said
from models.desk_join import Joining
from models.history import Due, Facts
from models.rounds import Rounds, card_of
from models.ticket import Ticket, TicketEvent

HOUR = timedelta(hours=1)


class TwiceAsLong(DayByDay):
    def due(self, facts: Facts) -> Due:
        due = super().due(facts)
        resolve = due.resolve and due.resolve + DAY
        return due._replace(
            first=due.first and due.first + DAY, resolve=resolve, yellow=due.yellow and due.yellow + DAY
        )


def look(database: Database, name: str, *given: Any) -> list[Any]:
    with database.unit() as unit:
        found: list[Any] = getattr(Rounds(unit), name)(*given)
        return found


def ids(database: Database, *numbers: str) -> list[int]:
    with database.unit() as unit:
        known = dict(unit.execute(select(Ticket.number, Ticket.id)).all())
    return [known[number] for number in numbers]


def test_the_longest_overdue_comes_first_and_what_has_its_card_not_at_all(database: Database) -> None:
    老王 = hire(database, "老王")
    late, later = opened(database, now=NOW - 3 * HOUR), opened(database, now=NOW - 5 * HOUR)
    said = opened(database, now=NOW - 23 * HOUR)
    opened(database, now=NOW + HOUR)
    with verbs(database) as desk:
        desk.accept(desk.hold(老王, said, "accept"), 老王, now=NOW - 23 * HOUR)
        desk.interim(desk.hold(老王, said, "interim"), 老王, Said("在办"), now=NOW - 23 * HOUR)
    assert look(database, "cards", NOW, 9) == ids(database, later, late, said)
    assert look(database, "cards", NOW, 1) == ids(database, later, said)
    colours = []
    for number in look(database, "cards", NOW, 9):
        with database.writing() as unit:
            ticket = Rounds(unit).hold(number)
            assert ticket is not None
            colours.append(card_of(ticket, NOW))
            Joining(unit, SEAL, DayByDay()).card(ticket, colours[-1], now=NOW)
            assert card_of(ticket, NOW) == ""
    assert colours == ["red", "red", "yellow"]
    assert look(database, "cards", NOW, 9) == []
    assert look(database, "cards", NOW + HOUR, 9)[0] == ids(database, said)[0]


def test_who_has_a_ticket_keeps_the_clock_off_it(database: Database) -> None:
    number = ids(database, opened(database))[0]
    with database.writing() as unit:
        assert Rounds(unit).hold(number) is not None
        if database.kind != "sqlite":  # there one unit writes at a time
            with database.writing() as other:
                assert Rounds(other).hold(number) is None


def test_open_tickets_are_gone_through_in_parts(database: Database) -> None:
    老王 = hire(database, "老王")
    numbers = [opened(database) for _ in range(5)]
    with verbs(database) as desk:
        desk.answer(desk.hold(老王, numbers[1], "answer"), 老王, Said("发了"), now=NOW)
    first = look(database, "open_after", 0, 2)
    assert [*first, *look(database, "open_after", first[-1], 9)] == ids(database, *numbers[:1], *numbers[2:])


def test_answered_tickets_come_with_the_answer_that_stands(database: Database) -> None:
    老王 = hire(database, "老王")
    number = opened(database)
    with verbs(database) as desk:
        first = desk.answer(desk.hold(老王, number, "answer"), 老王, Said("发错了"), now=NOW)
        desk.recall(desk.hold(老王, number, "recall"), 老王, first, now=NOW)
        second = desk.answer(desk.hold(老王, number, "answer"), 老王, Said("已发放"), now=NOW)
    (found,) = look(database, "answered", 0, 9)
    assert (found.openid, found.event) == ("o小林", second.id)
    assert look(database, "answered", found.id, 9) == []


def test_who_was_asked_once_is_asked_again_and_then_it_is_closed(database: Database) -> None:
    老王 = hire(database, "老王")
    asked = opened(database)
    with verbs(database) as desk:
        called = desk.open("", NewTicket("津贴没到账", "", source="phone"), now=NOW).number
        for number in (asked, called):
            desk.answer(desk.hold(老王, number, "answer"), 老王, Said("已发放"), now=NOW)
        desk.invite(desk.hold(老王, asked, "invite"), "clock", now=NOW)
    assert look(database, "unrated", NOW - HOUR, 9) == []
    assert look(database, "unrated", NOW, 9) == ids(database, asked)
    with verbs(database) as desk:
        desk.invite(desk.hold(老王, asked, "invite"), "clock", now=NOW + DAY)
    assert look(database, "unrated", NOW + 9 * DAY, 9) == []
    assert look(database, "to_close", NOW + DAY, NOW, 9) == ids(database, called)
    assert look(database, "to_close", NOW - HOUR, NOW + DAY, 9) == []
    assert look(database, "to_close", NOW + DAY, NOW + DAY, 9) == ids(database, asked, called)


def retime(database: Database, number: str, deadlines: DayByDay, now: datetime = NOW) -> bool:
    with database.writing() as unit:
        ticket = Rounds(unit).hold(ids(database, number)[0])
        assert ticket is not None
        return Joining(unit, SEAL, deadlines).retime(ticket, now=now)


def standing(database: Database, number: str) -> tuple[Any, ...]:
    with database.unit() as unit:
        ticket = unit.session.scalars(select(Ticket).where(Ticket.number == number)).one()
        events = unit.session.scalars(select(TicketEvent.kind).where(TicketEvent.ticket_id == ticket.id)).all()
        return ticket.resolve_due, ticket.card, ticket.version, ticket.last_event, [*events]


def test_times_made_anew_are_no_event_and_nothing_at_all_when_they_are_the_same(database: Database) -> None:
    number = opened(database)
    due, card, version, last, events = standing(database, number)
    assert not retime(database, number, DayByDay())
    assert standing(database, number) == (due, card, version, last, events)
    assert retime(database, number, TwiceAsLong())
    assert standing(database, number) == (due + DAY, card, version + 1, last, events)
    assert not retime(database, number, TwiceAsLong())


def test_a_card_is_taken_back_when_no_promise_is_broken_any_more(database: Database) -> None:
    number = opened(database)
    late = NOW + 2 * HOUR
    with database.writing() as unit:
        ticket = Rounds(unit).hold(ids(database, number)[0])
        assert ticket is not None
        Joining(unit, SEAL, DayByDay()).card(ticket, "red", now=late)
    assert not retime(database, number, DayByDay(), late), "the first word was not said in time"
    assert retime(database, number, TwiceAsLong(), late)
    assert standing(database, number)[1] == ""


def test_times_are_not_made_anew_over_somebody_elses_change(database: Database) -> None:
    number = opened(database)
    with database.writing() as unit:
        ticket = Rounds(unit).hold(ids(database, number)[0])
        assert ticket is not None
        unit.execute(update(Ticket).where(Ticket.id == ticket.id).values(version=7))
        with pytest.raises(Stale):
            Joining(unit, SEAL, TwiceAsLong()).retime(ticket, now=NOW)
