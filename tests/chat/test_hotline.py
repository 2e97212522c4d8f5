"""The clock of the talks: 23 November 2026 is a Monday; at 10:00 somebody is on duty."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from talk import Talk

OPEN_NOW = [
    "现在有人上班吗",
    "热线电话是多少",
    "你们几点下班",
    "办公时间",
    "现在有人吗",
    "[click menu.hotline]",
    "工作人员在线吗",
]


@pytest.mark.parametrize("said", OPEN_NOW)
def test_open_until_the_break(小林: Talk, said: str) -> None:
    小林.play(f"""
        人 {said}
        机 号码还没有公布…现在是工作时间，到今天12:00…以区里公布为准…工单…12345
    """)


def at(month: int, day: int, hour: int, year: int = 2026) -> datetime:
    """A moment in Zunyi."""
    return datetime(year, month, day, hour - 8, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("moment", "heard"),
    [
        (at(11, 23, 12), "午休），下次上班是今天13:00"),
        (at(11, 23, 18), "已经下班），下次上班是明天9:00"),
        (at(11, 23, 8), "还没到上班时间），下次上班是今天9:00"),
        (at(11, 28, 10), "周末），下次上班是11月30日（周一）9:00"),
        (at(10, 2, 10), "国庆节放假），下次上班是10月8日（周四）9:00"),
        (at(10, 10, 10), "今天是国庆节调休上班日，现在是工作时间，到今天12:00"),
        (at(12, 31, 18), "放假安排还没公布，下次上班时间我说不准"),
        (at(1, 5, 10, 2027), "2027年的放假安排还没有公布"),
    ],
)
def test_shut_says_why_and_when_again(小林: Talk, moment: datetime, heard: str) -> None:
    小林.clock.at = moment
    assert heard in 小林.say("现在有人上班吗")


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("明天上班吗", "11月24日（周二）上班，9:00开始"),
        ("周末有人吗", "11月28日（周六）不上班（周末），之后第一次上班是11月30日（周一）9:00"),
        ("星期六有人上班吗", "11月28日（周六）不上班"),
        ("下周三有人值班吗", "12月2日（周三）上班"),
        ("春节有人值班吗", "2027年的放假安排还没有公布"),
    ],
)
def test_another_day(小林: Talk, said: str, heard: str) -> None:
    assert heard in 小林.say(said)


def test_it_offers_a_ticket(小林: Talk) -> None:
    小林.play("""
        人 热线电话是多少
        人 工单
        机 一句话说说
        人 想问柔性引进怎么签协议
        机 主题：想问柔性引进怎么签协议
    """)


def test_the_work_system_is_not_the_hotline(小林: Talk) -> None:
    小林.play("""
        人 “12345”人才工作体系是什么？
        机 体系
        机不 现在是工作时间
    """)


def test_a_job_question_is_not_about_our_hours(小林: Talk) -> None:
    小林.play("""
        人 我去单位上班后档案怎么办
        机不 现在是工作时间
    """)


def test_the_number_asked_for_twice_is_no_question_of_money(小林: Talk) -> None:
    小林.play("""
        人 热线电话是多少
        机 热线
        人 电话是多少
        机 热线
        机不 金额
    """)


@pytest.mark.parametrize("said", ["你们上班时间", "几点上班", "周末上班不"])
def test_the_hours_of_the_week(小林: Talk, said: str) -> None:
    小林.play(f"""
        人 {said}
        机 上班时间：周一至周五9:00—12:00、13:00—17:00，周六、周日休息。…以区里公布为准
    """)


def test_where_somebody_works_is_no_question_of_hours(小林: Talk) -> None:
    小林.play("""
        人 我现在在红花岗上班
        机不 现在是工作时间
    """)
