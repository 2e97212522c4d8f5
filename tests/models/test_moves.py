"""What the database itself refuses, whoever writes to it; and rows of the release before this one."""

from __future__ import annotations

import importlib.util
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from alembic import command
from sqlalchemy import delete, select, text, update

import databases
from hotline import NOW, SEAL, hire, opened, verbs
from models import schema, triggers, version
from models.audit import HEAD, Audit, AuditHead, AuditRow
from models.db import Clash, Database, Unit
from models.moves import LEGAL, MOVES, OPEN, OVER, SAID, STATE_NAMES
from models.ticket import Ticket

_MIGRATION = Path(schema.__file__).parent / "migrations" / "versions" / "0005_desk.py"


def migration() -> ModuleType:
    spec = importlib.util.spec_from_file_location("migration_0005", _MIGRATION)
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def test_the_migration_has_the_moves_of_the_table() -> None:
    assert frozenset(migration().MOVES) == LEGAL


def test_every_state_is_named_and_reached_and_the_final_ones_are_final() -> None:
    named = {state for move in MOVES.values() for state in (*move.of, *move.to)}
    assert named == set(STATE_NAMES) == {*OPEN, *SAID, *OVER}
    assert {new for _, new in LEGAL} == set(STATE_NAMES)
    assert {old for old, _ in LEGAL} == set(STATE_NAMES) - {"refused", "withdrawn"}


@contextmanager
def undone(database: Database) -> Iterator[Unit]:
    """A unit that is rolled back."""
    with database.unit() as unit:
        unit.lock()
        yield unit


def test_the_database_refuses_every_move_that_is_not_in_the_table(database: Database) -> None:
    new = Ticket.__table__.insert()
    row = {"openid": "o1", "kind": "question", "subject": "s", "detail": "d", "tried": "", "contact": ""}
    with database.writing() as unit:
        for old in STATE_NAMES:
            unit.execute(new, {**row, "number": old, "state": old, "created_at": NOW, "updated_at": NOW})
    for old, new_state in product(STATE_NAMES, repeat=2):
        change = update(Ticket).where(Ticket.number == old).values(state=new_state)
        with undone(database) as unit:
            if old == new_state or (old, new_state) in LEGAL:
                assert unit.execute(change).rowcount == 1, (old, new_state)
            else:
                with pytest.raises(Clash):
                    unit.execute(change)


def test_the_audit_is_neither_changed_nor_deleted(database: Database) -> None:
    opened(database)
    for change in (update(AuditRow).values(actor="staff:9"), delete(AuditRow)):
        with undone(database) as unit, pytest.raises(Clash):
            unit.execute(change)


BREAKS = {
    "changed": (update(AuditRow).where(AuditRow.seq == 2).values(actor="staff:9"), "第 2 条被改过"),
    "its time": (update(AuditRow).where(AuditRow.seq == 3).values(at=NOW.replace(year=2020)), "第 3 条被改过"),
    "missing": (delete(AuditRow).where(AuditRow.seq == 2), "第 2 条不见了"),
    "first missing": (delete(AuditRow).where(AuditRow.seq == 1), "第 1 条不见了"),
    "cut off": (delete(AuditRow).where(AuditRow.seq >= 3), "第 3 条"),
    "all gone": (delete(AuditRow), "第 1 条"),
    "no head": (delete(AuditHead), "链头不见了"),
    "swapped": (update(AuditRow).where(AuditRow.seq == 3).values(mac=select(AuditRow.mac).where(AuditRow.seq == 2)
                                                                 .scalar_subquery()), "第 3 条被改过"),
}  # fmt: skip


