"""Signing up, waiting, leaving; and what people are told of the reminders they agreed to."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from activities import cancel, fill, hold, standing
from config.live import Live
from config.notices import load_notices
from config.settings import ROOT
from models.event import ReminderRow
from models.outbox import OutboxRow
from talk import Talk


def due(talk: Talk) -> list[str]:
    with talk.kit.db.unit() as unit:
        query = select(ReminderRow.kind).where(ReminderRow.openid == talk.openid, ReminderRow.state == "due")
        return sorted(unit.session.scalars(query))


def owed(talk: Talk) -> list[str]:
    with talk.kit.db.unit() as unit:
        return list(unit.session.scalars(select(OutboxRow.kind).where(OutboxRow.openid == talk.openid)))


def without_templates(talk: Talk) -> None:
    """As an account that was given no template yet."""
    notices = Live(ROOT / "config/notices.yaml", load_notices)
    talk.pipeline._kit = replace(talk.kit, notices=notices)


def test_signing_up_with_reminders_takes_two_messages(小林: Talk) -> None:
    number = hold(小林.kit)
    小林.play("""
        人 报名医疗专场
        机 报名医疗人才专场，12月4日（星期五）14:00…要在活动前提醒您吗（提前7天、1天、2小时）
        机 1. 报名并接收提醒…2. 只报名
        人 1
        机 报上了：医疗人才专场…12月4日（星期五）14:00，人才之家…7天、1天、2小时前会提醒您…取消报名
    """)
    assert standing(小林.kit, number, 小林.openid) == ("going", True)
    assert due(小林) == ["1d", "2h", "7d"]


@pytest.mark.parametrize("said", ["2", "只报名", "不要提醒", "不用了", "只报名，不要提醒"])
def test_nobody_is_reminded_who_did_not_agree(小林: Talk, said: str) -> None:
    number = hold(小林.kit)
    小林.play(f"""
        人 报名医疗专场
        人 {said}
        机 报上了…没有设提醒；活动改期或取消，会在这里告诉您
    """)
    assert standing(小林.kit, number, 小林.openid) == ("going", False)
    assert due(小林) == []


@pytest.mark.parametrize("said", ["报名1", "我要报名第1个", "报第一个", "我要参加1"])
def test_by_the_number_in_the_list(小林: Talk, said: str) -> None:
    hold(小林.kit, "博士沙龙", timedelta(days=3))
    hold(小林.kit)
    小林.say("近期活动")
    assert 小林.say(said).startswith("报名博士沙龙")


@pytest.mark.parametrize("said", ["报名", "我要报名", "参加", "我想参加", "报名参加", "我要参加这个活动"])
def test_of_the_event_on_show(小林: Talk, said: str) -> None:
    hold(小林.kit, "博士沙龙")
    hold(小林.kit)
    小林.say("博士沙龙是什么时候")
    assert 小林.say(said).startswith("报名博士沙龙")


def test_which_one_is_asked_where_it_is_not_plain(小林: Talk) -> None:
    hold(小林.kit, "博士沙龙", timedelta(days=3))
    hold(小林.kit)
    小林.play("""
        人 我要报名
        机 要报名哪一个…1. 博士沙龙…2. 医疗人才专场
        人 3
        机 2
        人 2
        机 报名医疗人才专场
    """)


def test_a_number_the_list_does_not_have(小林: Talk) -> None:
    hold(小林.kit, "博士沙龙", timedelta(days=3))
    hold(小林.kit)
    小林.play("""
        人 近期活动
        人 报名7
        机 要报名哪一个
    """)


def test_leaving_the_question_signs_nobody_up(小林: Talk) -> None:
    number = hold(小林.kit)
    for said in ("取消", "取消报名", "返回"):
        小林.say("报名医疗专场")
        assert 小林.say(said)
        assert standing(小林.kit, number, 小林.openid) == ("", False)
    assert "1" not in 小林.say("1")[:2]
    assert standing(小林.kit, number, 小林.openid) == ("", False)


def test_another_question_in_between(小林: Talk) -> None:
    hold(小林.kit)
    小林.play("""
        人 报名医疗专场
        人 人才公寓在哪里？
        机 接着刚才的：报名医疗人才专场…1 报名并接收提醒
        人 1
        机 报上了
    """)


def test_signing_up_twice_is_said(小林: Talk) -> None:
    hold(小林.kit)
    小林.play("""
        人 报名医疗专场
        人 1
        人 报名
        机 医疗人才专场…您已报名，设了提醒，不用再报
        人 报名医疗专场
        机 不用再报
    """)


def test_the_last_seat_goes_to_who_is_first_and_the_queue_is_fair(someone: Callable[[str], Talk]) -> None:
    小林, 阿明, 小红 = (someone(f"o{name}") for name in ("lin", "ming", "hong"))
    number = hold(小林.kit, capacity=1)
    for talk in (小林, 阿明, 小红):
        talk.say("报名医疗专场")
    小林.play("""
        人 1
        机 报上了
    """)
    阿明.play("""
        人 1
        机 名额满了，可以排候补…要候补吗
    """)
    assert standing(小林.kit, number, 阿明.openid) == ("", False)
    阿明.play("""
        人 1
        机 名额满了，您在医疗人才专场的候补名单上，排第1位…轮到您会提醒您
        机不 报上了
    """)
    小红.play("""
        人 1
        机 要候补吗
        人 1
        机 排第2位
        人 我的活动
        机 您在候补名单上，排第2位
    """)
    小林.play("""
        人 取消报名
        机 取消报名医疗人才专场，12月4日（星期五）14:00。确定吗？名额会让给候补的人。…1. 取消报名…2. 不取消
        人 1
        机 已经取消报名医疗人才专场
    """)
    assert standing(小林.kit, number, 阿明.openid)[0] == "going"
    assert standing(小林.kit, number, 小红.openid)[0] == "waiting"
    assert (owed(阿明), owed(小红)) == (["promoted"], [])
    assert "排第1位" in 小红.say("我的活动")


def test_two_who_take_the_last_seat_at_once(someone: Callable[[str], Talk]) -> None:
    talks = [someone("oLin"), someone("oMing")]
    for place in range(5):
        number = hold(talks[0].kit, f"博士沙龙{place}", capacity=1)
        for talk in talks:
            talk.say(f"报名博士沙龙{place}")
        with ThreadPoolExecutor(2) as threads:
            heard = list(threads.map(lambda talk: talk.say("1"), talks))
        # who sees the last seat gone is asked whether to wait
        heard = [talk.say("1") if "要候补吗" in said else said for talk, said in zip(talks, heard, strict=True)]
        assert sorted(standing(talk.kit, number, talk.openid)[0] for talk in talks) == ["going", "waiting"]
        assert sorted("排第1位" in each for each in heard) == [False, True]


def test_a_full_event_offers_to_wait(小林: Talk, 路人: Talk) -> None:
    hold(小林.kit, capacity=1)
    小林.play("""
        人 报名医疗专场
        人 1
    """)
    路人.play("""
        人 近期活动
        机 名额：共1个，已报满，候补0人…名额满了，回复“报名”可以排候补
    """)


def test_why_nobody_can_sign_up_now(小林: Talk) -> None:
    hold(小林.kit, "早报沙龙", opens_at=小林.clock.at + timedelta(days=1))
    hold(小林.kit, "晚报沙龙", closes_at=小林.clock.at + timedelta(hours=1))
    小林.play("""
        人 报名早报沙龙
        机 早报沙龙现在报不了：还没开始，11月24日（星期二）10:00开始
        等 2小时
        人 报名晚报沙龙
        机 晚报沙龙现在报不了：已经截止
    """)


def test_it_is_cancelled_while_they_think(小林: Talk) -> None:
    number = hold(小林.kit)
    小林.say("报名医疗专场")
    cancel(小林.kit, number)
    小林.play("""
        人 1
        机 现在报不了：这场活动已取消
    """)


def test_an_event_about_to_begin_asks_for_no_reminder(小林: Talk) -> None:
    number = hold(小林.kit, after=timedelta(hours=1))
    小林.play("""
        人 报名医疗专场
        机 报上了
    """)
    assert standing(小林.kit, number, 小林.openid) == ("going", False)


def test_without_a_template_no_reminder_is_promised(小林: Talk) -> None:
    hold(小林.kit)
    without_templates(小林)
    小林.play("""
        人 报名医疗专场
        人 1
        机 7天、1天、2小时前的提醒可能要等您下次发消息才看得到
        机不 会提醒您
        机不 允许
    """)


def test_a_reminder_within_two_days_of_a_message_is_sure_without_any_template(小林: Talk) -> None:
    hold(小林.kit, after=timedelta(hours=26))
    without_templates(小林)
    小林.play("""
        人 报名医疗专场
        人 1
        机 1天、2小时前会提醒您
    """)


def test_who_goes_sees_their_own_and_nobody_elses(小林: Talk, 路人: Talk) -> None:
    hold(小林.kit)
    小林.play("""
        人 报名医疗专场
        人 1
        人 我的报名
        机 医疗人才专场…您已报名，设了提醒
    """)
    路人.play("""
        人 我的活动
        机 您还没有报名活动
        人 取消报名
        机 您还没有报名活动
        人 近期活动
        机不 您已报名
    """)


def test_which_one_to_leave_is_asked(小林: Talk) -> None:
    first = hold(小林.kit, "博士沙龙", timedelta(days=3))
    second = hold(小林.kit)
    小林.play("""
        人 报名博士沙龙
        人 1
        人 报名医疗专场
        人 1
        人 我的活动
        机 1. 博士沙龙，11月26日（星期四）10:00｜已报名，设了提醒…2. 医疗人才专场
        人 取消报名
        机 要取消哪一个
        人 2
        机 取消报名医疗人才专场
        人 算了
        人 取消报名
        人 1
        机 取消报名博士沙龙
        人 是
        机 已经取消报名博士沙龙
    """)
    assert standing(小林.kit, first, 小林.openid)[0] == "cancelled"
    assert standing(小林.kit, second, 小林.openid)[0] == "going"


def test_staying_after_all(小林: Talk) -> None:
    number = hold(小林.kit)
    小林.play("""
        人 报名医疗专场
        人 1
        人 我去不了了
        机 取消报名医疗人才专场
        人 2
        机 报名留着
    """)
    assert standing(小林.kit, number, 小林.openid)[0] == "going"


def test_reminders_are_turned_off_and_on_and_the_seat_stays(小林: Talk) -> None:
    number = hold(小林.kit)
    小林.play("""
        人 不要提醒了
        机 没有设活动提醒
        人 报名医疗专场
        人 1
        人 不要提醒了
        机 提醒关掉了：医疗人才专场。报名还在
    """)
    assert (due(小林), standing(小林.kit, number, 小林.openid)) == ([], ("going", False))
    小林.play("""
        人 提醒我
        机 提醒打开了：医疗人才专场
    """)
    assert due(小林) == ["1d", "2h", "7d"]


def test_a_call_is_kept_in_mind_without_a_seat(小林: Talk) -> None:
    hold(小林.kit, "区管专家评选", kind="call", all_day=True, place="unknown", remind="7d 1d")
    小林.play("""
        人 近期活动
        机 区管专家评选…回复“报名”，到期前提醒您
        机不 名额
        人 报名
        机 登记好了：区管专家评选…7天、1天前会提醒您
    """)
    assert due(小林) == ["1d", "7d"]


@pytest.mark.parametrize("said", ["我想取消医疗专场的报名", "取消报名医疗专场", "医疗专场不去了", "医疗专场取消吧"])
def test_leaving_one_that_is_named(小林: Talk, said: str) -> None:
    hold(小林.kit, "博士沙龙", timedelta(days=3))
    hold(小林.kit)
    小林.play(f"""
        人 报名医疗专场
        人 1
        人 报名博士沙龙
        人 1
        人 {said}
        机 取消报名医疗人才专场
    """)


def test_wishing_for_any_event_lists_them_whatever_was_on_show(小林: Talk) -> None:
    hold(小林.kit, "博士沙龙", timedelta(days=3))
    hold(小林.kit)
    小林.play("""
        人 医疗专场
        人 我想参加活动
        机 要报名哪一个
        人 2号我也想参加
        机 报名医疗人才专场
    """)


def test_who_signed_up_is_told_that_it_was_cancelled(小林: Talk, 路人: Talk) -> None:
    number = hold(小林.kit)
    小林.play("""
        人 报名医疗专场
        人 1
    """)
    cancel(小林.kit, number, "讲师生病")
    小林.play("""
        人 我的活动
        机 医疗人才专场…活动已经取消（讲师生病）…您报过名，活动取消了
        机不 取消报名
        人 医疗专场取消了吗
        机 活动已经取消（讲师生病）
        人 取消报名
        机 您还没有报名活动
    """)
    assert "讲师生病" not in 路人.say("医疗专场取消了吗")


def test_who_would_wait_is_told_before_they_decide(小林: Talk, 路人: Talk) -> None:
    hold(小林.kit, capacity=1)
    小林.play("""
        人 报名医疗专场
        人 1
    """)
    路人.play("""
        人 报名医疗专场
        机 名额满了，可以排候补…1. 候补并接收提醒…2. 只候补
        人 2
        机 排第1位
    """)


@pytest.mark.parametrize("said", ["要带什么材料", "地址在哪", "我的活动", "还有名额吗", "能带家属吗"])
def test_a_short_question_in_between_keeps_the_sign_up(小林: Talk, said: str) -> None:
    number = hold(小林.kit)
    小林.play(f"""
        人 报名医疗专场
        人 {said}
        机 接着刚才的：报名医疗人才专场…1 报名并接收提醒
        机不 条件对照
        人 1
        机 报上了
    """)
    assert standing(小林.kit, number, 小林.openid) == ("going", True)


def test_what_is_put_aside_is_the_sign_up(小林: Talk) -> None:
    hold(小林.kit, "博士沙龙", timedelta(days=3))
    hold(小林.kit)
    小林.play("""
        人 报名医疗专场
        人 近期活动
        机 报名先放一放，还没有报上…1. 博士沙龙
        机不 条件对照
        人 1
        机 博士沙龙
        人 报名医疗专场
        人 报名博士沙龙
        机 报名先放一放…报名博士沙龙
        人 1
        机 报上了：博士沙龙
    """)


@pytest.mark.parametrize("said", ["报名", "我要报名", "好的", "好", "可以", "行", "嗯", "是的", "ok", "报名医疗专场"])
def test_ambiguous_words_are_no_consent_to_reminders(小林: Talk, said: str) -> None:
    number = hold(小林.kit)
    小林.play(f"""
        人 报名医疗专场
        人 {said}
    """)
    assert due(小林) == []
    assert standing(小林.kit, number, 小林.openid)[1] is False
    assert "提醒" in (小林.heard or "")


@pytest.mark.parametrize("said", ["1", "要", "要提醒", "接收", "接收提醒", "是的要", "报名并接收提醒", "提醒我"])
def test_plain_words_are_consent_to_reminders(小林: Talk, said: str) -> None:
    number = hold(小林.kit)
    小林.play(f"""
        人 报名医疗专场
        人 {said}
        机 7天、1天、2小时前会提醒您
    """)
    assert standing(小林.kit, number, 小林.openid) == ("going", True)


def test_who_signed_up_without_is_told_how_to_be_reminded(小林: Talk) -> None:
    hold(小林.kit)
    小林.play("""
        人 报名医疗专场
        人 报名
        机 报上了…没有设提醒…回复“提醒我”
        人 提醒我
        机 提醒打开了：医疗人才专场
    """)
    assert due(小林) == ["1d", "2h", "7d"]


def test_nobody_waits_who_was_not_asked(小林: Talk) -> None:
    number = hold(小林.kit, "青年人才政策小班课", timedelta(hours=1), capacity=1)
    fill(小林.kit, number)
    小林.play("""
        人 我想去听小班课
        机 青年人才政策小班课…名额满了…要候补吗…1. 候补…2. 不候补
    """)
    assert standing(小林.kit, number, 小林.openid) == ("", False)
    小林.play("""
        人 要带什么
        机 要带：未写明…接着刚才的：青年人才政策小班课名额满了：回复 1 候补
        人 2
        机 好的，不报
        人 报名小班课
        人 候补
        机 排第1位
    """)
    assert standing(小林.kit, number, 小林.openid) == ("waiting", False)


def test_a_full_event_says_so_first_and_asks_both_at_once(小林: Talk) -> None:
    number = hold(小林.kit, capacity=1)
    fill(小林.kit, number)
    小林.play("""
        人 报名医疗专场
        机 名额满了…要候补吗…要在活动前提醒您吗…1. 候补并接收提醒…2. 只候补
        人 地址在哪
        机 医疗人才专场名额满了：回复 1 候补并接收提醒，2 只候补
        人 取消
    """)
    assert standing(小林.kit, number, 小林.openid) == ("", False)


@pytest.mark.parametrize("said", ["候补到哪了", "我排第几", "排到第几了", "我的候补", "轮到我了吗"])
def test_the_place_on_the_waiting_list(小林: Talk, said: str) -> None:
    number = hold(小林.kit, capacity=1)
    fill(小林.kit, number)
    小林.play(f"""
        人 报名医疗专场
        人 1
        人 谢谢
        人 {said}
        机 医疗人才专场：您在候补名单上，排第1位
    """)


def test_who_does_not_wait_is_told_so(小林: Talk) -> None:
    小林.play("""
        人 候补到哪了
        机 您没有在排候补的活动
        人 轮到我了吗
        机不 候补的活动
    """)


@pytest.mark.parametrize(
    "said", ["去不了", "来不了", "参加不了", "算了不去医疗专场了", "有事来不了了", "医疗专场来不了"]
)
def test_who_cannot_come_is_asked_whether_to_leave(小林: Talk, said: str) -> None:
    number = hold(小林.kit)
    小林.play(f"""
        人 报名医疗专场
        人 1
        人 {said}
        机 取消报名医疗人才专场
        人 来不了
        机 已经取消报名医疗人才专场
    """)
    assert standing(小林.kit, number, 小林.openid)[0] == "cancelled"


def test_another_matter_while_leaving_is_answered_and_the_question_asked_again(小林: Talk) -> None:
    first, second = hold(小林.kit, "博士沙龙", timedelta(days=3)), hold(小林.kit)
    小林.play("""
        人 报名医疗专场
        人 1
        人 取消报名
        人 人才公寓在哪里？
        机 接着刚才的：取消报名医疗人才专场：回复 1 取消报名
        人 近期活动
        机 报名没有取消，还留着
        人 医疗专场不去了
        人 报名1
        机 报名没有取消，还留着…报名博士沙龙
        人 1
        机 报上了：博士沙龙
    """)
    assert standing(小林.kit, first, 小林.openid)[0] == "going"
    assert standing(小林.kit, second, 小林.openid)[0] == "going"
