"""Two who want the same rows never wait for each other: what everybody locks is locked last."""

from __future__ import annotations

import contextlib
from concurrent.futures import ThreadPoolExecutor
from threading import Event

from sqlalchemy import select

from hotline import NOW, SEAL, DayByDay, hire, opened, verbs
from models.audit import Audit, AuditRow
from models.db import Database, Unit
from models.desk import NewTicket
from models.desk_after import Aftermath
from models.desk_answer import Said


def _actions(unit: Unit) -> list[str]:
    return list(unit.execute(select(AuditRow.action).order_by(AuditRow.seq)).scalars())


def test_a_low_rating_and_a_new_ticket_do_not_wait_for_each_other(database: Database) -> None:
    """The one opens a ticket in the middle of its unit, the other is in the middle of opening one."""
    by, number = hire(database, "a", "supervisor"), opened(database)
    with verbs(database) as desk:
        desk.answer(desk.hold(by, number, "answer"), by, Said("好"), now=NOW)
    rated, numbered = Event(), Event()

    def rate() -> None:
        with database.writing() as unit:
            desk = Aftermath(unit, SEAL, DayByDay())
            ticket = desk.hold(by, number, "answer")
            desk.rate(ticket, 1, "差", now=NOW)
            rated.set()
            if database.kind != "sqlite":  # there one alone writes
                assert numbered.wait(60)
            desk.rectify(ticket, callback_at=None, now=NOW)

    def open_another() -> None:
        assert rated.wait(60)
        with database.writing() as unit:
            desk = Aftermath(unit, SEAL, DayByDay())
            desk.open("o小张", NewTicket("第二件", "第二件"), now=NOW)
            numbered.set()

    with ThreadPoolExecutor(2) as pool:
        for each in [pool.submit(rate), pool.submit(open_another)]:
            each.result()
    with database.unit() as unit:
        assert sorted(_actions(unit))[-4:] == ["ticket.opened", "ticket.opened", "ticket.opened", "ticket.rate"]
        assert Audit(unit, SEAL.audit_key).broken() == ""


def test_what_is_not_committed_is_not_in_the_audit(database: Database) -> None:
    with database.unit() as unit:
        unit.lock()
        Audit(unit, SEAL.audit_key).add("cli:x", "taken.back", "staff:1", now=NOW)
        unit.rollback()
        unit.lock()
        Audit(unit, SEAL.audit_key).add("cli:x", "first", "staff:1", now=NOW)
        Audit(unit, SEAL.audit_key).add("cli:x", "second", "staff:1", now=NOW)
        unit.commit()
        unit.commit()
    with contextlib.suppress(RuntimeError), database.writing() as unit:
        Audit(unit, SEAL.audit_key).add("cli:x", "failed", "staff:1", now=NOW)
        raise RuntimeError
    with database.unit() as unit:
        assert _actions(unit) == ["first", "second"]
        assert Audit(unit, SEAL.audit_key).broken() == ""
