"""The sums by hand, who may see them, and workbooks in which nothing is a formula."""

from __future__ import annotations

from datetime import timedelta
from io import BytesIO

import openpyxl
import pytest

from config import worktime
from console.conftest import Desk
from models.desk_answer import Said


def book(data: bytes) -> openpyxl.Workbook:
    return openpyxl.load_workbook(BytesIO(data))


def answered(desk: Desk, subject: str, rating: int, *, wait: str) -> None:
    """Opened, answered after a while, rated."""
    agent = desk.sits("agent")
    number = desk.ticket(subject).number
    desk.clock.wait(wait)
    with desk.verbs() as verbs:
        ticket = verbs.hold(agent.actor, number, "answer")
        verbs.answer(ticket, agent.actor, Said("好了"), now=desk.kit.now())
    with desk.verbs() as verbs:
        verbs.rate(verbs.get(agent.actor, number), rating, "=1+1", now=desk.kit.now())


@pytest.mark.parametrize(
    ("role", "status"), [("agent", 403), ("lead", 200), ("supervisor", 200), ("admin", 403), ("auditor", 403)]
)
def test_who_may_see_the_sums(desk: Desk, role: str, status: int) -> None:
    seat = desk.sits(role)
    assert seat.get("/reports").status_code == status
    assert seat.get("/reports.xlsx").status_code == status
    assert seat.get("/reports/tickets.xlsx").status_code == status


def test_the_three_rates_are_those_counted_by_hand(desk: Desk) -> None:
    answered(desk, "马上答的", 5, wait="10分钟")
    answered(desk, "拖了很久的", 2, wait="20天")
    lead = desk.sits("lead")
    sheet = book(lead.get("/reports.xlsx").data)["按类别"]
    heads, row = [[cell.value for cell in line] for line in sheet.iter_rows(max_row=2)]
    found = dict(zip(heads, row, strict=True))
    assert found["工单"] == 2
    assert (found["响应率"], found["解决率"], found["满意率"]) == (0.5, 0.5, 0.5)
    assert "50.0%" in lead.get("/reports").text


def test_what_looks_like_a_formula_stays_text_and_numbers_of_people_are_masked(desk: Desk) -> None:
    desk.ticket("=cmd|' /C calc'!A0")
    desk.ticket("请回电 13800000001")
    desk.ticket("保密的事", confidential=True)
    data = desk.sits("lead").get("/reports/tickets.xlsx").data
    cells = {cell.value: cell.data_type for line in book(data)["工单"].iter_rows() for cell in line if cell.value}
    assert cells["=cmd|' /C calc'!A0"] == "s"
    assert not any("13800000001" in str(value) or "保密的事" in str(value) for value in cells)


def test_an_export_is_in_the_audit(desk: Desk) -> None:
    desk.ticket()
    desk.sits("lead").get("/reports/tickets.xlsx")
    assert "导出" in desk.sits("auditor").get("/audit?action=export").text


def test_a_lead_of_a_unit_sees_its_own_alone(desk: Desk) -> None:
    desk.ticket("热线的事")
    data = desk.sits("lead", "hr").get("/reports/tickets.xlsx").data
    assert book(data)["工单"].max_row == 1


def test_how_long_it_took_is_told_in_working_time(desk: Desk) -> None:
    """From one working morning to the next is a working day, not a day and a night."""
    answered(desk, "隔了一天答的", 5, wait="24小时")
    page = desk.sits("lead").get("/reports").text
    opened = desk.kit.now() - timedelta(hours=24)
    worked = worktime.between(desk.kit.calendar(), opened, desk.kit.now())
    assert worked is not None
    assert worked < timedelta(hours=24)
    assert f"{worked.total_seconds() / 3600:.1f} 小时内" in page


def test_waiting_for_the_talent_is_taken_out_of_what_was_promised(desk: Desk) -> None:
    """Such a ticket is judged by its events, and its neighbour by its columns: both come out right."""
    agent = desk.sits("agent")
    slow, asked = desk.ticket("拖着的").number, desk.ticket("等材料的").number
    for number in (slow, asked):
        with desk.verbs() as verbs:
            verbs.accept(verbs.hold(agent.actor, number, "accept"), agent.actor, now=desk.kit.now())
    with desk.verbs() as verbs:
        verbs.ask(verbs.hold(agent.actor, asked, "ask"), agent.actor, Said("请补照片"), now=desk.kit.now())
    desk.clock.wait("20天")
    for number in (slow, asked):
        with desk.verbs() as verbs:
            ticket = verbs.hold(agent.actor, number, "note")
            if number == asked:
                verbs.resume(ticket, agent.actor, now=desk.kit.now())
            verbs.answer(ticket, agent.actor, Said("好了"), now=desk.kit.now())
    sheet = book(desk.sits("lead").get("/reports.xlsx").data)["按类别"]
    heads, row = [[cell.value for cell in line] for line in sheet.iter_rows(max_row=2)]
    found = dict(zip(heads, row, strict=True))
    assert (found["按时解决"], found["应解决"]) == (1, 2)
