"""取消, 返回, 人工, 帮助, 更多, another question in between, and what happens after ten minutes."""

from __future__ import annotations

from datetime import timedelta

import pytest

from activities import fill, hold, propose
from talk import Talk

OPENED = ("人工", "想问落户的事", "无", "不留")

# For every state: what leads there.
WAYS = {
    "ticket:subject": ["人工"],
    "ticket:detail": ["人工", "想问落户的事"],
    "ticket:change": ["我是副高，能领津贴吗", "人工", "孩子上学怎么报名"],
    "ticket:contact": ["人工", "想问落户的事", "无"],
    "ticket:offered": ["没用"],
    "subsidy:fact": ["我能领津贴吗"],
    "housing:fact": ["我能住人才公寓吗"],
    "housing:offered": ["[click menu.interest]"],
    "qualify:which": ["我符合条件吗"],
    "card:benefit": ["人才绿卡"],
    "progress:list": ["人工", "想问落户的事", "无", "不留", "人工", "想问编制的事", "无", "不留", "我的工单"],
    "progress:one": ["人工", "想问落户的事", "无", "不留", "我的工单"],
    "progress:offered": ["人工", "想问落户的事", "无", "不留", "qwxzqwxz"],
    "progress:more": ["人工", "想问落户的事", "无", "不留", "补充"],
    "progress:withdraw": ["人工", "想问落户的事", "无", "不留", "撤销工单"],
    "media:attach": ["人工", "想问落户的事", "无", "不留", "[image]"],
    "serve:rating": [*OPENED, "答 已报财政", "评价"],
    "serve:sure": [*OPENED, "答 已报财政", "邀", "1"],
    "serve:words": [*OPENED, "答 已报财政", "评价", "5"],
    "serve:number": [*OPENED, "答 已报财政", "评价", "1"],
    "serve:again": [*OPENED, "答 已报财政", "没解决"],
    "callback:when": ["预约回电"],
    "callback:number": ["预约回电", "1"],
    "callback:about": ["预约回电", "1", "13812345678"],
    "material:more": [*OPENED, "要 聘书", "[image]"],
    "faq:choose": ["12345是什么"],
    "events:list": ["近期活动"],
    "events:one": ["近期活动", "1"],
    "signup:pick": ["我要报名"],
    "signup:remind": ["报名医疗专场"],
    "signup:wait": ["报名小班课"],
    "signup:follow": ["人才日是哪天"],
    "signup:mine": ["报名医疗专场", "1", "报名博士沙龙", "1", "我的活动"],
    "signup:which": ["报名医疗专场", "1", "报名博士沙龙", "1", "[click menu.myevents]", "取消报名"],
    "signup:leave": ["报名医疗专场", "1", "取消报名"],
    "checkin:code": ["签到"],
    "rating:which": ["报名医疗专场", "1", "报名博士沙龙", "1", "等 20天", "评价活动"],
    "rating:stars": ["报名医疗专场", "1", "等 20天", "评价活动"],
    "rating:words": ["报名医疗专场", "1", "等 20天", "评价活动", "5"],
    "flow:leave": ["人工", "想问落户的事", "无", "我能住人才公寓吗"],
}
_STAFF = ("等", "答", "要", "邀")


def _state(talk: Talk) -> str:
    from models import talk as talks

    with talk.kit.db.unit() as unit:
        return talks.load(unit, talk.openid).state


def _go(talk: Talk, state: str) -> None:
    hold(talk.kit, "医疗专场")
    hold(talk.kit, "博士沙龙")
    propose(talk.kit)
    if state == "signup:wait":
        fill(talk.kit, hold(talk.kit, "小班课", timedelta(hours=1), capacity=1))
    talk.play("\n".join(said if said.split()[0] in _STAFF else f"人 {said}" for said in WAYS[state]))
    assert _state(talk) == state, "\n".join(talk.transcript)


def test_every_state_has_a_way_here() -> None:
    from handlers.chat.routes import FLOWS

    assert set(WAYS) == set(FLOWS.states())


@pytest.mark.parametrize("state", WAYS)
@pytest.mark.parametrize("said", ["取消", "算了", "退出吧", "不问了"])
def test_cancel_ends_every_state(小林: Talk, state: str, said: str) -> None:
    _go(小林, state)
    assert "放下了" in 小林.say(said)
    assert _state(小林) == ""


@pytest.mark.parametrize("state", WAYS)
def test_a_person_can_be_asked_for_in_every_state(小林: Talk, state: str) -> None:
    _go(小林, state)
    assert "工作人员" in 小林.say("转人工")
    assert _state(小林).startswith("ticket:")


@pytest.mark.parametrize("state", WAYS)
def test_help_is_given_in_every_state(小林: Talk, state: str) -> None:
    _go(小林, state)
    answer = 小林.say("帮助")
    assert "人工" in answer
    assert "取消" in answer


