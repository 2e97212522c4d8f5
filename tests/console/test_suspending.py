"""代办 that cannot go on for a while: suspended and gone on with for a reason, told to the talent, off the clock."""

from __future__ import annotations

from console.conftest import Desk
from console.test_ticket import HX, events, now, taken, text_of
from models.desk_answer import Said
from models.outbox import OutboxRow


def told(desk: Desk) -> str:
    """What is owed to the talent."""
    with desk.kit.db.unit() as unit:
        return "\n".join(str(row.body) for row in unit.session.query(OutboxRow))


def test_it_is_suspended_and_gone_on_with_for_a_reason_that_the_talent_hears(desk: Desk) -> None:
    seat = desk.sits("agent")
    ticket = taken(desk, seat, kind="agency", subject="公司给六个人办服务卡")
    here = f"/tickets/{ticket.number}"
    assert "会原样发给对方" in text_of(seat.get(f"{here}/step/suspend"))
    assert seat.post(f"{here}/suspend", {"why": " "}, headers=HX).status_code == 204  # what is missing is told
    assert now(desk, ticket).state == "working"
    page = text_of(seat.post(f"{here}/suspend", {"why": "市里的系统在升级", "seen": 10**9}, headers=HX))
    assert "暂停办理" in page
    assert "待补充材料" not in page
    assert "市里的系统在升级" in page
    assert "恢复办理" in page
    assert now(desk, ticket).next_due is None
    assert "暂停办理：" in told(desk)
    assert "市里的系统在升级" in told(desk)
    assert "恢复的原因" in text_of(seat.get(f"{here}/step/resume"))
    assert seat.post(f"{here}/resume", {"why": ""}, headers=HX).status_code == 204
    seat.post(f"{here}/resume", {"why": "系统好了"}, headers=HX)
    assert now(desk, ticket).state == "working"
    assert now(desk, ticket).next_due is not None
    assert "恢复办理" in told(desk)
    assert "系统好了" in told(desk)
    history = text_of(seat.get(f"{here}/history"))
    assert "办理中 → 暂停办理" in history
    assert "恢复办理 <span" in history
    assert "暂停办理 → 办理中" in history


def test_other_kinds_wait_for_materials_or_longer_but_are_not_suspended(desk: Desk) -> None:
    seat = desk.sits("agent")
    ticket = taken(desk, seat)
    assert "/suspend" not in text_of(seat.get(f"/tickets/{ticket.number}", headers=HX))
    assert seat.post(f"/tickets/{ticket.number}/suspend", {"why": "等"}, headers=HX).status_code == 409
    assert not events(desk, ticket, "suspend")


def test_what_waits_for_materials_goes_on_with_one_click_and_tells_nobody(desk: Desk) -> None:
    seat = desk.sits("agent")
    ticket = taken(desk, seat, kind="agency")
    with desk.verbs() as verbs:
        verbs.ask(verbs.hold(seat.actor, ticket.number, "ask"), seat.actor, Said("请补合同"), now=desk.kit.now())
    before = told(desk)
    assert "继续办理" in text_of(seat.get(f"/tickets/{ticket.number}", headers=HX))
    seat.post(f"/tickets/{ticket.number}/resume", headers=HX)
    assert now(desk, ticket).state == "working"
    assert told(desk) == before
