"""What the clock does at the desk, told by the day: 09:00 to 12:00 and 13:00 to 17:00, Monday to Friday."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from bot import rounds
from bot.kit import Kit
from config.calendar import SHANGHAI
from config.desk import DeskRules, Times, load_desk
from config.settings import ROOT
from models import job, outbox_desk
from models.access import Actor
from models.audit import AuditRow
from models.desk import NewTicket
from models.desk_answer import Said
from models.outbox import OutboxRow
from models.rounds import Rounds
from models.seal import Seal
from models.staff import Staff, StaffSession
from models.ticket import Ticket, TicketEvent
from models.workday import Special, Workdays
from talk import Clock

SEAL = Seal("a secret of the tests")
JOB = "retime"
RULES = load_desk(ROOT / "config/desk.yaml")


def at(text: str) -> datetime:
    """ "11-23 10:00" of 2026 in the office."""
    return datetime.strptime(f"2026-{text} +0800", "%Y-%m-%d %H:%M %z").astimezone(SHANGHAI)


class Desk:
    """A desk whose clock runs when it is told to, and whose rules may be changed."""

    def __init__(self, kit: Kit, clock: Clock) -> None:
        self.rules = RULES
        self.clock = clock
        deadlines = type(kit.desk.keywords["deadlines"])(lambda: self.rules, kit.calendar)  # type: ignore[attr-defined]
        desk = type(kit.desk)(kit.desk.func, **(kit.desk.keywords | {"deadlines": deadlines}))  # type: ignore[attr-defined]
        self.kit = replace(kit, rules=lambda: self.rules, desk=desk)  # type: ignore[arg-type]
        with kit.db.writing() as unit:
            job.enter(unit, [JOB], clock())

    def change(self, **changes: Any) -> None:
        self.rules = self.rules.model_copy(update=changes)

    def hire(self, name: str, **more: Any) -> Actor:
        now = self.clock()
        with self.kit.db.writing() as unit:
            staff = Staff(login=name, name=name, role="agent", unit="hotline", created_at=now, updated_at=now, **more)
            unit.session.add(staff)
            unit.session.flush()
            return staff.actor

    def open(self, moment: str, openid: str = "oXiaoLin", **more: Any) -> str:
        self.clock.at = at(moment)
        with self.kit.db.writing() as unit:
            new = NewTicket("津贴没到账", "三月批的，一直没到账", **more)
            return self.kit.desk(unit).open(openid, new, now=self.clock()).number

    def do(self, by: Actor, number: str, verb: str, *given: Any) -> None:
        with self.kit.db.writing() as unit:
            desk = self.kit.desk(unit)
            getattr(desk, verb)(desk.hold(by, number, verb), by, *given, now=self.clock())

    def ticket(self, number: str) -> Ticket:
        with self.kit.db.unit() as unit:
            found: Ticket = unit.session.scalars(select(Ticket).where(Ticket.number == number)).one()
        return found

    def events(self, number: str) -> list[str]:
        with self.kit.db.unit() as unit:
            of = select(TicketEvent.kind).where(TicketEvent.ticket_id == self.ticket(number).id)
            return list(unit.session.scalars(of.order_by(TicketEvent.id)))

    def audited(self, action: str) -> int:
        with self.kit.db.unit() as unit:
            return len(unit.execute(select(AuditRow.seq).where(AuditRow.action == action)).all())

    def arrive(self) -> None:
        """WeChat has taken all that was owed."""
        with self.kit.db.writing() as unit:
            unit.execute(update(OutboxRow).values(state="sent", way="service", sent_at=self.clock()))

    def owed(self) -> list[str]:
        with self.kit.db.unit() as unit:
            return list(unit.session.scalars(select(OutboxRow.kind).order_by(OutboxRow.id)))


@pytest.fixture
def desk(kit: Kit, clock: Clock) -> Desk:
    return Desk(kit, clock)


def test_yellow_a_working_day_before_and_red_when_it_is_over(desk: Desk) -> None:
    老王 = desk.hire("老王")
    number = desk.open("11-20 10:00")  # a Friday; 咨询: two working days
    desk.do(老王, number, "accept")
    desk.do(老王, number, "interim", Said("正在问财政"))
    story = [("11-23 09:59", ""), ("11-23 10:00", "yellow"), ("11-23 10:01", "yellow"), ("11-24 09:59", "yellow")]
    for moment, card in [*story, ("11-24 10:00", "red"), ("11-24 10:01", "red"), ("11-25 10:00", "red")]:
        desk.clock.at = at(moment)
        rounds.cards(desk.kit)
        assert desk.ticket(number).card == card, moment
    assert desk.events(number).count("card") == 2
    assert desk.audited("ticket.card") == 2
    assert rounds.cards(desk.kit) == ""


def test_a_ticket_nobody_takes_up_gets_a_red_card_too(desk: Desk) -> None:
    number = desk.open("11-20 10:00")
    desk.clock.at = at("11-23 10:00")
    assert rounds.cards(desk.kit) == "红牌 1 张"
    assert desk.ticket(number).card == "red"


def test_who_waits_for_the_talent_gets_no_card(desk: Desk) -> None:
    老王 = desk.hire("老王")
    number = desk.open("11-20 10:00")
    desk.do(老王, number, "accept")
    desk.do(老王, number, "ask", Said("请补充聘用合同"))
    desk.clock.at = at("12-20 10:00")
    assert rounds.cards(desk.kit) == ""
    with desk.kit.db.writing() as unit:
        verbs = desk.kit.desk(unit)
        verbs.add(verbs.theirs(["oXiaoLin"], number), "合同在这里", now=desk.clock())
    assert rounds.cards(desk.kit) == ""
    assert desk.ticket(number).resolve_due == at("12-22 17:00")  # asked at once, answered on a Sunday


def test_what_lies_untouched_goes_back_by_working_time(desk: Desk) -> None:
    老王 = desk.hire("老王")
    number = desk.open("11-20 10:00")
    desk.do(老王, number, "claim")
    for moment, whose in (("11-23 10:59", 老王.id), ("11-23 11:01", None)):  # 480 working minutes
        desk.clock.at = at(moment)
        rounds.lying(desk.kit)
        assert desk.ticket(number).assignee == whose
    assert desk.events(number)[-1] == "release"


def test_tickets_are_given_out_only_where_the_rules_say_so(desk: Desk) -> None:
    老王 = desk.hire("老王")
    desk.hire("小赵", away=True)
    number = desk.open("11-20 10:00")
    with desk.kit.db.writing() as unit:
        row = {"token": "0" * 64, "staff_id": 老王.id, "staff_version": 1, "csrf": "x", "stage": "whole"}
        unit.session.add(StaffSession(**row, created_at=at("11-20 09:00"), seen_at=at("11-20 09:58")))
    assert rounds.lying(desk.kit) == ""
    desk.change(turns=True)
    assert rounds.lying(desk.kit) == "轮流派出 1 张"
    assert desk.ticket(number).assignee == 老王.id


def test_who_is_not_at_the_console_gets_nothing_by_turns(desk: Desk) -> None:
    desk.hire("老王")
    desk.open("11-20 10:00")
    desk.change(turns=True)
    assert rounds.lying(desk.kit) == ""


def retimed(desk: Desk) -> list[str]:
    return [rounds.retime(desk.kit, JOB) for _ in range(3)]


def test_a_change_of_rules_is_carried_to_open_tickets_once(desk: Desk, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "huicai.clock")
    老王 = desk.hire("老王")
    one, other = desk.open("11-20 10:00"), desk.open("11-20 11:00")
    desk.do(老王, other, "answer", Said("已经发放"))
    retimed(desk)
    before = desk.events(one), desk.ticket(one).version, desk.ticket(other).version
    desk.change(times={"default": Times.model_validate({"resolve": "10工作日", "first": "1工作日"})})
    assert retimed(desk) == ["规则或日历变了，下一次开始重算", "重算 1 张没办结的工单，1 张的时限变了", ""]
    assert (desk.ticket(one).resolve_due, desk.ticket(one).accept_due) == (at("12-04 10:00"), None)
    assert desk.ticket(other).resolve_due is None
    assert (desk.events(one), desk.ticket(one).version - 1, desk.ticket(other).version) == before
    assert desk.audited("ticket.retime") == 1
    assert "the times of 1 open tickets" in caplog.text


def behind(monkeypatch: pytest.MonkeyPatch, target: Any, name: str, do: Callable[[], object]) -> None:
    """`do`, once, after its next call."""
    real, todo = getattr(target, name), [do]

    def hooked(*args: Any) -> Any:
        found = real(*args)
        while todo:
            todo.pop()()
        return found

    monkeypatch.setattr(target, name, hooked)


def answer_anew(desk: Desk, number: str) -> None:
    with desk.kit.db.writing() as unit:
        verbs = desk.kit.desk(unit)
        ticket = verbs.theirs(["oXiaoLin"], number, hold=True)
        verbs.reopen(ticket, "talent", "还没到", now=desk.clock())
        verbs.answer(ticket, Actor(99, "小孙", "agent"), Said("今天补发"), now=desk.clock())


@pytest.mark.parametrize(
    ("moment", "target", "look"),
    [("11-20 10:01", rounds, "deliveries"), ("11-23 10:01", Rounds, "unrated"), ("11-27 10:01", Rounds, "to_close")],
)
def test_what_is_answered_anew_behind_the_look_is_not_asked_about_nor_closed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, moment: str, target: Any, look: str
) -> None:
    number = answered(desk, "11-20 10:00")
    desk.arrive()
    for earlier in [each for each in ("11-20 10:01", "11-23 10:01") if each < moment]:
        desk.clock.at = at(earlier)
        rounds.ratings(desk.kit)
    desk.clock.at = at(moment)
    behind(monkeypatch, target, look, lambda: answer_anew(desk, number))
    assert (rounds.ratings(desk.kit), desk.ticket(number).state) == ("", "answered")


def test_what_is_sent_again_or_answered_anew_behind_the_look_is_not_lost(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def resend() -> None:
        with desk.kit.db.writing() as unit:
            outbox_desk.resend(unit, list(unit.execute(select(OutboxRow.id)).scalars()), desk.clock())

    number = answered(desk, "11-20 10:00")
    for meanwhile in (resend, lambda: answer_anew(desk, number)):
        with desk.kit.db.writing() as unit:
            unit.execute(update(OutboxRow).values(state="dead", reason="对方已取消关注"))
        behind(monkeypatch, rounds, "deliveries", meanwhile)
        assert (rounds.undelivered(desk.kit), desk.ticket(number).callback_at) == ("", None)


def test_a_long_list_is_worked_off_in_parts(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    numbers = [desk.open("11-20 10:00") for _ in range(5)]
    retimed(desk)
    monkeypatch.setattr(rounds, "_MOST", 2)
    monkeypatch.setattr(rounds, "_BUDGET", timedelta())
    desk.change(times={"default": Times.model_validate({"resolve": "10工作日"})})
    told = [rounds.retime(desk.kit, JOB) for _ in range(5)]
    assert [each[:4] for each in told] == ["规则或日", "重算 2", "重算 2", "重算 1", ""]
    assert {desk.ticket(number).resolve_due for number in numbers} == {at("12-04 10:00")}


def test_a_card_that_the_new_rules_do_not_give_is_taken_back(desk: Desk) -> None:
    老王 = desk.hire("老王")
    number = desk.open("11-20 10:00")
    desk.do(老王, number, "accept")
    desk.do(老王, number, "interim", Said("正在问财政"))
    retimed(desk)
    desk.clock.at = at("11-24 10:00")
    rounds.cards(desk.kit)
    assert desk.ticket(number).card == "red"
    desk.change(
        times={"default": Times.model_validate({"resolve": "10工作日", "accept": "1工作日", "first": "1工作日"})}
    )
    retimed(desk)
    assert desk.ticket(number).card == ""


def test_a_card_for_a_promise_that_was_broken_stays(desk: Desk) -> None:
    老王 = desk.hire("老王")
    number = desk.open("11-20 10:00")
    desk.clock.at = at("11-23 10:30")
    rounds.cards(desk.kit)
    desk.do(老王, number, "accept")
    desk.do(老王, number, "interim", Said("正在问财政"))
    desk.change(times={"default": Times.model_validate({"resolve": "10工作日", "accept": "1工作日"})})
    retimed(desk)
    assert desk.ticket(number).card == "red"


def test_a_year_brought_in_gives_tickets_their_times(desk: Desk) -> None:
    number = desk.open("12-30 10:00")
    assert (desk.ticket(number).due_unknown, desk.ticket(number).resolve_due) == (True, None)
    retimed(desk)
    days = {date(2027, 1, 1): Special("rest", "演示"), date(2027, 1, 4): Special("rest", "演示")}
    with desk.kit.db.writing() as unit:
        Workdays(unit, SEAL).bring_in(2027, days, "演示通知", by="cli", now=desk.clock())
    desk.kit.calendar.refresh()
    retimed(desk)
    mine = desk.ticket(number)
    assert (mine.due_unknown, mine.resolve_due) == (False, datetime(2027, 1, 5, 10, tzinfo=SHANGHAI))


def answered(desk: Desk, moment: str, **more: Any) -> str:
    老王 = desk.hire("老王")
    number = desk.open(moment, **more)
    desk.do(老王, number, "answer", Said("已经发放"))
    return number


def test_who_has_the_answer_is_asked_to_rate_it_twice_and_then_left_in_peace(desk: Desk) -> None:
    number = answered(desk, "11-20 10:00")
    assert rounds.ratings(desk.kit) == "", "it has not gone out"
    desk.arrive()
    story = [
        ("11-20 10:01", "请评价 1 张", "待评价"),
        ("11-20 10:02", "", "待评价"),
        ("11-23 10:00", "", "待评价"),
        ("11-23 10:01", "请评价 1 张", "待评价"),
        ("11-27 09:59", "", "待评价"),
        ("11-27 10:01", "办结 1 张", "办结"),
        ("12-27 10:01", "", "办结"),
    ]
    for moment, told, state in story:
        desk.clock.at = at(moment)
        assert (rounds.ratings(desk.kit), desk.ticket(number).state_name) == (told, state), moment
    assert desk.owed().count("ticket_rating") == 2


def test_by_night_nobody_is_asked(desk: Desk) -> None:
    number = answered(desk, "11-20 16:59")
    desk.arrive()
    for moment, state in (("11-20 21:30", "answered"), ("11-21 03:00", "answered"), ("11-21 08:00", "rating")):
        desk.clock.at = at(moment)
        rounds.ratings(desk.kit)
        assert desk.ticket(number).state == state


def test_an_answer_that_never_arrived_is_not_closed_in_silence(desk: Desk) -> None:
    number = answered(desk, "11-20 10:00")
    desk.clock.at = at("12-20 10:00")
    assert rounds.ratings(desk.kit) == ""
    assert desk.ticket(number).state == "answered"


def test_who_is_not_on_wechat_is_not_asked_and_closed_in_time(desk: Desk) -> None:
    number = answered(desk, "11-20 10:00", openid="", source="phone")
    for moment, told in (("11-20 10:01", ""), ("11-27 09:59", ""), ("11-27 10:01", "办结 1 张")):
        desk.clock.at = at(moment)
        assert rounds.ratings(desk.kit) == told, moment
    assert desk.ticket(number).state == "closed"
    assert desk.owed() == []


def test_who_is_rated_is_not_asked_again(desk: Desk) -> None:
    number = answered(desk, "11-20 10:00")
    desk.arrive()
    desk.clock.at = at("11-20 10:01")
    rounds.ratings(desk.kit)
    with desk.kit.db.writing() as unit:
        verbs = desk.kit.desk(unit)
        verbs.rate(verbs.theirs(["oXiaoLin"], number), 5, "", now=desk.clock())
    for moment in ("11-23 10:01", "11-27 10:01"):
        desk.clock.at = at(moment)
        assert rounds.ratings(desk.kit) == ""


def test_the_digest_changes_with_what_changes_times_and_with_nothing_else(desk: Desk) -> None:
    today, calendar = date(2026, 11, 23), desk.kit.calendar()

    def digest(rules: DeskRules) -> str:
        return rounds.digest(rules, calendar, today)

    usual = digest(RULES)
    assert digest(RULES.model_copy(update={"confirmed": True, "turns": True, "routes": ()})) == usual
    assert digest(RULES.model_copy(update={"urgencies": {}})) != usual
    shorter = calendar.office.hours.model_copy(update={"friday": ()})
    other = replace(calendar, office=calendar.office.model_copy(update={"hours": shorter}))
    assert rounds.digest(RULES, other, today) != usual
    brought = replace(calendar, imported={2027: {}})
    assert rounds.digest(RULES, brought, today) != usual


def test_an_answer_that_was_given_up_is_one_to_ring_up_for_and_then_closed(desk: Desk) -> None:
    number = answered(desk, "11-20 10:00")
    assert rounds.undelivered(desk.kit) == "", "it may still go out"
    with desk.kit.db.writing() as unit:
        unit.execute(update(OutboxRow).values(state="dead", reason="对方已取消关注"))
    assert rounds.undelivered(desk.kit) == "没送达 1 张"
    assert rounds.undelivered(desk.kit) == ""
    assert desk.audited("ticket.failed") == 1, "so every open list is told"
    assert desk.ticket(number).callback_at is not None
    desk.clock.at = at("12-20 10:00")
    assert rounds.ratings(desk.kit) == "", "nobody has rung up yet"
    小孙 = desk.hire("小孙")
    desk.do(小孙, number, "call", "reached", "电话里说了")
    assert rounds.ratings(desk.kit) == "办结 1 张"


def test_a_long_list_is_worked_off_at_once_while_there_is_time(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        desk.open("11-20 10:00")
    retimed(desk)
    monkeypatch.setattr(rounds, "_MOST", 2)
    desk.change(times={"default": Times.model_validate({"resolve": "10工作日"})})
    told = [rounds.retime(desk.kit, JOB) for _ in range(3)]
    assert [each[:4] for each in told] == ["规则或日", "重算 5", ""]
