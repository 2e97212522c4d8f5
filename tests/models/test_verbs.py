"""The verbs of staff: who may do which on whose ticket, what each leaves behind, what is refused and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from sqlalchemy import func, select, update

from hotline import DAY, NOW, SEAL, DayByDay, hire, opened, verbs
from models.access import AT_THE_DESK, Actor, Forbidden, may, rights
from models.audit import Audit, AuditRow
from models.db import Database
from models.desk import BadMove, Changed, NewTicket, NoSuchTicket
from models.desk_after import Aftermath
from models.desk_answer import Said
from models.desk_dispatch import Taken, TooLate
from models.history import Due, Facts, state_names
from models.moves import MOVES, OPEN, STATE_NAMES
from models.staff import Staff
from models.ticket import Ticket, TicketEvent

MINUTE = timedelta(minutes=1)
YES = Said("下周一发到卡上")


@dataclass
class House:
    """A hotline, the unit housing with an agent, and hr, each on the desk's database."""

    db: Database
    老王: Actor
    小李: Actor
    组长: Actor
    督办: Actor
    住建: Actor
    人社: Actor

    def ticket(self, number: str) -> Ticket:
        with self.db.unit() as unit:
            return unit.session.scalars(select(Ticket).where(Ticket.number == number)).one()

    def events(self, number: str) -> list[TicketEvent]:
        with verbs(self.db) as desk:
            return desk.events(desk.get(self.督办, number))

    def do(self, by: Actor, number: str, verb: str, *given: Any, **more: Any) -> Any:
        """One verb of staff in a transaction of its own."""
        at = more.pop("now", NOW)
        with verbs(self.db) as desk:
            who = by.key if verb in ("close", "release", "reopen", "invite") else by
            return getattr(desk, verb)(desk.hold(by, number, verb), who, *given, now=at, **more)

    def sent(self, *helpers: str) -> str:
        """A ticket that waits for 住建's signature."""
        number = opened(self.db)
        self.do(self.老王, number, "dispatch", "housing", helpers=helpers)
        return number

    def working(self) -> str:
        number = opened(self.db)
        self.do(self.老王, number, "accept")
        return number


@pytest.fixture
def 家(database: Database) -> House:
    return House(
        database,
        hire(database, "老王"),
        hire(database, "小李"),
        hire(database, "组长", "lead"),
        hire(database, "督办", "supervisor"),
        hire(database, "住建小赵", unit="housing"),
        hire(database, "人社小钱", unit="hr"),
    )


def test_the_way_of_a_ticket_through_a_unit(家: House) -> None:
    number = 家.sent()
    家.do(家.住建, number, "sign")
    家.do(家.住建, number, "ask", Said("请补租房合同"), materials=("租房合同",))
    with verbs(家.db) as desk:
        desk.add(desk.theirs(["o小林"], number), "合同补好了", now=NOW + DAY)
    家.do(家.住建, number, "interim", Said("收到，正在核"))
    家.do(家.住建, number, "answer", YES)
    with verbs(家.db) as desk:
        desk.invite(desk.hold(家.老王, number, "invite"), "clock", now=NOW)
        desk.rate(desk.theirs(["o小林"], number), 5, "很快", now=NOW)
    assert [each.kind for each in 家.events(number)] == [
        "opened", "dispatch", "sign", "ask", "resume", "interim", "answer", "invite", "rate",
    ]  # fmt: skip
    assert (家.ticket(number).state_name, 家.ticket(number).rating, 家.ticket(number).unit) == ("办结", 5, "housing")