@pytest.mark.parametrize("how", BREAKS)
def test_a_chain_somebody_got_at_is_found(tmp_path: Path, how: str) -> None:
    """Somebody who may drop triggers; the key they do not have."""
    with databases.migrated("sqlite", tmp_path) as url:
        database = Database(url)
        for _ in range(4):
            opened(database)
        statement, said = BREAKS[how]
        with database.writing() as unit:
            assert Audit(unit, SEAL.audit_key).broken() == ""
            for each in triggers.dropped("sqlite"):
                unit.execute(text(each))
            unit.execute(statement)
        with database.unit() as unit:
            assert said in Audit(unit, SEAL.audit_key).broken()
            assert Audit(unit, b"another key").broken() != ""
        database.close()


def test_a_chain_is_found_whole_on_every_database(database: Database) -> None:
    for _ in range(3):
        opened(database)
    with database.unit() as unit:
        assert Audit(unit, SEAL.audit_key).broken() == ""
        assert unit.execute(select(AuditHead.seq).where(AuditHead.name == HEAD)).scalar() == 3


# What the release before this one writes (0004), as its models did.
OLD_TICKET = text(
    "INSERT INTO ticket (number, openid, kind, topic, subject, detail, tried, contact, state, version, created_at,"
    " updated_at) VALUES (:number, 'o小林', 'question', '', '津贴没到账', '三月就批了', '', '', 'new', 1, :at, :at)"
)
OLD_EVENT = text(
    "INSERT INTO ticket_event (ticket_id, at, actor, kind, body, media)"
    " VALUES ((SELECT id FROM ticket WHERE number = :number), :at, 'talent', :kind, '补充', '')"
)
OLD_WITHDRAWAL = text("UPDATE ticket SET state = 'withdrawn', version = version + 1 WHERE number = :number")


def write_as_before(unit: Unit, number: str, *kinds: str) -> None:
    given: dict[str, Any] = {"number": number, "at": NOW.replace(tzinfo=None)}
    unit.execute(OLD_TICKET, given)
    for kind in kinds:
        unit.execute(OLD_EVENT, {**given, "kind": kind})
    if "withdrawn" in kinds:
        unit.execute(OLD_WITHDRAWAL, {"number": number})


@pytest.mark.parametrize("name", databases.NAMES)
def test_tickets_of_the_release_before_are_taken_along(name: str, tmp_path: Path) -> None:
    with databases.empty(name, tmp_path) as url:
        database = Database(url, wait=30.0)
        _upgrade_to(database, "0004")
        with database.writing() as unit:
            write_as_before(unit, "T20261101-0001", "opened", "added")
            write_as_before(unit, "T20261101-0002", "opened", "withdrawn")
        schema.upgrade(database)
        assert version.is_current(database)
        who = hire(database, "老王")
        with verbs(database) as desk:
            ticket = desk.hold(who, "T20261101-0001", "accept")
            assert (ticket.unit, ticket.source, ticket.heard_at, ticket.helpers) == ("hotline", "chat", NOW, "")
            assert [(each.kind, each.public) for each in desk.events(ticket)] == [("opened", True), ("added", True)]
            assert ticket.last_event == desk.events(ticket)[-1].id
            desk.accept(ticket, who, now=NOW)
            gone = desk.get(who, "T20261101-0002")
            assert [(each.kind, each.old, each.new) for each in desk.events(gone)][-1] == (
                "withdraw",
                "new",
                "withdrawn",
            )
        database.close()


def test_the_release_before_goes_on_writing_while_it_is_replaced(database: Database) -> None:
    with database.writing() as unit:
        write_as_before(unit, "T20261101-0001", "opened", "added")
        write_as_before(unit, "T20261101-0002", "opened", "withdrawn")
    who = hire(database, "老王")
    with verbs(database) as desk:
        ticket = desk.hold(who, "T20261101-0001", "accept")
        desk.accept(ticket, who, now=NOW)
        assert (ticket.state, ticket.version, ticket.resolve_due is None) == ("working", 2, False)


def _upgrade_to(database: Database, revision: str) -> None:
    with database.engine.connect() as connection:
        settings = schema._settings()
        settings.attributes["connection"] = connection
        command.upgrade(settings, revision)
        connection.commit()
