"""Rating an answer (好差评), once and only one's own; what a low rating sets off; another round."""

from __future__ import annotations

from dataclasses import replace

import pytest

import staffing
from bot import reply as replies
from bot.deadline import Deadline
from models.ticket import Ticket, TicketEvent
from talk import Talk, message_of

NUMBER = "T20261123-0001"


@pytest.fixture
def 已答复(小林: Talk) -> Talk:
    """小林's ticket T20261123-0001 was answered, a quarter of an hour after it was handed in."""
    for said in ("人工", "单位没给我报津贴", "无", "13812345678"):
        小林.say(said)
    小林.play("""
        等 15分钟
        答 名单已经报到财政。
        等 11秒
        送
    """)
    return 小林


def tap(talk: Talk, number: str = NUMBER, level: int = 5, text: str = "非常满意") -> str:
    message = replace(message_of(text, talk.openid, int(talk.clock.at.timestamp())), menu_id=f"rate:{number}:{level}")
    talk.heard = replies.as_text(talk.pipeline.handle(message, Deadline()).reply)
    return talk.heard


def tickets(talk: Talk) -> list[Ticket]:
    with talk.kit.db.unit() as unit:
        return list(unit.session.query(Ticket).order_by(Ticket.id))


def test_a_tapped_line_rates(已答复: Talk) -> None:
    已答复.play("""
        邀
        送
        机 办得怎么样…非常满意…非常不满意
    """)
    assert "非常满意" in tap(已答复)
    (ticket,) = tickets(已答复)
    assert (ticket.state, ticket.rating) == ("closed", 5)


@pytest.mark.parametrize(
    ("said", "level"),
    [
        ("5", 5),
        ("5分", 5),
        ("五星", 5),
        ("非常满意", 5),
        ("我很满意", 5),
        ("满意", 4),
        ("4", 4),
        ("打4分", 4),
        ("基本满意", 3),
        ("一般", 3),
        ("三分", 3),
        ("不满意", 2),
        ("不太满意", 2),
        ("2分", 2),
        ("非常不满意", 1),
        ("一星", 1),
        ("给差评", 1),
    ],
)
def test_the_ways_to_say_it(已答复: Talk, said: str, level: int) -> None:
    已答复.say("评价")
    已答复.say(said)
    assert tickets(已答复)[0].rating == level


@pytest.mark.parametrize("said", ["评价", "打分", "我要评价", "给工单打分", "评价一下"])
def test_asked_for_by_word(已答复: Talk, said: str) -> None:
    assert "5分 非常满意" in 已答复.say(said)


def test_without_being_asked(已答复: Talk) -> None:
    已答复.play(f"""
        人 满意
        机 已记下您对工单 {NUMBER} 的评价：满意
    """)


def test_a_low_number_unasked_is_asked_about_first(已答复: Talk) -> None:
    已答复.play("""
        邀
        人 1
        机 打1分（非常不满意），对吗
        人 不是
        机 先不评
    """)
    assert tickets(已答复)[0].rating is None
    已答复.play("""
        人 4
        机 评价：满意
    """)


def test_a_number_without_an_invitation_means_nothing(已答复: Talk) -> None:
    assert "不知道指的是哪一项" in 已答复.say("5")


def test_a_number_that_is_no_level(已答复: Talk) -> None:
    已答复.play("""
        人 评价
        人 9
        机 回复 1 到 5
        人 3
        机 基本满意
    """)


def test_it_is_rated_once(已答复: Talk) -> None:
    tap(已答复)
    assert "已经评价过了（非常满意）" in tap(已答复, level=1, text="非常不满意")
    assert tickets(已答复)[0].rating == 5
    assert "没有可以评价的工单" in 已答复.say("评价工单")


def test_nobody_rates_somebody_elses(已答复: Talk, 路人: Talk) -> None:
    assert "没有查到" in tap(路人)
    assert "满意" not in 路人.say("评价工单")
    assert tickets(已答复)[0].rating is None


def test_a_forged_line_rates_nothing(已答复: Talk) -> None:
    for forged in ("rate:T20261123-0001:9", "rate:T20261123-0001:0", "rate::5", "rate:T20261123-0001:5x"):
        message = replace(message_of("非常满意啦", 已答复.openid, 1), menu_id=forged)
        已答复.pipeline.handle(message, Deadline())
    assert tickets(已答复)[0].rating is None


def test_before_the_answer_there_is_nothing_to_rate(小林: Talk) -> None:
    for said in ("人工", "想问落户", "无", "不留"):
        小林.say(said)
    assert "没有可以评价的工单" in 小林.say("评价工单")
    assert "还在办" in tap(小林)


def test_words_may_follow(已答复: Talk) -> None:
    已答复.play("""
        人 评价
        人 5
        机 有想说的，直接打字
        人 小陈态度很好，打 13812345678 都是他接的
        机 已经记下
    """)
    assert tickets(已答复)[0].rating_words == "小陈态度很好，打 138****5678 都是他接的"


@pytest.mark.parametrize("said", ["没有了", "不用", "人才公寓在哪里", "我的工单", "谢谢", "最近有什么活动"])
def test_what_are_no_words_to_a_rating(已答复: Talk, said: str) -> None:
    已答复.say("评价")
    已答复.say("5")
    assert "已经记下" not in 已答复.say(said)
    assert tickets(已答复)[0].rating_words == ""


