"""Taking the next ticket, giving tickets out by load, and back to the pool."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import insert, update

from hotline import DAY, NOW, hire, joining, opened, verbs
from models.access import Actor
from models.db import Database
from models.desk_answer import Said
from models.staff import Staff, StaffSession
from models.turns import Turns

MINUTE = timedelta(minutes=1)


def take(database: Database, actor: Actor) -> str:
    """The subject of what they got."""
    with database.writing() as unit:
        ticket = Turns(unit, joining(unit)).take_next(actor, NOW)
        return ticket.subject if ticket else ""


def give(database: Database, **how: object) -> list[tuple[str, int | None]]:
    """All that can be given: subject and to whom."""
    found = []
    while True:
        with database.writing() as unit:
            ticket = Turns(unit, joining(unit)).give_out(NOW, **how)  # type: ignore[arg-type]
            if ticket is None:
                return found
            found.append((ticket.subject, ticket.assignee))


def idle(database: Database, before: object, now: object) -> list[str]:
    found = []
    while True:
        with database.writing() as unit:
            ticket = Turns(unit, joining(unit)).idle(before, now)  # type: ignore[arg-type]
            if ticket is None:
                return found
            found.append(ticket.subject)


def test_the_next_one_is_what_is_due_first_of_ones_own_unit(database: Database) -> None:
    老王, 小赵 = hire(database, "老王"), hire(database, "小赵", unit="housing")
    opened(database, "新的", now=NOW - MINUTE)
    opened(database, "旧的", now=NOW - 5 * MINUTE)
    opened(database, "最旧但不公开", now=NOW - 9 * MINUTE, confidential=True)
    sent = opened(database, "转出去的", now=NOW - 7 * MINUTE)
    with verbs(database) as desk:
        desk.dispatch(desk.hold(老王, sent, "dispatch"), 老王, "housing", now=NOW)
    assert [take(database, 老王) for _ in range(3)] == ["旧的", "新的", ""]
    assert [take(database, 小赵) for _ in range(2)] == ["转出去的", ""]


def test_tickets_go_to_who_has_the_fewest_and_never_to_who_is_away(database: Database) -> None:
    甲, 乙, 丙 = (hire(database, name) for name in ("甲", "乙", "丙"))
    hire(database, "丁", away=True), hire(database, "戊", disabled=True), hire(database, "己", "auditor")
    busy = opened(database, "甲的")
    with verbs(database) as desk:
        desk.claim(desk.hold(甲, busy, "claim"), 甲, now=NOW)
    for number in range(5):
        opened(database, str(number), now=NOW + number * MINUTE)
    assert give(database) == [("0", 乙.id), ("1", 丙.id), ("2", 甲.id), ("3", 乙.id), ("4", 丙.id)]


def test_with_a_limit_only_who_is_here_gets_any(database: Database) -> None:
    甲, 乙 = hire(database, "甲"), hire(database, "乙")
    with database.writing() as unit:
        for who, seen in ((甲, NOW - DAY), (乙, NOW)):
            unit.execute(insert(StaffSession), {
                "token": who.name, "staff_id": who.id, "staff_version": 1, "csrf": "", "stage": "whole", "address": "",
                "agent": "", "created_at": NOW - DAY, "seen_at": seen,
            })  # fmt: skip
    opened(database, "一件")
    opened(database, "两件")
    assert give(database, here_since=NOW - MINUTE) == [("一件", 乙.id), ("两件", 乙.id)]
    with database.writing() as unit:
        unit.execute(update(Staff).values(away=True))
    opened(database, "三件")
    assert give(database) == []


def test_what_lies_untouched_goes_back_to_the_pool(database: Database) -> None:
    老王 = hire(database, "老王")
    names = ("没动过", "刚备注过", "等材料", "答完了")
    numbers = {name: opened(database, name) for name in names}
    with verbs(database) as desk:
        for number in numbers.values():
            desk.accept(desk.hold(老王, number, "accept"), 老王, now=NOW)
        desk.ask(desk.hold(老王, numbers["等材料"], "ask"), 老王, Said("请补身份证"), now=NOW)
        desk.answer(desk.hold(老王, numbers["答完了"], "answer"), 老王, Said("好了"), now=NOW)
        desk.note(desk.hold(老王, numbers["刚备注过"], "note"), 老王, "在问", now=NOW + DAY)
    later = NOW + DAY + MINUTE
    assert idle(database, NOW, later) == []
    assert idle(database, NOW + MINUTE, later) == ["没动过"]
    assert idle(database, later, later) == ["刚备注过"]
    assert take(database, 老王) == "没动过"
