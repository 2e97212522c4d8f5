"""What has changed since a revision: every ticket, what may be gone from somebody's list, and when it is too much."""

from __future__ import annotations

from hotline import NOW, hire, opened, verbs
from models.access import Actor
from models.changes import MOST, Changes, changes
from models.db import Database
from models.inbox import Inbox


def _revision(database: Database) -> str:
    with database.unit() as unit:
        return Inbox(unit, Actor(0, "", "supervisor")).revision()


def _since(database: Database, revision: str) -> Changes | None:
    with database.unit() as unit:
        return changes(unit, revision)


def test_each_ticket_that_something_happened_to_is_told_once(database: Database) -> None:
    老王, first = hire(database, "老王"), opened(database, "以前的")
    before = _revision(database)
    second = opened(database, "新来的")
    with verbs(database) as desk:
        for words in ("一", "二"):
            desk.note(desk.hold(老王, second, "note"), 老王, words, mentions=[], now=NOW)
    found = _since(database, before)
    assert found is not None
    assert [each.number for each in found.tickets] == [second]
    assert _since(database, _revision(database)) == Changes((), frozenset())
    assert first != second


def test_what_goes_to_others_may_be_gone_from_a_list_and_what_is_said_is_not(database: Database) -> None:
    老王 = hire(database, "老王")
    number = opened(database)
    before = _revision(database)
    with verbs(database) as desk:
        desk.note(desk.hold(老王, number, "note"), 老王, "打过电话", mentions=[], now=NOW)
    found = _since(database, before)
    assert found is not None
    assert not found.lost
    with verbs(database) as desk:
        desk.dispatch(desk.hold(老王, number, "dispatch"), 老王, "hr", now=NOW)
    found = _since(database, before)
    assert found is not None
    assert found.lost == {number}


def test_too_much_is_not_told_one_by_one(database: Database) -> None:
    老王, before = hire(database, "老王"), _revision(database)
    number = opened(database)
    with verbs(database) as desk:
        held = desk.hold(老王, number, "note")
        for at in range(MOST):
            desk.note(held, 老王, f"第 {at} 条", mentions=[], now=NOW)
    assert _since(database, before) is None
    assert _since(database, "odd") is None