def test_every_verb_leaves_one_event_one_line_in_the_audit_and_one_version(家: House) -> None:
    number = 家.working()
    家.do(家.老王, number, "note", "问过财政了", mentions=(家.小李.id,))
    家.do(家.老王, number, "call", "no_answer", "没人接")
    家.do(家.老王, number, "callback", NOW + DAY)
    家.do(家.组长, number, "assign", 家.小李.id)
    家.do(家.督办, number, "supervise", True)
    家.do(家.组长, number, "edit", {"kind": "unpaid", "urgency": "urgent"})
    家.do(家.小李, number, "ask_extension", 3, "在等拨款")
    家.do(家.督办, number, "grant", 2)
    家.do(家.小李, number, "interim", Said("还在等拨款"))
    家.do(家.小李, number, "answer", YES)
    家.do(家.老王, number, "close")
    家.do(家.老王, number, "note", "办结后的备注")
    ticket, events = 家.ticket(number), 家.events(number)
    with 家.db.unit() as unit:
        audited = unit.session.scalar(select(func.count()).where(AuditRow.object == f"ticket:{number}"))
        assert Audit(unit, SEAL.audit_key).broken() == ""
    assert ticket.version == len(events) == audited == 14
    assert ticket.last_event == events[-1].id
    assert [(a.new, b.old) for a, b in pairwise(events) if a.new != b.old] == []


# Who may do what: own ticket, a ticket one helps with, another unit's ticket that one can see.
OWN = {"sign", "send_back", "ask", "answer", "claim", "assign", "ask_extension", "suspend"}


def test_what_a_unit_does_nobody_else_does_for_it(家: House) -> None:
    number = 家.sent("hr")
    ticket = 家.ticket(number)
    for verb in OWN:
        assert may(家.住建, verb, ticket), verb
        assert may(家.督办, verb, ticket), verb
        assert not may(家.人社, verb, ticket), verb
        assert not may(家.老王, verb, ticket), verb
        assert not may(家.组长, verb, ticket), verb
    for verb in ("note", "interim", "call", "attach"):
        assert all(may(each, verb, ticket) for each in (家.住建, 家.人社, 家.老王)), verb
    for verb in ("dispatch", "merge", "close", "reopen", "edit", "resume"):
        assert may(家.老王, verb, ticket), verb
        assert not may(家.人社, verb, ticket), verb
    for verb in ("designate", "grant", "deny", "supervise"):
        assert [may(each, verb, ticket) for each in (家.住建, 家.老王, 家.组长, 家.督办)] == [False, False, False, True]


def test_a_verb_that_is_not_theirs_is_refused_with_the_ticket_in_sight(家: House) -> None:
    number = 家.sent("hr")
    家.do(家.人社, number, "note", "我们这边没有问题")
    家.do(家.人社, number, "interim", Said("人社这边已经核过"))
    for who in (家.人社, 家.老王):
        with pytest.raises(Forbidden):
            家.do(who, number, "answer", YES)
    with pytest.raises(NoSuchTicket):
        家.do(家.人社, opened(家.db), "note", "看不见的")
    for role in ("admin", "auditor"):
        with pytest.raises(Forbidden):
            家.do(hire(家.db, role, role), number, "note", "x")


def test_every_right_at_the_desk_is_decided_for_every_role() -> None:
    ticket = Ticket(unit="housing", helpers=" hr ", assignee=None)
    for role in AT_THE_DESK:
        for unit in ("hotline", "housing", "hr", "other"):
            who = Actor(1, "", role, unit)  # type: ignore[arg-type]
            assert {right for right in MOVES if may(who, right, ticket)} <= rights(who)


def test_an_agent_gives_back_their_own_tickets_a_lead_anybodys(家: House) -> None:
    number = 家.working()
    with pytest.raises(Forbidden):
        家.do(家.小李, number, "release")
    家.do(家.组长, number, "release", why="他请假了")
    assert 家.ticket(number).assignee is None
    with pytest.raises(BadMove, match="没有人"):
        家.do(家.组长, number, "release")


def test_what_a_colleague_has_cannot_be_claimed_but_be_given(家: House) -> None:
    number = 家.working()
    with pytest.raises(Taken):
        家.do(家.小李, number, "claim")
    家.do(家.组长, number, "assign", 家.小李.id)
    assert 家.ticket(number).assignee == 家.小李.id
    with pytest.raises(BadMove, match="已经是"):
        家.do(家.组长, number, "assign", 家.小李.id)


