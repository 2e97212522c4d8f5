"""What a talent is told of a ticket, and what became of it: through the outbox, in the transaction of the verb."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.deliveries import Delivery, deliveries, resend
from bot.kit import Kit
from bot.reply import Choices
from config.notices import Notices
from models.desk import BadMove, NewTicket
from models.desk_answer import Said
from models.desk_dispatch import TooLate
from outgoing import arrived, deliver
from staffing import AGENT, LEAD, serving
from talk import Clock, Talk
from wechat_api import no

UNDO = "11秒"


@pytest.fixture
def 有工单(小林: Talk) -> Talk:
    """小林 wrote just now, so the window is open, and has ticket T20261123-0001."""
    小林.say("你好")
    opened(小林.kit, 小林.openid)
    return 小林


def opened(kit: Kit, openid: str, **more: object) -> str:
    with kit.db.writing() as unit:
        new = NewTicket("津贴没到账", "三月就批了", **more)  # type: ignore[arg-type]
        return kit.desk(unit).open(openid, new, now=kit.now()).number


def answer(kit: Kit, text: str = "名单已经报到财政，本周到账。") -> int:
    with serving(kit) as (desk, ticket):
        return desk.answer(ticket, AGENT, Said(text), now=kit.now()).id


def recall(kit: Kit, event: int) -> None:
    with serving(kit) as (desk, ticket):
        said = next(each for each in desk.events(ticket) if each.id == event)
        desk.recall(ticket, AGENT, said, now=kit.now())


def became(kit: Kit, event: int) -> Delivery:
    with kit.db.unit() as unit:
        return deliveries(unit, [event], kit.now())[event]


def state(kit: Kit) -> str:
    with kit.db.unit() as unit:
        return kit.desk(unit).get(LEAD, "T20261123-0001").state


def test_an_answer_goes_out_when_it_cannot_be_taken_back_any_more(有工单: Talk, clock: Clock) -> None:
    event = answer(有工单.kit)
    assert became(有工单.kit, event).state == "held"
    assert 有工单.deliver() == ""
    clock.wait(UNDO)
    assert became(有工单.kit, event).state == "sending"
    heard = 有工单.deliver()
    assert "T20261123-0001（津贴没到账）有答复了" in heard
    assert "本周到账" in heard
    sent = became(有工单.kit, event)
    assert (sent.state, sent.way, sent.at) == ("sent", "客服消息", clock.at)


def test_an_answer_taken_back_is_never_sent(有工单: Talk, clock: Clock) -> None:
    event = answer(有工单.kit)
    recall(有工单.kit, event)
    assert state(有工单.kit) == "working"
    assert became(有工单.kit, event).state == "recalled"
    clock.wait(UNDO)
    assert 有工单.deliver() == ""
    with 有工单.kit.db.writing() as unit:
        assert resend(unit, event, clock.at) == 0


def test_what_is_out_cannot_be_taken_back(有工单: Talk, clock: Clock) -> None:
    event = answer(有工单.kit)
    clock.wait(UNDO)
    有工单.deliver()
    with pytest.raises(TooLate):
        recall(有工单.kit, event)
    assert state(有工单.kit) == "answered"


def test_an_older_question_for_materials_is_not_taken_back_in_place_of_the_newer(有工单: Talk, clock: Clock) -> None:
    kit = 有工单.kit
    with serving(kit) as (desk, ticket):
        desk.accept(ticket, AGENT, now=clock.at)
        old = desk.ask(ticket, AGENT, Said("请发聘书。"), now=clock.at).id
        desk.resume(ticket, AGENT, now=clock.at)
        desk.ask(ticket, AGENT, Said("请发合同。"), now=clock.at)
    with pytest.raises(BadMove):
        recall(kit, old)


def test_materials_are_listed(有工单: Talk, clock: Clock) -> None:
    with serving(有工单.kit) as (desk, ticket):
        desk.accept(ticket, AGENT, now=clock.at)
        desk.ask(ticket, AGENT, Said("还差两样。"), materials=["聘书", "工资流水"], now=clock.at)
    clock.wait(UNDO)
    heard = 有工单.deliver()
    assert "还差两样。\n· 聘书\n· 工资流水\n" in heard
    assert "打字或发照片" in heard


def test_who_accepted_it_is_told_once_and_only_if_no_answer_comes_first(有工单: Talk, clock: Clock) -> None:
    kit = 有工单.kit
    with serving(kit) as (desk, ticket):
        desk.accept(ticket, AGENT, now=clock.at)
    clock.wait("5分钟")
    assert "已由人才服务热线受理" in 有工单.deliver()
    with serving(kit) as (desk, ticket):
        desk.dispatch(ticket, AGENT, "hr", now=clock.at)
        desk.sign(ticket, AGENT, now=clock.at)
    clock.wait("1小时")
    assert 有工单.deliver() == ""

    other = opened(kit, 有工单.openid)
    with serving(kit, other) as (desk, ticket):
        desk.accept(ticket, AGENT, now=clock.at)
        desk.interim(ticket, AGENT, Said("在查。"), now=clock.at)
    clock.wait("6分钟")
    heard = 有工单.deliver()
    assert "在查。" in heard
    assert "受理" not in heard


def test_a_unit_that_signs_for_it_is_named(有工单: Talk, clock: Clock) -> None:
    with serving(有工单.kit) as (desk, ticket):
        desk.dispatch(ticket, AGENT, "hr", now=clock.at)
        desk.sign(ticket, AGENT, now=clock.at)
    clock.wait("5分钟")
    assert "已由区人社局受理" in 有工单.deliver()


def test_what_colleagues_do_among_themselves_is_told_to_nobody(有工单: Talk, clock: Clock) -> None:
    with serving(有工单.kit) as (desk, ticket):
        desk.dispatch(ticket, AGENT, "hr", now=clock.at)
        desk.note(ticket, AGENT, "先问财政", now=clock.at)
        desk.supervise(ticket, LEAD, True, now=clock.at)
        desk.claim(ticket, AGENT, now=clock.at)
        desk.send_back(ticket, AGENT, "不归我们", now=clock.at)
    clock.wait("1小时")
    assert 有工单.deliver() == ""


def test_more_time_is_told_with_its_reason(有工单: Talk, clock: Clock) -> None:
    with serving(有工单.kit) as (desk, ticket):
        desk.accept(ticket, AGENT, now=clock.at)
        desk.ask_extension(ticket, AGENT, 3, "要等市里批", now=clock.at)
        desk.grant(ticket, LEAD, 3, why="要等市里批复", now=clock.at)
    heard = 有工单.deliver()
    assert "延长3个工作日" in heard
    assert "原因：要等市里批复" in heard


def test_what_is_refused_says_where_to_go(有工单: Talk, clock: Clock) -> None:
    with serving(有工单.kit) as (desk, ticket):
        desk.refuse(ticket, AGENT, "工资纠纷请向劳动人事争议仲裁委员会申请仲裁。", now=clock.at)
    clock.wait(UNDO)
    assert "这里不能受理：\n工资纠纷请向" in 有工单.deliver()


def test_a_merged_ticket_says_where_it_goes_on(有工单: Talk, clock: Clock) -> None:
    other = opened(有工单.kit, 有工单.openid)
    with serving(有工单.kit) as (desk, ticket):
        desk.merge(ticket, desk.hold(AGENT, other, "merge"), AGENT, now=clock.at)
    assert f"和 {other} 是同一件事" in 有工单.deliver()


def test_nobody_is_merged_into_what_somebody_else_is_answered(有工单: Talk, clock: Clock) -> None:
    other = opened(有工单.kit, "oSomebodyElse")
    with pytest.raises(BadMove, match="不是同一个人"), serving(有工单.kit) as (desk, ticket):
        desk.merge(ticket, desk.hold(AGENT, other, "merge"), AGENT, now=clock.at)


def test_who_was_merged_into_a_call_is_answered_all_the_same(有工单: Talk, clock: Clock) -> None:
    call = opened(有工单.kit, "", source="phone")
    with serving(有工单.kit) as (desk, ticket):
        desk.merge(ticket, desk.hold(AGENT, call, "merge"), AGENT, now=clock.at)
    with serving(有工单.kit, call) as (desk, ticket):
        desk.answer(ticket, AGENT, Said("本周到账。"), now=clock.at)
    clock.wait(UNDO)
    assert "本周到账。" in 有工单.deliver()


def test_who_is_not_on_wechat_is_owed_nothing(kit: Kit, clock: Clock) -> None:
    opened(kit, "", source="phone")
    event = answer(kit)
    with kit.db.unit() as unit:
        assert deliveries(unit, [event], clock.at) == {}
    clock.wait(UNDO)
    assert deliver(kit) == ""


def test_an_invitation_has_the_five_official_levels_to_tap(有工单: Talk, clock: Clock) -> None:
    answer(有工单.kit)
    clock.wait(UNDO)
    有工单.deliver()
    with serving(有工单.kit) as (desk, ticket):
        desk.invite(ticket, "clock", now=clock.at)
    heard = 有工单.deliver()
    assert "非常满意\n满意\n基本满意\n不满意\n非常不满意" in heard
    menu = 有工单.kit.wechat.calls[-1].reply  # type: ignore[attr-defined]
    assert isinstance(menu, Choices)
    assert menu.lines[0] == ("rate:T20261123-0001:5", "非常满意")


def test_an_invitation_is_dropped_with_what_it_asked_for(有工单: Talk, clock: Clock) -> None:
    answer(有工单.kit)
    clock.wait(UNDO)
    有工单.deliver()
    with serving(有工单.kit) as (desk, ticket):
        desk.invite(ticket, "clock", now=clock.at)
        desk.reopen(ticket, "talent", "还没到账", now=clock.at)
    assert 有工单.deliver() == ""


def test_a_reply_waits_for_who_cannot_be_reached(kit: Kit, clock: Clock) -> None:
    opened(kit, "oStranger")
    kit = replace(kit, notices=Notices)  # type: ignore[arg-type]
    event = answer(kit)
    clock.wait(UNDO)
    deliver(kit)
    waits = became(kit, event)
    assert (waits.state, waits.why[:8]) == ("waiting", "等对方下次来访：")


def test_a_template_only_says_that_there_is_an_answer(kit: Kit, clock: Clock) -> None:
    opened(kit, "oStranger")
    event = answer(kit)
    clock.wait(UNDO)
    deliver(kit)
    told = became(kit, event)
    assert (told.state, told.way) == ("sent", "模板消息")
    assert "全文" in told.why
    assert "津贴没到账" in arrived(kit, "oStranger")[0]


def test_the_subject_of_a_confidential_ticket_is_on_no_screen(kit: Kit, clock: Clock) -> None:
    opened(kit, "oStranger", confidential=True)
    answer(kit)
    clock.wait(UNDO)
    deliver(kit)
    assert "津贴" not in arrived(kit, "oStranger")[0]
    assert "T20261123-0001" in arrived(kit, "oStranger")[0]


def test_a_failure_says_why_and_is_sent_again(有工单: Talk, clock: Clock) -> None:
    kit = 有工单.kit
    event = answer(kit)
    clock.wait(UNDO)
    kit.wechat.refuse(no("refused", 87009), times=1)  # type: ignore[attr-defined]
    有工单.deliver()
    failed = became(kit, event)
    assert failed.state == "failed"
    assert failed.why == "微信没有收下这条内容，请改过再发，或打电话"  # the code is for the system page
    with kit.db.writing() as unit:
        assert resend(unit, event, clock.at) == 1
    assert "本周到账" in 有工单.deliver()
    assert became(kit, event).state == "sent"


def test_a_long_reply_is_taken_back_only_while_none_of_it_is_out(有工单: Talk, clock: Clock) -> None:
    """Five messages are allowed; the sixth part waits for 更多."""
    event = answer(有工单.kit, "很长的答复。" * 700)
    clock.wait(UNDO)
    有工单.deliver()
    assert became(有工单.kit, event).state == "waiting"
    with pytest.raises(TooLate):
        recall(有工单.kit, event)


def test_what_only_the_operators_can_mend_is_said_so(有工单: Talk, clock: Clock) -> None:
    kit = 有工单.kit
    event = answer(kit)
    clock.wait(UNDO)
    kit.wechat.refuse(no("config", 40164))  # type: ignore[attr-defined]
    有工单.deliver()
    came = became(kit, event)
    assert came.state != "sent"
    assert "打电话" in came.why
    assert "40164" not in came.why