def test_a_low_rating_opens_a_ticket_of_its_own_and_somebody_rings(已答复: Talk) -> None:
    已答复.play("""
        人 评价
        人 2
        机 评价：不满意…抱歉…另派人整改…138****5678
        人 说好本周到账，一直没有到
        机 已经记下
    """)
    first, second = tickets(已答复)
    assert (first.state, first.rating) == ("closed", 2)
    assert (second.kind, second.follows, second.source) == ("rectify", first.id, "inside")
    assert second.callback_at is not None
    assert second.resolve_due is not None
    assert "名单已经报到财政" in second.detail
    with 已答复.kit.db.unit() as unit:
        assert 已答复.kit.desk(unit).contact(second) == "13812345678"
        added = [each.body for each in unit.session.query(TicketEvent) if each.ticket_id == second.id]
    assert "说好本周到账，一直没有到" in added


@pytest.mark.parametrize("said", ["答复太笼统，没说哪个窗口", "没讲清楚怎么办，也没说几天到账"])
def test_what_is_wrong_may_be_asked(已答复: Talk, said: str) -> None:
    """没说哪个窗口 holds a word of questions and is none."""
    已答复.play(f"""
        人 评价
        人 1
        人 {said}
        机 已经记下
        人 第二次去还是同一句话
        机 已经记下
    """)
    first, second = tickets(已答复)
    assert first.rating_words == said
    with 已答复.kit.db.unit() as unit:
        added = [each.body for each in unit.session.query(TicketEvent) if each.ticket_id == second.id]
    assert {said, "第二次去还是同一句话"} <= set(added)


@pytest.mark.parametrize("said", ["人才津贴有多少钱？", "绿卡怎么办", "我的工单"])
def test_a_question_after_a_low_rating_is_answered(已答复: Talk, said: str) -> None:
    已答复.say("评价")
    已答复.say("1")
    assert "已经记下" not in 已答复.say(said)


def test_who_left_no_number_is_asked_for_one(小林: Talk) -> None:
    for said in ("人工", "想问落户", "无", "不留"):
        小林.say(said)
    小林.play("""
        等 15分钟
        答 到户籍窗口办。
        人 评价
        人 1
        机 没有留过电话
        人 1381234
        机 好像不完整
        人 13912345678
        机 139****5678
    """)
    with 小林.kit.db.unit() as unit:
        assert 小林.kit.desk(unit).contact(tickets(小林)[1]) == "13912345678"


def test_the_rating_of_the_mending_opens_no_further_one(已答复: Talk) -> None:
    已答复.say("评价")
    已答复.say("1")
    已答复.play("""
        等 15分钟
        答 已补发。
        人 评价
        人 1
    """)
    assert len(tickets(已答复)) == 2


def test_unsolved_means_another_round_once_it_is_confirmed(已答复: Talk) -> None:
    已答复.play("""
        人 没解决
        机 要转回去重新办吗
        人 不用
        机 不转了
        人 重新办理
        机 哪里还没解决
        人 到今天还没到账
        机 已经转回去重新办…暂定
    """)
    (ticket,) = tickets(已答复)
    assert (ticket.state, ticket.round) == ("working", 2)
    with 已答复.kit.db.unit() as unit:
        assert [each.body for each in unit.session.query(TicketEvent) if each.kind == "reopen"] == ["到今天还没到账"]


def test_yes_alone_is_enough(已答复: Talk) -> None:
    已答复.play("""
        人 重办
        人 是
        机 已经转回去重新办
    """)


def test_a_question_in_between_is_answered_and_the_round_not_begun(已答复: Talk) -> None:
    已答复.say("重办")
    已答复.say("人才公寓在哪里？")
    assert tickets(已答复)[0].round == 1


def test_after_a_month_it_is_a_matter_of_its_own(已答复: Talk) -> None:
    已答复.play("""
        等 31天
        人 重办
        机不 转回去重新办
    """)


@pytest.mark.parametrize("said", ["没解决", "不满意"])
def test_after_a_question_to_the_bot_the_verdict_is_on_the_bot(已答复: Talk, said: str) -> None:
    已答复.play(f"""
        人 人才津贴有多少钱？
        人 {said}
        机 没帮到您
    """)
    assert tickets(已答复)[0].rating is None


def test_a_second_round_is_rated_anew(已答复: Talk) -> None:
    tap(已答复)
    已答复.play("""
        人 没解决
        人 还没到账
        等 1小时
        答 今天已到账。
        人 评价
        人 满意
        机 评价：满意
    """)
    assert tickets(已答复)[0].rating == 4


def test_a_tap_in_the_middle_of_something_else_leaves_it_where_it_was(已答复: Talk) -> None:
    已答复.say("人工")
    assert "非常满意" in tap(已答复)
    assert "主题" in 已答复.say("想问编制的事")


def test_events_are_still_rated_by_their_own_word(已答复: Talk) -> None:
    assert "没有可以评价的活动" in 已答复.say("评价活动")


def test_adding_to_what_is_answered_offers_another_round(已答复: Talk) -> None:
    已答复.play("""
        人 补充
        机 要转回去重新办吗
    """)


def test_who_reads_the_answer_late_is_told_it_again(已答复: Talk) -> None:
    已答复.play(f"""
        等 2天
        人 我的工单
        机 {NUMBER}…已答复…【答复 11月23日10:15】…名单已经报到财政…1. 没解决…2. 评价
        人 2
        机 5分 非常满意
    """)
    assert staffing.newest(已答复.kit, 已答复.openid) == NUMBER
