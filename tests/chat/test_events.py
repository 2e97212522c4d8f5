"""What is on, as talents see it. It is Monday, 23 November 2026, 10:00 when these talks begin."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from activities import cancel, code_of, hold, propose, settle, standing
from bot.events import Announcing
from models.events import Events
from models.outbox import OutboxRow
from talk import Talk

FRIDAY_NIGHT = datetime(2027, 4, 22, 16, 0, tzinfo=UTC)  # midnight of 23 April 2027 in Zunyi


def told(talk: Talk) -> str:
    """The notices owed to them."""
    with talk.kit.db.unit() as unit:
        query = select(OutboxRow.body).where(OutboxRow.openid == talk.openid, OutboxRow.kind != "reply")
        return "\n".join(json.loads(body)["text"] for body in unit.session.scalars(query))


@pytest.mark.parametrize(
    "said",
    ["有什么活动", "最近有什么活动？", "近期活动", "活动列表", "看看最近的活动", "有活动吗", "[click menu.events]"],
)
def test_what_is_on(小林: Talk, said: str) -> None:
    hold(小林.kit, "医疗人才专场")
    hold(小林.kit, "博士沙龙", timedelta(days=2), demo=True)
    小林.play(f"""
        人 {said}
        机 1. 【演示】博士沙龙，11月25日（星期三）10:00…2. 医疗人才专场，12月4日（星期五）14:00
        人 2
        机 医疗人才专场…时间：12月4日（星期五）14:00…地点：人才之家…名额：不限…联系：综合科…回复“报名”
    """)


def test_nothing_is_on(小林: Talk) -> None:
    小林.play("""
        人 有什么活动
        机 最近没有可以报名的活动…接收活动通知
        人 报名
        机 最近没有可以报名的活动
        人 我要报名
        机 最近没有可以报名的活动
    """)


def test_what_nobody_has_said_is_told_as_such(小林: Talk) -> None:
    hold(小林.kit, place="unknown", contact="unknown")
    小林.play("""
        人 近期活动
        机 地点：待通知
        机不 联系…unknown
        人 要带什么
        机 要带：未写明
        人 在哪里举办
        机 地点：待通知
    """)


def test_everything_that_is_known_is_told(小林: Talk) -> None:
    hold(
        小林.kit,
        ends_at=小林.clock.at + timedelta(days=11, hours=6),
        capacity=30,
        closes_at=小林.clock.at + timedelta(days=9),
        audience="卫生系统的高层次人才",
        agenda="政策解读、现场对接",
        materials="职称证书复印件",
    )
    小林.play("""
        人 近期活动
        机 时间：12月4日（星期五）14:00–16:00
        机 面向：卫生系统…名额：共30个，还剩30个…报名时间：12月2日（星期三）10:00截止…安排：政策解读…要带：职称证书
    """)


@pytest.mark.parametrize(
    "said", ["医疗专场", "医疗人才专场什么时候", "医疗专场在哪", "有没有医疗专场", "医疗专场怎么报名"]
)
def test_an_event_is_found_by_its_words(小林: Talk, said: str) -> None:
    hold(小林.kit, "医疗人才专场")
    hold(小林.kit, "博士沙龙")
    小林.play(f"""
        人 {said}
        机 医疗人才专场…时间：12月4日
        机不 博士沙龙
    """)


def test_what_the_content_answers_is_left_to_it(小林: Talk) -> None:
    hold(小林.kit, "人才公寓开放日")
    hold(小林.kit, "人才津贴政策宣讲活动")
    for said in ("人才公寓在哪里？", "人才津贴发多少钱", "人才公寓怎么申请", "乡土人才培训怎么报名"):
        answer = 小林.say(said)
        assert "开放日" not in answer, said
        assert "宣讲" not in answer, said


def test_a_cancelled_event_is_not_on_any_more(小林: Talk) -> None:
    number = hold(小林.kit)
    小林.say("近期活动")
    cancel(小林.kit, number, "讲师生病")
    小林.play("""
        人 报名
        机 现在报不了：活动已经取消（讲师生病）
        人 近期活动
        机 最近没有
    """)


def test_the_year_is_told_when_it_is_another(小林: Talk) -> None:
    hold(小林.kit, after=timedelta(days=60))
    assert "2027年1月22日（星期五）" in 小林.say("近期活动")


def test_no_calendar_file_is_offered_where_no_phone_can_reach_us(小林: Talk) -> None:
    hold(小林.kit)
    小林.play("""
        人 报名医疗专场
        人 1
        机不 加到日历
        人 我的活动
        机不 加到日历
        人 加到日历
        机 日历文件还没有开通。时间是12月4日（星期五）14:00
    """)


def test_the_link_to_the_calendar_file(小林: Talk) -> None:
    number = hold(小林.kit)
    away = replace(小林.kit, settings=replace(小林.kit.settings, public_url="https://talent.example/"))
    小林.pipeline._kit = away
    小林.play("""
        人 加到日历
        机 要把哪场活动加进日历
        人 报名医疗专场
        人 1
        机 回复“加到日历”
        人 加到日历
        机 https://talent.example/events/
    """)
    assert f"/events/{number}.ics\n" in (小林.heard or "") + "\n"


def test_the_day_of_talents_is_offered_to_be_noted_until_its_date_is_settled(小林: Talk) -> None:
    number = propose(小林.kit, "人才日")
    小林.play("""
        人 人才日哪天
        机 2027年人才日按规则应为4月23日（星期五），尚未确认…回复“登记”
        人 登记
        机 登记好了：2027年人才日的日子还没定…不想去了，回复“取消报名”
        机不 公寓
        人 人才日是哪天
        人 我的活动
        机 2027年人才日…您已登记
    """)
    assert standing(小林.kit, number, 小林.openid) == ("going", True)
    settle(小林.kit, number, FRIDAY_NIGHT)
    小林.play("""
        人 明年的人才日是哪天
        机 2027年人才日已经确定：4月23日（星期五）…回复“报名”
        机不 尚未确认
        人 报名
        机 已报名…不用再报
    """)


def test_a_settled_day_is_signed_up_for_where_its_date_was_asked(小林: Talk) -> None:
    settle(小林.kit, propose(小林.kit, "人才日"), FRIDAY_NIGHT)
    小林.play("""
        人 人才日是哪一天
        机 2027年人才日已经确定…报名已经开了
        人 报名
        机 报名人才日，2027年4月23日（星期五）…提前7天、1天
        人 1
        机 报上了
        人 人才日有什么活动
        机 人才日…时间：2027年4月23日（星期五）…您已报名
    """)


@pytest.mark.parametrize("said", ["关注人才日", "我想关注一下人才日的日期", "登记人才日"])
def test_noting_the_day_in_one_sentence(小林: Talk, said: str) -> None:
    assert "还没有发布" in 小林.say(said)
    propose(小林.kit, "人才日")
    assert "登记好了" in 小林.say(said)


def test_the_code_is_nothing_talents_are_shown(小林: Talk) -> None:
    number = hold(小林.kit)
    小林.play("""
        人 近期活动
        人 报名
        人 1
        人 我的活动
    """)
    assert code_of(小林.kit, number) not in "".join(小林.transcript)


def test_short_questions_are_of_the_event_on_show(小林: Talk) -> None:
    hold(小林.kit, "医疗人才专场", materials="职称证书")
    hold(小林.kit, "博士沙龙")
    小林.play("""
        人 近期活动
        人 医疗那个
        机 医疗人才专场…时间
        人 在哪里
        机 医疗人才专场…地点：人才之家
        人 几点，带什么
        机 时间：12月4日（星期五）14:00…要带：职称证书
        人 这个活动取消了吗
        机 时间：12月4日
        人 怎么报名
        机 报名医疗人才专场
    """)


def test_a_question_of_something_else_is_not_of_the_event_on_show(小林: Talk) -> None:
    hold(小林.kit)
    小林.play("""
        人 近期活动
        机 医疗人才专场
        人 人才公寓在哪里？
        机不 医疗人才专场
        人 人才津贴多少钱
        机不 医疗人才专场
    """)


@pytest.mark.parametrize("said", ["周末有什么活动", "12月有什么活动", "有没有适合博士的活动", "下周有活动吗"])
def test_what_is_on_at_some_time_or_for_somebody(小林: Talk, said: str) -> None:
    hold(小林.kit, "医疗人才专场")
    hold(小林.kit, "创业沙龙")
    小林.play(f"""
        人 {said}
        机 近期活动…创业沙龙
    """)


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("活动在哪里报名", "近期活动"),
        ("怎么签到", "签到 A2B3C4"),
        ("人才日活动报名", "报名还没有开放。回复“登记”"),
        ("人才日怎么报名", "关注人才日"),
        ("有新政策能通知我吗", "接收活动通知"),
    ],
)
def test_how_it_is_done(小林: Talk, said: str, heard: str) -> None:
    propose(小林.kit, "人才日")
    assert heard in 小林.say(said)


def test_what_has_begun_is_told_as_such_and_not_offered(小林: Talk, 路人: Talk) -> None:
    hold(小林.kit, "早场沙龙", timedelta(hours=1))
    hold(小林.kit, "晚报沙龙", timedelta(days=2), closes_at=小林.clock.at + timedelta(hours=1))
    hold(小林.kit, "医疗人才专场")
    小林.play("""
        等 2小时
        人 近期活动
        机 1. 早场沙龙…（进行中）…2. 晚报沙龙…（报名已截止）…3. 医疗人才专场…回复“报名3”就报第3个
        人 报名3
        机 报名医疗人才专场
    """)


def test_the_card_of_a_day_without_a_date_makes_nothing_up(小林: Talk) -> None:
    propose(小林.kit, "人才日")
    小林.play("""
        人 关注人才日
        人 我的活动
        机 时间：待通知…名额：待通知…报名时间：待通知
        机不 不限…开始前都可以
    """)


def test_who_noted_a_day_is_told_of_the_seat_and_how_to_leave(小林: Talk, 路人: Talk) -> None:
    number = propose(小林.kit, "人才日")
    for talk in (小林, 路人):
        talk.say("关注人才日")
    with 小林.kit.db.writing() as unit:
        events = Events(unit)
        events.edit(events.find(number), {"capacity": 1}, now=小林.kit.now())
    settle(小林.kit, number, FRIDAY_NIGHT)
    assert "名额留着，到期前的提醒也开着" in told(小林)
    assert "来不了请回复“取消报名”" in told(小林)
    assert "您在候补名单上" in told(路人)
    assert "不想候补了，请回复“取消报名”" in told(路人)
    assert "名额留着" not in told(路人)


def test_who_waits_is_not_told_to_give_a_seat_away(小林: Talk, 路人: Talk) -> None:
    number = hold(小林.kit, capacity=1)
    for talk in (小林, 路人):
        talk.say("报名医疗专场")
        talk.say("2")
    路人.play("""
        人 我的活动
        机 在候补名单上…不想候补了，请回复“取消报名”
        机不 来不了
    """)
    with 小林.kit.db.writing() as unit:
        events = Announcing(unit, 小林.kit.library.phrase)
        events.edit(events.find(number), {"place": "二楼"}, now=小林.kit.now())
    assert "您报名的“医疗人才专场”有变动" in told(小林)
    assert "把名额让给别人" in told(小林)
    assert "您候补的“医疗人才专场”有变动" in told(路人)
    assert "让给别人" not in told(路人)


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("周末聚会还有名额吗", "名额：共20个，还剩20个"),
        ("周末聚会在哪里办", "地点：工人文化宫"),
        ("周末聚会要带什么", "要带：未写明"),
        ("周末聚会什么时候开始", "时间：11月28日（星期六）10:00"),
        ("小班课还有名额吗", "名额：不限"),
        ("小班课在哪里办", "地点：人才之家"),
    ],
)
def test_the_event_that_is_named_wins_over_the_one_on_show(小林: Talk, said: str, heard: str) -> None:
    hold(小林.kit, "周末聚会", timedelta(days=5), capacity=20, place="工人文化宫")
    hold(小林.kit, "青年人才政策小班课", timedelta(days=3))
    settle(小林.kit, propose(小林.kit, "人才日"), FRIDAY_NIGHT)
    for shown in ("人才日有什么活动", "医疗专场", "报名医疗专场"):
        hold(小林.kit, "医疗人才专场")
        小林.say(shown)
        reply = 小林.say(said)
        assert heard in reply
        assert "2027年" not in reply.split("接着刚才的")[0]
        小林.say("取消")


@pytest.mark.parametrize("said", ["小班课", "小班课还有名额吗", "小班课什么时候", "青年人才政策小班课"])
def test_a_part_of_a_title_names_it_where_nothing_was_said_before(小林: Talk, said: str) -> None:
    hold(小林.kit, "青年人才政策小班课")
    hold(小林.kit, "周末聚会")
    小林.play(f"""
        人 {said}
        机 青年人才政策小班课…时间：12月4日
    """)


@pytest.mark.parametrize("said", ["人才公寓", "人才津贴", "青年人才", "人才公寓在哪", "人才之家在哪里", "落户"])
def test_things_of_the_content_are_no_events_though_a_title_holds_them(小林: Talk, said: str) -> None:
    hold(小林.kit, "人才公寓看房日")
    hold(小林.kit, "人才津贴和落户小班课")
    hold(小林.kit, "青年人才周末聚会")
    小林.say("周末聚会")
    小林.play(f"""
        人 {said}
        机不 时间：12月4日
        机不 地点：人才之家
    """)


@pytest.mark.parametrize(
    ("said", "what"),
    [
        ("能带家属吗", "能不能带家属、朋友"),
        ("周末聚会可以带孩子吗", "能不能带家属、朋友"),
        ("那里能停车吗", "停车的安排"),
        ("管饭吗", "用餐的安排"),
        ("这个活动收费吗", "要不要交费"),
    ],
)
def test_what_no_event_tells_is_said_to_be_not_written(小林: Talk, said: str, what: str) -> None:
    hold(小林.kit, "周末聚会")
    小林.play(f"""
        人 周末聚会
        机 时间
        人 {said}
        机 周末聚会没有写明{what}…联系：综合科…人工
        机不 时间：
    """)


def test_what_stands_in_the_agenda_is_not_said_to_be_missing(小林: Talk) -> None:
    hold(小林.kit, "周末聚会", agenda="游园，可以带家属")
    小林.play("""
        人 周末聚会
        人 能带家属吗
        机不 没有写明
    """)


@pytest.mark.parametrize("said", ["报名周末聚会", "我要报名周末聚会", "我想参加周末聚会"])
def test_signing_up_by_name_with_the_list_open(小林: Talk, said: str) -> None:
    hold(小林.kit, "博士沙龙", timedelta(days=3))
    hold(小林.kit, "周末聚会")
    小林.play(f"""
        人 近期活动
        人 {said}
        机 报名周末聚会，12月4日
    """)