@pytest.mark.parametrize("state", ["ticket:subject", "ticket:detail", "ticket:contact", "subsidy:fact", "housing:fact"])
def test_help_in_a_flow_keeps_it(小林: Talk, state: str) -> None:
    _go(小林, state)
    小林.say("帮助")
    assert _state(小林) == state


@pytest.mark.parametrize("state", WAYS)
def test_back_never_traps(小林: Talk, state: str) -> None:
    _go(小林, state)
    for _ in range(6):
        assert 小林.say("返回")
    assert _state(小林) == ""


@pytest.mark.parametrize("said", ["人工", "找人工", "真人", "客服", "我要转人工", "转人工客服", "人工在吗", "轉人工"])
def test_ways_to_ask_for_a_person(小林: Talk, said: str) -> None:
    assert "一句话说说" in 小林.say(said)


def test_nothing_to_cancel_or_go_back_to(小林: Talk) -> None:
    小林.play("""
        人 取消
        机 没有办到一半的事
        人 返回
        机 没有上一步
        人 更多
        机 已经说完了
    """)


def test_another_question_in_the_middle_is_answered_and_the_step_asked_again(小林: Talk) -> None:
    小林.play("""
        人 人工
        人 我的职称证书丢了怎么补
        人 无
        机 联系方式
        人 人才公寓在哪里？
        机 地址…没有写明…接着刚才的…联系方式
        人 13812345678
        机 工单已提交…职称证书
    """)


def test_something_longer_in_the_middle_is_asked_about_first(小林: Talk) -> None:
    小林.play("""
        人 人工
        人 我的职称证书丢了怎么补
        人 无
        人 我能住人才公寓吗
        机 先问这个吗…1. 先问这个…2. 接着办
        人 2
        机 联系方式
        人 不留
        机 工单已提交
    """)


def test_choices_of_the_step_left_do_not_mix_with_those_of_the_question(小林: Talk) -> None:
    小林.play("""
        人 人才公寓什么时候能入住
        人 人工
        人 津贴三月批了，到现在没到账
        机 1. 换成：津贴三月批了，到现在没到账…2. 不换
    """)
    asked = 小林.say("我能住人才公寓吗")
    assert asked.splitlines()[1:] == ["1. 先问这个", "2. 接着办：这像是另外一件事，工单的主题要换成它吗？"]
    小林.play("""
        人 2
        机 1. 换成：津贴三月批了，到现在没到账…2. 不换
    """)


def test_and_may_be_done_at_once(小林: Talk) -> None:
    小林.play("""
        人 人工
        人 我的职称证书丢了怎么补
        人 无
        人 我能住人才公寓吗
        人 是
        机 对照人才公寓的条件
    """)


def test_a_phone_number_instead_of_yes_or_no_goes_on_with_the_ticket(小林: Talk) -> None:
    小林.play("""
        人 人工
        人 我的职称证书丢了怎么补
        人 无
        人 我能住人才公寓吗
        人 13812345678
        机 工单已提交
    """)


def test_leaving_a_check_of_conditions_needs_no_leave(小林: Talk) -> None:
    小林.play("""
        人 我能领津贴吗
        人 人才绿卡
        机 先放一放…探索发放
    """)


def test_gibberish_in_the_middle_is_asked_again(小林: Talk) -> None:
    小林.play("""
        人 我能领津贴吗
        人 qwxz
        机 没看懂…职称
        人 副高
        机 对得上
    """)


def test_after_ten_minutes_a_step_has_ended(小林: Talk) -> None:
    小林.play("""
        人 我能领津贴吗
        机 职称
        等 11分钟
        人 2
        机 那一步已经结束
        机不 最高学历
    """)


def test_just_before_it_goes_on(小林: Talk) -> None:
    小林.play("""
        人 我能领津贴吗
        等 9分钟
        人 副高
        机 对得上
    """)


def test_after_ten_minutes_a_new_question_is_answered_afresh(小林: Talk) -> None:
    小林.play("""
        人 人工
        人 我的职称证书丢了怎么补
        等 1小时
        人 人才绿卡怎么申请
        机 收起来了…探索发放
    """)


def test_an_offer_that_was_not_taken_up_lapses_without_a_word(小林: Talk) -> None:
    小林.play("""
        人 人才绿卡
        等 1小时
        人 人才公寓在哪里
        机 地址
        机不 收起来
    """)


def test_the_rest_of_a_long_answer(小林: Talk) -> None:
    小林.play("""
        人 有哪些地点
        机 【人才驿站】
    """)
    long = "我要反映的情况是这样的，" * 60
    小林.play(f"""
        人 人工
        人 {long}
        机 联系方式
        人 更多
        机 说完了
        人 不留
        机 工单已提交
    """)