def test_only_who_can_answer_it_gets_it(家: House) -> None:
    number = 家.sent()
    gone, audits = hire(家.db, "走了", unit="housing", disabled=True), hire(家.db, "审计", "auditor", "housing")
    for nobody in (家.人社.id, 家.老王.id, gone.id, audits.id, 999):
        with pytest.raises(BadMove):
            家.do(家.住建, number, "assign", nobody)
    家.do(家.住建, number, "assign", 家.督办.id)


def test_signing_leaves_it_with_who_has_claimed_it(家: House) -> None:
    number, other = 家.sent(), 家.sent()
    家.do(家.住建, number, "claim")
    second = hire(家.db, "住建小孙", unit="housing")
    家.do(second, number, "sign")
    家.do(second, other, "sign")
    assert (家.ticket(number).assignee, 家.ticket(other).assignee) == (家.住建.id, second.id)


def test_sent_back_within_the_day_with_a_reason(家: House) -> None:
    number = 家.sent("hr")
    with pytest.raises(BadMove, match="原因"):
        家.do(家.住建, number, "send_back", "  ")
    with pytest.raises(TooLate):
        家.do(家.住建, number, "send_back", "不归我们", now=NOW + DAY + MINUTE)
    家.do(家.住建, number, "send_back", "不归我们", now=NOW + DAY)
    ticket = 家.ticket(number)
    assert (ticket.state, ticket.unit, ticket.helpers, ticket.assignee) == ("returned", "hotline", "", None)
    with pytest.raises(NoSuchTicket):
        家.do(家.住建, number, "note", "还想看")


def test_a_wrong_dispatch_is_put_right_before_it_is_signed(家: House) -> None:
    number = 家.sent()
    with pytest.raises(BadMove, match="另一个单位"):
        家.do(家.老王, number, "dispatch", "housing")
    with pytest.raises(BadMove, match="另一个单位"):
        家.do(家.老王, number, "dispatch", "hotline")
    家.do(家.老王, number, "dispatch", "hr")
    assert (家.ticket(number).unit, 家.ticket(number).dispatches) == ("hr", 2)


def test_the_third_dispatch_is_the_supervisors_and_final(家: House) -> None:
    number = 家.sent()
    with pytest.raises(BadMove, match="才指定"):
        家.do(家.督办, number, "designate", "hr")
    家.do(家.住建, number, "send_back", "不归我们")
    家.do(家.老王, number, "dispatch", "hr")
    家.do(家.人社, number, "send_back", "也不归我们")
    with pytest.raises(BadMove, match="督办员"):
        家.do(家.老王, number, "dispatch", "housing")
    with pytest.raises(Forbidden):
        家.do(家.组长, number, "designate", "housing")
    家.do(家.督办, number, "designate", "housing", why="按三定方案归住建")
    with pytest.raises(BadMove, match="指定承办"):
        家.do(家.住建, number, "send_back", "还是不归我们")
    家.do(家.住建, number, "answer", YES)


def test_what_was_accepted_after_two_dispatches_can_still_be_designated(家: House) -> None:
    number = 家.sent()
    for unit, who in (("housing", 家.住建), ("hr", 家.人社)):
        if unit == "hr":
            家.do(家.老王, number, "dispatch", unit)
        家.do(who, number, "send_back", "不归我们")
    家.do(家.老王, number, "accept")
    家.do(家.督办, number, "designate", "hr")
    assert 家.ticket(number).state == "dispatched"


def test_more_time_is_asked_before_it_is_due_for_days_the_rules_have(家: House) -> None:
    number = 家.working()
    for days in (0, -1, 11):
        with pytest.raises(BadMove, match="10"):
            家.do(家.老王, number, "ask_extension", days, "要等")
    with pytest.raises(BadMove, match="超期"):
        家.do(家.老王, number, "ask_extension", 1, "要等", now=NOW + DAY + MINUTE)
    with verbs(家.db) as desk:
        desk.card(desk.hold(家.老王, number, "note"), "yellow", now=NOW)
    家.do(家.老王, number, "ask_extension", 2, "要等")
    with pytest.raises(BadMove, match="原因"):
        家.do(家.督办, number, "deny", "")
    家.do(家.督办, number, "deny", "再催一次")
    家.do(家.老王, number, "ask_extension", 2, "真的要等")
    with pytest.raises(BadMove, match="10"):
        家.do(家.督办, number, "grant", 11)
    家.do(家.督办, number, "grant", 2)
    ticket = 家.ticket(number)
    assert (ticket.resolve_due, ticket.card, ticket.state) == (NOW + 3 * DAY, "", "working")


