"""Questions and suggestions on every database."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

from models import question, suggestion
from models.db import Clash, Database, Stale
from models.question import Question

NOW = datetime(2026, 11, 22, 8, 0, 0, 123456, tzinfo=UTC)


def add(database: Database, message: str, place: int = 0, **values: object) -> None:
    row = {"message": message, "place": place, "openid": "o", "text": "问😀", "decision": "maybe"}
    row |= {"candidates": '[["a.b", 0.5]]', "answered": "", "content": "v", "at": NOW}
    with database.writing() as unit:
        question.add(unit, {**row, **values})


def rows(database: Database, since: datetime = NOW) -> list[Question]:
    with database.unit() as unit:
        return list(question.since(unit, since))


def test_what_came_of_it_is_noted_on_its_own_row(database: Database) -> None:
    add(database, "m")
    add(database, "m", 1)
    with database.writing() as unit:
        question.learn(unit, "m", 1, "picked", "a.b", NOW)
        question.learn(unit, "m", 1, "verdict", "useless", NOW)
        question.learn(unit, "m", 0, "ticket", "T20261122-0001", NOW)
        question.learn(unit, "gone", 0, "picked", "a.b", NOW)
    first, second = rows(database)
    assert (first.picked, first.verdict, first.ticket) == ("", "", "T20261122-0001")
    assert (second.picked, second.verdict, second.ticket) == ("a.b", "useless", "")
    assert second.text == "问😀"
    assert second.at == NOW


def test_only_those_since(database: Database) -> None:
    for days in (3, 1, 2):
        add(database, f"m{days}", at=NOW - timedelta(days=days))
    assert [row.message for row in rows(database, NOW - timedelta(days=2))] == ["m2", "m1"]


def test_a_row_rolled_back_is_not_there(database: Database) -> None:
    with database.unit() as unit:
        unit.lock()
        row = {"message": "m", "place": 0, "openid": "o", "text": "问", "decision": "sure", "candidates": "[]"}
        question.add(unit, {**row, "answered": "", "content": "v", "at": NOW})
    assert rows(database) == []


def test_the_longest_text_and_ids_fit(database: Database) -> None:
    add(database, "k" * 190, text="长" * question.LONGEST, answered="a" * 190)
    with database.writing() as unit:
        question.learn(unit, "k" * 190, 0, "picked", "b" * 300, NOW)
    assert rows(database)[0].picked == "b" * 190


def numbered(database: Database) -> int:
    for _ in range(8):
        try:
            with database.writing() as unit:
                return suggestion.numbered(unit, [("a.b", "形", "形式")], NOW)["a.b", "形"]
        except (Clash, Stale):
            continue
    raise AssertionError("never got through")


def test_two_at_once_give_a_suggestion_one_number(database: Database) -> None:
    with ThreadPoolExecutor(4) as pool:
        numbers = set(pool.map(lambda _: numbered(database), range(8)))
    assert len(numbers) == 1


def test_it_is_decided_once(database: Database) -> None:
    number = numbered(database)
    with database.writing() as unit:
        assert suggestion.decided(unit) == set()
        assert suggestion.decide(unit, number, suggestion.REJECTED, NOW)
        assert not suggestion.decide(unit, number, suggestion.ACCEPTED, NOW)
        assert not suggestion.decide(unit, 999, suggestion.ACCEPTED, NOW)
    with database.unit() as unit:
        assert suggestion.decided(unit) == {("a.b", "形")}
        found = suggestion.find(unit, number)
    assert found is not None
    assert (found.entry, found.alias, found.state) == ("a.b", "形式", "rejected")
