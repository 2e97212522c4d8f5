"""The audit's chain: what is done to it behind the program's back shows."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text, update

from models import triggers
from models.audit import Audit, AuditHead
from models.db import Clash, Database, Unavailable

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
KEY = b"a key of the tests"


@pytest.fixture
def written(database: Database) -> Database:
    for number in range(5):
        with database.writing() as unit:
            Audit(unit, KEY).add(
                "staff:1", "note", f"ticket:T{number}", now=NOW + timedelta(seconds=number), why="查看"
            )
    return database


def broken(database: Database, key: bytes = KEY) -> str:
    with database.unit() as unit:
        return Audit(unit, key).broken()


def behind_the_back(database: Database, statement: str) -> None:
    with database.unit() as unit:
        for each in triggers.dropped(database.kind):
            if "audit" in each and "FUNCTION" not in each:
                unit.execute(text(each))
        unit.execute(text(statement))
        for each in triggers.made(database.kind, ()):
            if "audit" in each and not each.startswith("CREATE FUNCTION"):
                unit.execute(text(each))
        unit.commit()


def test_an_audit_that_nobody_touched_holds(written: Database) -> None:
    assert broken(written) == ""


def test_the_database_refuses_to_change_or_delete_a_row(written: Database) -> None:
    for statement in ("UPDATE audit SET actor = 'staff:2' WHERE seq = 3", "DELETE FROM audit WHERE seq = 3"):
        with written.unit() as unit, pytest.raises((Clash, Unavailable)):
            unit.execute(text(statement))
    assert broken(written) == ""


@pytest.mark.parametrize(
    ("statement", "fault"),
    [
        ("UPDATE audit SET actor = 'staff:2' WHERE seq = 3", "第 3 条被改过"),
        ("UPDATE audit SET detail = '' WHERE seq = 5", "第 5 条被改过"),
        ("DELETE FROM audit WHERE seq = 2", "第 2 条不见了"),
        ("DELETE FROM audit WHERE seq = 5", "第 5 条起的记录不见了"),
        ("DELETE FROM audit_head", "链头不见了"),
        ("UPDATE audit_head SET seq = 4", "第 5 条起的记录是另外添上的"),
    ],
)
def test_what_was_done_to_it_is_told(written: Database, statement: str, fault: str) -> None:
    behind_the_back(written, statement)
    assert broken(written) == fault


def test_another_key_proves_nothing(written: Database) -> None:
    assert broken(written, b"another key") == "第 1 条被改过"


def test_a_tail_cut_off_with_the_head_set_back_shows(written: Database) -> None:
    behind_the_back(written, "DELETE FROM audit WHERE seq = 5")
    set_back(written)
    assert broken(written) == "链头被人改过，后面的记录可能被截掉了"


def test_what_is_appended_afterwards_does_not_hide_it(written: Database) -> None:
    behind_the_back(written, "DELETE FROM audit WHERE seq = 5")
    set_back(written)
    for number in range(3):
        with written.writing() as unit:
            Audit(unit, KEY).add("staff:2", "note", f"ticket:T{number}", now=NOW)
    assert broken(written) == "链头被人改过，后面的记录可能被截掉了"


def test_an_older_state_as_a_whole_contradicts_a_witness(written: Database) -> None:
    with written.unit() as unit:
        earlier = unit.execute(text("SELECT seq, mac, proof FROM audit_head")).one()
    with written.writing() as unit:
        Audit(unit, KEY).add("staff:2", "note", "ticket:T5", now=NOW)
    with written.unit() as unit:
        witness = Audit(unit, KEY).witness()
        assert Audit(unit, KEY).broken(witness) == ""
        assert Audit(unit, KEY).broken(f"3:{earlier.mac}") == "第 3 条和留底的不一样"
    behind_the_back(written, "DELETE FROM audit WHERE seq = 6")
    with written.unit() as unit:
        unit.execute(update(AuditHead).values(earlier._asdict()))
        unit.commit()
    assert broken(written) == ""
    with written.unit() as unit:
        assert Audit(unit, KEY).broken(witness) == "留底记到第 6 条，现在没有这一条"


def set_back(database: Database) -> None:
    """As somebody does who read the code and has no key."""
    with database.unit() as unit:
        unit.execute(text("UPDATE audit_head SET seq = 4, mac = (SELECT mac FROM audit WHERE seq = 4)"))
        unit.commit()