def test_a_clock_that_is_suspended_stands_until_staff_go_on(家: House) -> None:
    number = opened(家.db, kind="agency")
    家.do(家.老王, number, "accept")
    with pytest.raises(BadMove, match="原因"):
        家.do(家.老王, number, "suspend", " ")
    家.do(家.老王, number, "suspend", "等省里的系统开放")
    with verbs(家.db) as desk:
        desk.add(desk.theirs(["o小林"], number), "大概要多久", now=NOW + MINUTE)
    ticket = 家.ticket(number)
    assert (ticket.state, ticket.state_name, ticket.next_due) == ("waiting", "暂停办理", None)
    家.do(家.老王, number, "resume", why="系统开放了", now=NOW + 2 * DAY)
    ticket = 家.ticket(number)
    assert (ticket.state, ticket.suspended, ticket.resolve_due) == ("working", False, NOW + 3 * DAY)
    named = state_names(家.events(number))
    assert [old_new for old_new in named.values() if len(set(old_new)) == 2] == [
        ("待受理", "办理中"), ("办理中", "暂停办理"), ("暂停办理", "办理中"),
    ]  # fmt: skip
    家.do(家.老王, number, "ask", Said("请补合同"), now=NOW + 2 * DAY)
    assert 家.ticket(number).state_name == "待补充材料"


def test_only_what_is_done_on_somebodys_behalf_is_suspended(家: House) -> None:
    with pytest.raises(BadMove, match="代办"):
        家.do(家.老王, 家.working(), "suspend", "等通知")


def test_what_was_suspended_is_so_still_when_it_is_parted_again(家: House) -> None:
    number, other = opened(家.db, kind="agency"), opened(家.db)
    家.do(家.老王, number, "accept")
    家.do(家.老王, number, "suspend", "等通知")
    with verbs(家.db) as desk:
        into = desk.hold(家.老王, other, "merge")
        desk.merge(desk.hold(家.老王, number, "merge"), into, 家.老王, now=NOW)
    家.do(家.老王, number, "unmerge")
    assert 家.ticket(number).state_name == "暂停办理"


def test_one_answer_takes_up_what_nobody_has_taken_up(家: House) -> None:
    new, sent = opened(家.db), 家.sent()
    家.do(家.老王, new, "answer", YES)
    家.do(家.住建, sent, "answer", YES)
    assert [each.kind for each in 家.events(new)] == ["opened", "accept", "answer"]
    assert [each.kind for each in 家.events(sent)] == ["opened", "dispatch", "sign", "answer"]
    waiting = 家.working()
    家.do(家.老王, waiting, "ask", Said("请补合同"))
    家.do(家.老王, waiting, "answer", YES)
    assert [each.kind for each in 家.events(waiting)][-2:] == ["resume", "answer"]
    for number in (new, sent, waiting):
        assert 家.ticket(number).version == len(家.events(number))


def test_a_reply_is_taken_back_once_and_by_who_wrote_it(家: House) -> None:
    number = 家.working()
    first = 家.do(家.老王, number, "answer", YES)
    with pytest.raises(Forbidden):
        家.do(家.小李, number, "recall", first)
    家.do(家.老王, number, "recall", first)
    ticket = 家.ticket(number)
    assert (ticket.state, ticket.first_at, ticket.resolved_at) == ("working", None, None)
    assert ticket.resolve_due == NOW + DAY
    for again in (first, 家.do(家.老王, number, "note", "备注")):
        with pytest.raises(BadMove):
            家.do(家.老王, number, "recall", again)
    second = 家.do(家.老王, number, "interim", Said("稍等"))
    家.do(家.组长, number, "recall", second)
    with pytest.raises(BadMove):
        家.do(家.组长, number, "recall", second)


