"""How the databases find what workers and broadcasts ask of the outbox all the time: by an index, without a sort."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, event, text

from models import leases, outbox
from models.db import Database, Unit

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
_EXPLAIN = {"sqlite": "EXPLAIN QUERY PLAN ", "postgresql": "EXPLAIN ", "mysql": "EXPLAIN "}
_MANY = 4000


@pytest.fixture
def full(database: Database) -> Database:
    """A broadcast that is due, all of it at one moment, behind another that is out; the planner knows."""
    if database.kind not in ("sqlite", "postgresql"):
        pytest.skip("its plans depend on its version")
    with database.writing() as unit:
        for number, state in ((1, "sent"), (2, "due")):
            new = [outbox.New(f"o{each}", "{}", f"broadcast:{number}:o{each}", None) for each in range(_MANY)]
            outbox.add_all(unit, "broadcast", new, now=NOW)
            unit.execute(text("UPDATE outbox SET state = :state WHERE dedup LIKE :all"), {
                "state": state, "all": f"broadcast:{number}:%",
            })  # fmt: skip
    with database.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("ANALYZE")
    return database


def plan(database: Database, do: Callable[[Unit], Any]) -> str:
    """Of the first statement `do` runs on the outbox."""
    asked: list[tuple[str, Any]] = []

    def note(_c: Connection, _d: Any, statement: str, parameters: Any, *_: Any) -> None:
        asked.append((statement, parameters))

    event.listen(database.engine, "before_cursor_execute", note)
    with database.unit() as unit:
        unit.lock()
        do(unit)
    event.remove(database.engine, "before_cursor_execute", note)
    statement, parameters = next(each for each in asked if "outbox" in each[0])
    with database.engine.connect() as connection:
        told = connection.exec_driver_sql(_EXPLAIN[database.kind] + statement, parameters)
        return "\n".join(" ".join(map(str, row)) for row in told)


def test_the_next_row_is_found_without_sorting_all_that_are_due(full: Database) -> None:
    told = plan(full, lambda unit: leases.claim(unit, "w", 4, NOW, timedelta(seconds=60)))
    assert "ix_outbox_state_due_at_id" in told
    assert "Seq Scan" not in told
    assert "Sort" not in told
    assert "TEMP B-TREE" not in told
    assert "ix_outbox_openid_state" in told


@pytest.mark.parametrize(
    "do",
    [
        lambda unit: outbox.count_under(unit, "broadcast:9:", since=NOW),
        lambda unit: outbox.drop_under(unit, "promoted:HD-1:", "改了"),
        lambda unit: outbox.dropped_under(unit, "broadcast:9:", "停了"),
        lambda unit: leases.expire(unit, NOW, "过期"),
    ],
    ids=["count", "drop", "dropped", "expire"],
)
def test_nothing_reads_the_whole_outbox(full: Database, do: Callable[[Unit], Any]) -> None:
    told = plan(full, do)
    assert "Seq Scan" not in told
    assert "SCAN outbox" not in told


def test_all_that_begin_so_and_no_others(database: Database) -> None:
    dedups = ("a:1:x", "a:1:～", "a:1:\U0001f600", "a:10:x", "a:1", "a:2:x", "A:1:x")
    with database.writing() as unit:
        for each in dedups:
            outbox.add(unit, f"o{each}", "reply", "{}", dedup=each, now=NOW)
        assert outbox.count_under(unit, "a:1:", since=NOW - timedelta(seconds=1)) == 3
        assert outbox.drop_under(unit, "a:1:", "改了") == 3
        dropped = outbox.dropped_under(unit, "a:1:", "改了")
        assert len(dropped) == 3
        outbox.revive(unit, dropped, now=NOW)
        assert outbox.dropped_under(unit, "a:1:", "改了") == []
