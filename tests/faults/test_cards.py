"""Real clock processes at the desk: what is overdue is found within a minute, and of any number of clocks one gives the
card."""

from __future__ import annotations

import contextlib
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from clocks import ClockProcess, settings, until, wechat
from sqlalchemy import select

import databases
from bot.sla import Sla
from config.calendar import Calendar
from config.desk import load_desk
from config.office import load_office
from config.settings import ROOT
from models.audit import Audit, AuditRow
from models.db import Database
from models.desk import NewTicket
from models.desk_join import Joining
from models.history import data_of
from models.seal import Seal
from models.ticket import Ticket, TicketEvent

TICKETS = 8
QUICK = {"default": "{accept: 2分钟, first: 2分钟, resolve: 2分钟}"}  # the yellow card after one


def rules(folder: Path) -> Path:
    """desk.yaml with times short enough to be waited for."""
    file = folder / "desk.yaml"
    lines = (ROOT / "config/desk.yaml").read_text(encoding="utf-8").splitlines()
    kinds = ("question:", "help:", "suggestion:", "complaint:", "unpaid:", "agency:", "rectify:")
    kept = [line for line in lines if not line.strip().startswith(kinds)]
    changed = [f"  default: {QUICK['default']}" if "default:" in line else line for line in kept]
    file.write_text("\n".join(changed), encoding="utf-8")
    return file


def made(database: Database, file: Path, secret: str, ago: float) -> list[int]:
    """Tickets that were handed in so many seconds ago."""
    office, now = load_office(ROOT / "config/office.yaml"), datetime.now(UTC) - timedelta(seconds=ago)
    found, sla = load_desk(file), Calendar(office)
    ids = []
    for number in range(TICKETS):
        with database.writing() as unit:
            desk = Joining(unit, Seal(secret), Sla(lambda: found, lambda: sla))
            ids.append(desk.open(f"o{number}", NewTicket("津贴没到账", "演示"), now=now).id)
    return ids


def cards(database: Database) -> dict[int, list[str]]:
    """Of each ticket the cards it was given, in their order."""
    found: dict[int, list[str]] = {}
    with database.unit() as unit:
        for event in unit.session.scalars(select(TicketEvent).order_by(TicketEvent.id)):
            if event.kind == "card":
                found.setdefault(event.ticket_id, []).append(str(data_of(event)["card"]))
    return found


def shown(database: Database, ids: list[int]) -> Counter[str]:
    """How many of those show which card."""
    with database.unit() as unit:
        return Counter(unit.session.scalars(select(Ticket.card).where(Ticket.id.in_(ids))))


@pytest.mark.race
@pytest.mark.timeout(400)
@pytest.mark.parametrize("kind", databases.NAMES)
def test_what_is_overdue_is_found_within_a_minute_and_once(kind: str, tmp_path: Path) -> None:
    with databases.migrated(kind, tmp_path) as url, wechat() as (_, address), contextlib.ExitStack() as ending:
        file = rules(tmp_path)
        given = settings(tmp_path, url, address, DESK_FILE=str(file))
        secret = given["SECRET_KEY"].strip()
        database = Database(url, wait=60.0)
        clocks = [ending.enter_context(ClockProcess(given, forked=True)) for _ in range(3)]
        for clock in clocks:
            clock.await_start()
        nearly = made(database, file, secret, 118)  # overdue in two seconds
        halfway = made(database, file, secret, 58)  # half of it over in two seconds
        until(lambda: shown(database, halfway)[""] == 0, 100, lambda: shown(database, halfway))
        clocks[0].kill()
        until(lambda: shown(database, nearly)["red"] == TICKETS, 100, lambda: shown(database, nearly))
        given_out = cards(database)
        told = [clock.stop() for clock in clocks[1:]]
        with database.unit() as unit:
            broken = Audit(unit, Seal(secret).audit_key).broken()
            noted = len(unit.execute(select(AuditRow.seq).where(AuditRow.action == "ticket.card")).all())
        database.close()
    assert [code for code, _ in told] == [0, 0], told
    assert all(given_out[number] in (["red"], ["yellow", "red"]) for number in nearly), given_out
    assert all(given_out[number] in (["yellow"], ["yellow", "red"]) for number in halfway), given_out
    assert noted == sum(len(each) for each in given_out.values())
    assert broken == ""
