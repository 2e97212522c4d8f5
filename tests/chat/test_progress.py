from __future__ import annotations

import pytest

from models.ticket import Ticket, TicketEvent
from talk import Talk

OPENED = ("人工", "想问落户", "无", "不留")


@pytest.fixture
def 有工单(小林: Talk) -> Talk:
    """小林 with ticket T20261123-0001."""
    for said in OPENED:
        小林.say(said)
    return 小林


def _state(talk: Talk) -> str:
    with talk.kit.db.unit() as unit:
        return unit.session.query(Ticket).one().state


def test_none_yet(小林: Talk) -> None:
    小林.play("""
        人 我的工单
        机 还没有提交过工单…人工
        人 撤销工单
        机 没有待受理的工单
    """)


@pytest.mark.parametrize(
    "said", ["我的工单", "查进度", "查一下我的工单", "工单到哪一步了", "我的工单怎么样了", "[click menu.mytickets]"]
)
def test_one_is_shown_at_once(有工单: Talk, said: str) -> None:
    有工单.play(f"""
        人 {said}
        机 T20261123-0001…想问落户…待受理…11月23日10:00提交…1. 补充…2. 撤销
    """)


@pytest.mark.parametrize(
    "said",
    [
        "T20261123-0001",
        "t20261123-0001",
        "20261123 0001",
        "202611230001",
        "工单T20261123-0001办得怎么样了",
        "Ｔ２０２６１１２３－０００１",
        "1号工单",
        "工单1",
        "0001号工单",
    ],
)
def test_a_number_in_any_spelling(有工单: Talk, said: str) -> None:
    assert "想问落户" in 有工单.say(said)


def test_other_people_see_nothing(有工单: Talk, 路人: Talk) -> None:
    路人.play("""
        人 T20261123-0001
        机 没有查到
        机不 想问落户
        人 1号工单
        机 没有查到
        人 补充 我也想知道
        机不 已经记进工单
    """)


def test_several_are_listed(有工单: Talk) -> None:
    for said in ("人工", "想问编制", "无", "不留"):
        有工单.say(said)
    有工单.play("""
        人 我的工单
        机 1. T20261123-0002 想问编制（待受理）…2. T20261123-0001 想问落户（待受理）
        人 第二个
        机 工单 T20261123-0001
        人 我的工单
        人 7
        机 只有2个选项
    """)


def test_adding_in_one_message(有工单: Talk) -> None:
    有工单.play("""
        人 补充：我是2023年引进的
        机 已经记进工单 T20261123-0001
        人 我的工单
        机 补充了1次
    """)
    with 有工单.kit.db.unit() as unit:
        assert [e.body for e in unit.session.query(TicketEvent) if e.kind == "added"] == ["我是2023年引进的"]


def test_going_on_without_the_word_is_offered(有工单: Talk) -> None:
    有工单.play("""
        人 qwxzqwxz
        机 补充进刚才的工单 T20261123-0001 吗
        人 是
        机 已经记进工单
    """)


def test_adding_by_choice(有工单: Talk) -> None:
    有工单.play("""
        人 我的工单
        人 1
        机 要给工单 T20261123-0001 补充什么
        人 [image]
        机 已经附到工单
        人 我要补充
        人 孩子三岁
        机 已经记进工单
    """)


def test_adding_goes_to_the_ticket_talked_about(有工单: Talk) -> None:
    for said in ("人工", "想问编制", "无", "不留"):
        有工单.say(said)
    有工单.play("""
        人 T20261123-0001
        人 补充 孩子三岁
        机 已经记进工单 T20261123-0001
    """)


def test_a_word_that_only_begins_like_it_is_a_question(有工单: Talk) -> None:
    有工单.play("""
        人 补充医疗保险怎么交
        机不 已经记进工单
    """)


def test_withdrawing_is_confirmed_first(有工单: Talk) -> None:
    有工单.play("""
        人 撤销工单
        机 确定要撤销工单 T20261123-0001…1. 撤销…2. 留着
        人 留着
    """)
    assert _state(有工单) == "new"
    有工单.play("""
        人 取消工单
        人 2
        机 留着
        人 取消工单
        人 确定
        机 已经撤销
    """)
    assert _state(有工单) == "withdrawn"


def test_a_withdrawn_one_takes_nothing_more(有工单: Talk) -> None:
    有工单.play("""
        人 撤销工单
        人 1
        人 我的工单
        机 您已撤销
        机不 1. 补充
        人 1
        人 T20261123-0001
        机不 2. 撤销
    """)


def test_an_old_offer_on_a_withdrawn_one(有工单: Talk) -> None:
    """The picture was offered to a ticket that was withdrawn elsewhere meanwhile."""
    有工单.say("[image]")
    with 有工单.kit.db.writing() as unit:
        desk = 有工单.kit.desk(unit)
        desk.withdraw(desk.find(有工单.openid, "T20261123-0001"), now=有工单.clock.at)
    assert "不能再改" in 有工单.say("是")


@pytest.mark.parametrize(
    "said", ["撤销 T20261123-0001", "撤销工单T20261123-0001", "撤销1号工单", "取消20261123 0001工单"]
)
def test_withdrawing_one_by_its_number(有工单: Talk, said: str) -> None:
    for each in ("人工", "想问编制", "无", "不留"):
        有工单.say(each)
    有工单.play(f"""
        人 {said}
        机 确定要撤销工单 T20261123-0001
        人 1
        机 T20261123-0001 已经撤销
        人 {said}
        机 不能再改
    """)


def test_withdrawing_somebody_elses_finds_none(有工单: Talk, 路人: Talk) -> None:
    assert "没有查到" in 路人.say("撤销 T20261123-0001")


def test_a_withdrawn_one_is_not_offered_for_additions(有工单: Talk) -> None:
    有工单.play("""
        人 撤销工单
        人 1
        机 已经撤销
        人 补充
        机 没有待受理的工单
        人 qwxzqwxz
        机不 T20261123-0001
        人 我的工单
        机 您已撤销
        人 补充 孩子三岁
        机不 T20261123-0001
    """)


def test_what_was_sent_before_submitting_is_no_later_addition(小林: Talk) -> None:
    小林.play("""
        人 人工
        人 [image]
        人 想问落户
        人 [image]
        人 无
        人 不留
        等 5分钟
        人 我的工单
        机不 后来补充
        人 补充 孩子三岁
        人 我的工单
        机 后来补充了1次
    """)
