"""How the databases find a page of tickets among many: by the index in its order, without a sort."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import Connection, event

from crowd import fill
from hotline import NOW, SEAL
from models.access import Actor
from models.db import Database
from models.inbox import Filter, Inbox

_EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN "}
HOTLINE, SUPERVISOR = Actor(1, "老王", "agent"), Actor(2, "督办", "supervisor")


@pytest.fixture
def full(database: Database) -> Database:
    if database.kind not in _EXPLAIN:
        pytest.skip("its plans depend on its version")
    fill(database, 2000, events=2, staff=9)
    return database


def plans(database: Database, actor: Actor, do: Any) -> list[str]:
    asked: list[tuple[str, Any]] = []

    def note(_c: Connection, _d: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    with database.unit() as unit:
        do(Inbox(unit, actor, SEAL.key))
    event.remove(database.engine, "before_cursor_execute", note)
    with database.engine.connect() as connection:
        return [
            "\n".join(
                " ".join(map(str, row))
                for row in connection.exec_driver_sql(_EXPLAIN[database.kind] + statement, parameters)
            )
            for statement, parameters in asked
            if statement.startswith("SELECT")
        ]


def test_a_page_of_all_is_read_in_its_order(full: Database) -> None:
    for sort, index in (("due", "ix_ticket_next_due_id"), ("heard", "ix_ticket_heard_at_id")):
        for actor in (HOTLINE, SUPERVISOR):
            wanted = Filter(sort=sort)
            told = plans(full, actor, lambda inbox, wanted=wanted: inbox.page(wanted, NOW))[0]
            assert index in told
            assert "TEMP B-TREE" not in told
            assert "Sort" not in told.replace("Incremental Sort", "")


def test_words_are_looked_up_once_and_for_a_telephone_not_at_all(full: Database) -> None:
    def both(inbox: Inbox) -> None:
        inbox.page(Filter(q="没有这个词"), NOW)
        inbox.count(Filter(q="没有这个词"), NOW)

    assert sum("ticket_event" in told for told in plans(full, HOTLINE, both)) == 1
    for told in plans(full, HOTLINE, lambda inbox: inbox.search("13900000007")):
        assert "ticket_event" not in told
    (told,) = plans(full, HOTLINE, lambda inbox: inbox.revision())
    assert "Seq Scan" not in told
    assert "TEMP B-TREE" not in told
