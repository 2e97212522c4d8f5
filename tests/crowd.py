"""A desk with as many tickets as a district has in years, put into the tables at once: for plans and for timing."""

from __future__ import annotations

import random
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, text

from hotline import NOW, SEAL
from models.audit import HEAD, AuditHead, AuditRow
from models.db import Database
from models.moves import OPEN
from models.staff import Staff
from models.ticket import KIND_NAMES, Ticket, TicketEvent
from models.workbench import Seen

UNITS = ("hotline", "housing", "hr", "organization", "agriculture", "industry")
_WORDS = ("人才公寓", "津贴", "落户", "子女就学", "职称评定", "档案", "购房补贴", "绿色通道", "配偶就业", "申请材料")
_EVENTS = ("opened", "accept", "added", "note", "interim", "note", "answer", "close")
_AT_ONCE = 1000


def fill(database: Database, tickets: int, *, still: float = 0.2, events: int = 8, staff: int = 60) -> None:
    """`still`: the share of open ones. The planner of a server knows afterwards."""
    chance = random.Random(11)
    with database.writing(30.0) as unit:
        people = [_person(n) for n in range(1, staff + 1)]
        unit.execute(insert(Staff), people)
        for first in range(0, tickets, _AT_ONCE):
            numbers = range(first + 1, min(first + _AT_ONCE, tickets) + 1)
            rows = [_ticket(n, tickets, chance, still, events, people) for n in numbers]
            unit.execute(insert(Ticket), rows)
            unit.execute(insert(TicketEvent), [each for row in rows for each in _events(row, events, chance)])
            unit.execute(insert(Seen), [
                {"ticket_id": row["id"], "staff_id": row["assignee"], "event": row["last_event"], "at": NOW}
                for row in rows if row["assignee"]
            ])  # fmt: skip
            unit.execute(insert(AuditRow), [_audited(row, n) for row in rows for n in range(events)])
        unit.execute(insert(AuditHead), {"name": HEAD, "seq": tickets * events, "mac": ""})
        if database.kind == "postgresql":  # its counters do not know of ids that were given
            for table in ("staff", "ticket", "ticket_event"):
                unit.execute(text(f"SELECT setval('{table}_id_seq', (SELECT MAX(id) FROM {table}))"))  # noqa: S608
    with database.engine.connect() as connection:
        known = connection.execution_options(isolation_level="AUTOCOMMIT")
        known.exec_driver_sql("ANALYZE TABLE ticket" if database.kind in ("mysql", "mariadb") else "ANALYZE")


def _person(number: int) -> dict[str, Any]:
    unit = UNITS[0] if number % 3 else UNITS[number // 3 % len(UNITS)]
    return {
        "id": number, "login": f"s{number}", "name": f"坐席{number}", "role": "agent", "unit": unit,
        "created_at": NOW, "updated_at": NOW, "settings": "", "totp": "",
    }  # fmt: skip


def _ticket(
    number: int, all_of_them: int, chance: random.Random, still: float, events: int, people: list[dict[str, Any]]
) -> dict[str, Any]:
    made = NOW - timedelta(minutes=30) * (all_of_them - number)
    state = chance.choice(OPEN) if chance.random() < still else "closed"
    unit = UNITS[0] if state == "new" or chance.random() < 0.5 else chance.choice(UNITS[1:])
    theirs = [each["id"] for each in people if each["unit"] == unit]
    due = NOW + timedelta(minutes=chance.randrange(-3000, 9000)) if state in OPEN and state != "waiting" else None
    words = chance.choice(_WORDS)
    return {
        "id": number, "number": f"T{made:%Y%m%d}-{number:04}", "openid": f"o{number % 3000:05}",
        "kind": chance.choice(list(KIND_NAMES)), "subject": f"{words}的事问第{number}次",
        "detail": f"想问{words}，" * 12,
        "tried": "", "contact": "", "contact_key": SEAL.key(f"139{number:08}"), "caller": "", "state": state,
        "version": events, "unit": unit, "helpers": " hr " if number % 9 == 0 and unit == "housing" else "",
        "assignee": chance.choice([None, *theirs] if state in OPEN or not theirs else theirs),
        "confidential": number % 50 == 0, "next_due": due, "resolve_due": due, "first_due": None, "yellow_at": due,
        "card": "red" if due and due < NOW else "", "last_event": number * events, "topic": "housing",
        "callback_at": NOW + timedelta(minutes=number) if number % 97 == 0 else None, "heard_at": made,
        "created_at": made, "updated_at": made, "closed_at": None if state in OPEN else made,
    }  # fmt: skip


def _events(row: dict[str, Any], events: int, chance: random.Random) -> list[dict[str, Any]]:
    return [
        {
            "id": (row["id"] - 1) * events + n + 1, "ticket_id": row["id"], "at": row["created_at"],
            "actor": "talent" if n % 3 == 0 else "staff:1", "kind": _EVENTS[n % len(_EVENTS)], "public": True,
            "body": f"关于{chance.choice(_WORDS)}，请您先看一下办事指南第{n}条，还有不明白的请直接回复。", "media": "",
            "old": "working", "new": "working", "data": "",
        }
        for n in range(events)
    ]  # fmt: skip


def _audited(row: dict[str, Any], place: int) -> dict[str, Any]:
    at: datetime = row["created_at"]
    return {
        "seq": row["last_event"] - place, "at": at, "actor": "staff:1", "action": "ticket.note",
        "object": f"ticket:{row['number']}", "detail": "", "address": "", "mac": "",
    }  # fmt: skip