def test_an_answer_that_was_rated_or_overtaken_is_not_taken_back(家: House) -> None:
    number = 家.working()
    asked = 家.do(家.老王, number, "ask", Said("请补合同"))
    with verbs(家.db) as desk:
        desk.add(desk.theirs(["o小林"], number), "补了", now=NOW)
    answered = 家.do(家.老王, number, "answer", YES)
    with pytest.raises(BadMove):
        家.do(家.老王, number, "recall", asked)
    家.do(家.老王, number, "close")
    with pytest.raises(BadMove):
        家.do(家.老王, number, "recall", answered)


def test_only_a_call_that_reached_somebody_is_a_first_word(家: House) -> None:
    number = 家.working()
    家.do(家.老王, number, "callback", NOW + DAY)
    家.do(家.老王, number, "call", "busy", "占线")
    assert (家.ticket(number).first_at, 家.ticket(number).callback_at) == (None, NOW + DAY)
    家.do(家.老王, number, "call", "reached", "说清楚了", now=NOW + MINUTE)
    assert (家.ticket(number).first_at, 家.ticket(number).callback_at) == (NOW + MINUTE, None)
    with pytest.raises(ValueError, match="maybe"):
        家.do(家.老王, number, "call", "maybe", "")


def test_edits_are_clean_and_change_something(家: House) -> None:
    number = 家.working()
    for bad in ({"state": "closed"}, {"kind": "rectify"}, {"kind": "x"}, {"urgency": ""}, {"subject": " "}):
        with pytest.raises(ValueError, match="edited"):
            家.do(家.老王, number, "edit", bad)
    with pytest.raises(BadMove, match="没有改动"):
        家.do(家.老王, number, "edit", {"kind": "question", "topic": " "})
    家.do(家.老王, number, "edit", {"kind": "help", "subject": "津" * 200, "topic": "allowance"})
    assert (家.ticket(number).kind, len(家.ticket(number).subject)) == ("help", 190)


def test_an_agent_makes_it_confidential_and_keeps_it_but_does_not_lift_it(家: House) -> None:
    number = opened(家.db)
    家.do(家.老王, number, "edit", {"confidential": True})
    assert 家.ticket(number).assignee == 家.老王.id
    with pytest.raises(NoSuchTicket):
        家.do(家.小李, number, "note", "看看")
    with pytest.raises(Forbidden):
        家.do(家.老王, number, "edit", {"confidential": False})
    家.do(家.组长, number, "edit", {"confidential": False})
    家.do(家.小李, number, "note", "看见了")


def test_an_agent_who_opens_a_confidential_one_keeps_it(家: House) -> None:
    with verbs(家.db) as desk:
        new = NewTicket("不想让人知道", "内容", confidential=True, source="phone")
        number = desk.open("", new, now=NOW, by=家.老王.key).number
        assert desk.get(家.老王, number).assignee == 家.老王.id


def test_the_lawful_way_is_told_when_it_is_not_accepted(家: House) -> None:
    number = opened(家.db)
    with pytest.raises(BadMove, match="原因"):
        家.do(家.老王, number, "refuse", "")
    家.do(家.老王, number, "refuse", "已进入仲裁，请等裁决")
    ticket = 家.ticket(number)
    assert (ticket.state_name, ticket.closed_at, ticket.next_due) == ("不予受理", NOW, None)


def test_another_round_begins_with_a_clean_slate(家: House) -> None:
    number = 家.working()
    家.do(家.老王, number, "answer", YES)
    with verbs(家.db) as desk:
        desk.rate(desk.theirs(["o小林"], number), 2, "没说清楚", now=NOW + MINUTE)
        desk.reopen(desk.theirs(["o小林"], number), "talent", "还是没到", now=NOW + DAY)
    ticket = 家.ticket(number)
    assert (ticket.state, ticket.round, ticket.assignee) == ("working", 2, 家.老王.id)
    assert (ticket.rating, ticket.rating_words, ticket.closed_at, ticket.resolved_at) == (None, "", None, None)
    assert (ticket.resolve_due, ticket.heard_at, ticket.first_at) == (NOW + 2 * DAY, NOW + DAY, NOW)


