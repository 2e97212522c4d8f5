"""Tickets: numbers without gaps, other people's tickets unseen, moves by the table."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from models.db import Database, Stale, Unit
from models.desk import BadMove, Desk, NewTicket, NoSuchTicket
from models.history import Due, Facts
from models.seal import Seal, Sealed

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
NEW_YEAR_IN_THE_OFFICE = datetime(2026, 12, 31, 16, 30, tzinfo=UTC)
SEAL = Seal("a secret of the tests")


class NoHurry:
    """Nothing is ever due."""

    def due(self, facts: Facts) -> Due:
        return Due()

    def longest_extension(self) -> int:
        return 10

    def send_back_until(self, dispatched_at: datetime) -> None:
        return None


def desk(unit: Unit) -> Desk:
    return Desk(unit, SEAL, NoHurry())


def opened(database: Database, openid: str = "o小林", now: datetime = NOW, contact: str = "") -> str:
    with database.writing() as unit:
        new = NewTicket("津贴没到账", "三月就批了，一直没有到账", contact=contact)
        return desk(unit).open(openid, new, now=now).number


def test_numbers_count_through_the_offices_day(database: Database) -> None:
    assert [opened(database) for _ in range(3)] == ["T20261122-0001", "T20261122-0002", "T20261122-0003"]
    assert opened(database, now=NEW_YEAR_IN_THE_OFFICE) == "T20270101-0001"


def test_numbers_stay_unique_and_without_gaps_when_many_open_at_once(database: Database) -> None:
    def one(number: int) -> str:
        while True:
            try:
                return opened(database, f"o{number}")
            except Stale:
                continue

    with ThreadPoolExecutor(4) as threads:
        numbers = sorted(threads.map(one, range(20)))
    assert numbers == [f"T20261122-{number:04}" for number in range(1, 21)]


def test_a_number_given_back_by_a_rollback_is_given_again(database: Database) -> None:
    with database.unit() as unit:
        unit.lock()
        desk(unit).open("o1", NewTicket("a", "b"), now=NOW)
    assert opened(database) == "T20261122-0001"


def test_other_peoples_tickets_are_not_there(database: Database) -> None:
    number = opened(database)
    with database.unit() as unit:
        assert desk(unit).theirs(["o小林"], number).subject == "津贴没到账"
        with pytest.raises(NoSuchTicket):
            desk(unit).theirs(["o路人"], number)
        assert [ticket.number for ticket in desk(unit).listed(["o小林"])] == [number]
        assert desk(unit).listed(["o路人"]) == []


def test_everything_that_happens_is_an_event(database: Database) -> None:
    number = opened(database)
    with database.writing() as unit:
        mine = desk(unit).theirs(["o小林"], number)
        desk(unit).add(mine, "补充：单位是区中医院", now=NOW)
        desk(unit).attach(mine, "image", "media-1", account="service", now=NOW)
        desk(unit).withdraw(mine, now=NOW)
    with database.unit() as unit:
        mine = desk(unit).theirs(["o小林"], number)
        assert [event.kind for event in desk(unit).events(mine)] == ["opened", "added", "attached", "withdraw"]
        assert (mine.state_name, mine.version) == ("已撤销", 4)


def test_a_withdrawn_ticket_takes_nothing_more(database: Database) -> None:
    number = opened(database)
    with database.writing() as unit:
        desk(unit).withdraw(desk(unit).theirs(["o小林"], number), now=NOW)
    with database.unit() as unit:
        mine = desk(unit).theirs(["o小林"], number)
        with pytest.raises(BadMove, match="已撤销"):
            desk(unit).withdraw(mine, now=NOW)
        with pytest.raises(BadMove, match="已撤销"):
            desk(unit).add(mine, "再说一句", now=NOW)


def test_the_contact_is_sealed_in_the_database(database: Database) -> None:
    number = opened(database, contact="13800138000")
    with database.unit() as unit:
        mine = desk(unit).theirs(["o小林"], number)
        assert "13800138000" not in mine.contact
        assert desk(unit).contact(mine) == "13800138000"
        with pytest.raises(Sealed):
            Desk(unit, Seal("another secret"), NoHurry()).contact(mine)