def test_another_round_of_somebody_who_left_is_free(家: House) -> None:
    number = 家.working()
    家.do(家.老王, number, "answer", YES)
    with 家.db.writing() as unit:
        unit.execute(update(Staff).where(Staff.id == 家.老王.id).values(disabled=True))
    with verbs(家.db) as desk:
        desk.reopen(desk.theirs(["o小林"], number), "talent", "还是没到", now=NOW)
    assert 家.ticket(number).assignee is None


@pytest.mark.parametrize("state", ["new", "dispatched", "working", "waiting", "returned", "extending"])
def test_parted_again_it_is_as_if_it_had_never_been_merged(家: House, state: str) -> None:
    into, number = opened(家.db), 家.sent() if state in ("dispatched", "returned") else opened(家.db)
    if state in ("working", "waiting", "extending"):
        家.do(家.老王, number, "accept")
    if state == "waiting":
        家.do(家.老王, number, "ask", Said("请补合同"))
    if state == "returned":
        家.do(家.住建, number, "send_back", "不归我们")
    if state == "extending":
        家.do(家.老王, number, "ask_extension", 2, "要等")
    before = 家.ticket(number)
    with verbs(家.db) as desk:
        desk.merge(desk.hold(家.老王, number, "merge"), desk.hold(家.老王, into, "merge"), 家.老王, now=NOW + MINUTE)
    merged = 家.ticket(number)
    assert (merged.state, merged.next_due, merged.merged_into) == ("merged", None, 家.ticket(into).id)
    家.do(家.老王, number, "unmerge", now=NOW + 2 * MINUTE)
    after = 家.ticket(number)
    for name in ("state", "unit", "assignee", "accept_due", "first_due", "resolve_due", "next_due", "yellow_at"):
        assert getattr(after, name) == getattr(before, name), name
    assert (after.merged_into, after.closed_at) == (None, None)
    assert [each.kind for each in 家.events(into)][-2:] == ["joined", "parted"]


def test_a_pause_goes_on_while_it_was_merged(家: House) -> None:
    into, number = opened(家.db), 家.working()
    家.do(家.老王, number, "ask", Said("请补合同"))
    with verbs(家.db) as desk:
        desk.merge(desk.hold(家.老王, number, "merge"), desk.hold(家.老王, into, "merge"), 家.老王, now=NOW + MINUTE)
    家.do(家.老王, number, "unmerge", now=NOW + 2 * MINUTE)
    家.do(家.老王, number, "resume", now=NOW + DAY)
    assert 家.ticket(number).resolve_due == NOW + 2 * DAY


def test_nothing_is_merged_into_itself_or_into_what_is_over(家: House) -> None:
    over, number = 家.working(), opened(家.db)
    家.do(家.老王, over, "answer", YES)
    for into in (over, number):
        with verbs(家.db) as desk, pytest.raises(BadMove):
            desk.merge(desk.hold(家.老王, number, "merge"), desk.hold(家.老王, into, "merge"), 家.老王, now=NOW)
    with pytest.raises(BadMove):
        家.do(家.老王, number, "unmerge")


def test_a_low_rating_opens_one_ticket_to_make_it_good(家: House) -> None:
    number = opened(家.db, contact="13800138000", topic="allowance")
    家.do(家.老王, number, "answer", YES)
    with 家.db.writing() as unit:
        desk = Aftermath(unit, SEAL, DayByDay())
        ticket = desk.theirs(["o小林"], number)
        with pytest.raises(BadMove):
            desk.rectify(ticket, callback_at=NOW + DAY, now=NOW)
        desk.rate(ticket, 1, "答非所问", now=NOW)
        made = desk.rectify(ticket, callback_at=NOW + DAY, now=NOW)
        assert (made.kind, made.follows, made.callback_at) == ("rectify", ticket.id, NOW + DAY)
        assert (made.state, made.topic, made.contact_key) == ("new", "allowance", ticket.contact_key)
        assert "非常不满意" in made.detail
        assert "答非所问" in made.detail
        with pytest.raises(BadMove):
            desk.rectify(ticket, callback_at=NOW + DAY, now=NOW)


def test_withdrawn_at_any_time_before_the_answer(家: House) -> None:
    for state in OPEN:
        number = 家.sent() if state in ("dispatched", "returned") else opened(家.db)
        if state == "extending":
            家.do(家.老王, number, "accept")
            家.do(家.老王, number, "ask_extension", 2, "要等")
        with verbs(家.db) as desk:
            desk.withdraw(desk.theirs(["o小林"], number), now=NOW)
    number = opened(家.db)
    家.do(家.老王, number, "answer", YES)
    with verbs(家.db) as desk, pytest.raises(BadMove, match=STATE_NAMES["answered"]):
        desk.withdraw(desk.theirs(["o小林"], number), now=NOW)


def test_a_verb_on_an_old_screen_shows_what_is_new(家: House) -> None:
    number = 家.working()
    seen = 家.ticket(number).last_event
    家.do(家.老王, number, "note", "自己的备注")
    with verbs(家.db) as desk:
        desk.card(desk.hold(家.老王, number, "note"), "yellow", now=NOW)
        desk.hold(家.老王, number, "answer", seen)  # what the clock marked and oneself did is no news
    with verbs(家.db) as desk:
        desk.add(desk.theirs(["o小林"], number), "已经解决了", now=NOW)
    with verbs(家.db) as desk, pytest.raises(Changed) as fault:
        desk.hold(家.老王, number, "answer", seen)
    assert [each.body for each in fault.value.since] == ["已经解决了"]
    assert fault.value.ticket.number == number


def test_cards_go_from_none_to_yellow_to_red(家: House) -> None:
    number = 家.working()
    with verbs(家.db) as desk:
        ticket = desk.hold(家.老王, number, "note")
        desk.card(ticket, "yellow", now=NOW)
        desk.card(ticket, "red", now=NOW)
        for colour in ("red", "yellow", "green"):
            with pytest.raises(BadMove):
                desk.card(ticket, colour, now=NOW)


class Sterner(DayByDay):
    """What is urgent is to be begun within the hour, anything else within three days."""

    def due(self, facts: Facts) -> Due:
        resolve = facts.round_at + DAY * (3 + facts.extra_days)
        within = timedelta(hours=1) if facts.urgency == "normal" else timedelta(days=2)
        accept = None if facts.accepted_at else facts.round_at + within
        return Due(accept=accept, resolve=resolve, yellow=resolve - timedelta(hours=2))


def test_a_red_card_stays_when_the_promise_is_broken(家: House) -> None:
    """Neither more time nor another kind and back again makes it good."""
    number, later = opened(家.db), NOW + timedelta(hours=2)

    def do(verb: str, *given: Any, by: Actor = 家.老王) -> str:
        with 家.db.writing() as unit:
            desk = Aftermath(unit, SEAL, Sterner())
            ticket = desk.hold(by, number, verb)
            getattr(desk, verb)(ticket, by, *given, now=later)
            return ticket.card

    with 家.db.writing() as unit:
        desk = Aftermath(unit, SEAL, Sterner())
        desk.card(desk.hold(家.老王, number, "note"), "red", now=later)
    assert do("accept") == "red"
    do("ask_extension", 2, "要等省里")
    assert do("grant", 2, by=家.督办) == "red"
    assert do("edit", {"urgency": "urgent"}) == ""
    assert do("edit", {"urgency": "normal"}) == "red"


def test_no_ticket_goes_to_the_unit_nobody_knows(家: House) -> None:
    number = opened(家.db)
    for unit, helpers in (("unknown", ()), ("housing", ("unknown",))):
        with pytest.raises(BadMove):
            家.do(家.老王, number, "dispatch", unit, helpers=helpers)
