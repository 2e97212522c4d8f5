from __future__ import annotations

from datetime import timedelta

import pytest

from activities import code_of, hold
from models.person import Person
from models.programme import Programme
from talk import Talk


def signed(talk: Talk, number: str) -> tuple[bool, int | None, str]:
    """Whether they were there, and how they rated it."""
    with talk.kit.db.unit() as unit:
        programme = Programme(unit)
        signup = programme.signup(programme.find(number), talk.openid)
        return (
            bool(signup and signup.checked_in_at),
            signup.rating if signup else None,
            signup.comment if signup else "",
        )


@pytest.fixture
def salon(小林: Talk) -> str:
    """小林 goes to it, in three hours."""
    number = hold(小林.kit, "博士沙龙", timedelta(hours=3), capacity=10)
    小林.say("报名博士沙龙")
    小林.say("1")
    return number


@pytest.mark.parametrize(
    "words", ["签到 {}", "签到{}", "我要签到：{}", "[scan checkin:{}]", "[subscribe qrscene_checkin:{}]"]
)
def test_by_the_code_or_by_scanning_it(小林: Talk, salon: str, words: str) -> None:
    assert "签到成功：博士沙龙" in 小林.say(words.format(code_of(小林.kit, salon)))
    assert signed(小林, salon)[0]
    assert "您已签到" in 小林.say("我的活动")


def test_the_code_is_asked_for(小林: Talk, salon: str) -> None:
    小林.play(f"""
        人 签到
        机 请发签到码
        人 {code_of(小林.kit, salon).lower()}
        机 签到成功
    """)


def test_a_wrong_code_and_a_wrong_day(小林: Talk) -> None:
    number = hold(小林.kit)
    小林.play(f"""
        人 签到 ABC123
        机 签到码ABC123不对
        人 报名医疗专场
        人 1
        人 签到 {code_of(小林.kit, number)}
        机 签到没成功：只能在活动当天签到
    """)


def test_who_did_not_sign_up_takes_no_seat(路人: Talk, salon: str) -> None:
    路人.play(f"""
        等 4小时
        人 签到 {code_of(路人.kit, salon)}
        机 没有报名这场活动
    """)
    assert not signed(路人, salon)[0]


def test_who_did_not_sign_up_is_offered_a_seat_while_there_are_any(路人: Talk, salon: str) -> None:
    code = code_of(路人.kit, salon)
    路人.play(f"""
        人 [subscribe qrscene_checkin:{code}]
        机 您还没有报名博士沙龙，名额还有：回复“报名”…您好
        人 报名
        机 报名博士沙龙
        人 2
        人 [scan checkin:{code}]
        机 签到成功
        机不 您好
        人 [scan checkin:{code}]
        机 您已经签到过了：博士沙龙
    """)


def test_who_was_there_or_is_late_is_not_told_how_to_leave(小林: Talk, salon: str) -> None:
    小林.play(f"""
        等 4小时
        人 我的活动
        机 您已报名
        机不 来不了
        人 签到 {code_of(小林.kit, salon)}
        机 签到成功
        人 报名博士沙龙
        机不 来不了
    """)


def test_who_follows_by_the_code_is_a_follower(路人: Talk, salon: str) -> None:
    路人.say(f"[subscribe qrscene_checkin:{code_of(路人.kit, salon)}]")
    with 路人.kit.db.unit() as unit:
        person = unit.session.get(Person, 路人.openid)
    assert person is not None
    assert person.following


def test_scanning_keeps_a_flow(小林: Talk, salon: str) -> None:
    小林.play(f"""
        人 人工
        人 [scan checkin:{code_of(小林.kit, salon)}]
        机 签到成功
        人 想问人才津贴怎么还没发
        机 具体情况
    """)


def test_rating_afterwards(小林: Talk, salon: str) -> None:
    小林.play("""
        人 评价活动
        机 没有可以评价的活动
        等 5小时
        人 评价活动
        机 博士沙龙给几分
        人 五星
        机 收到，5分…一句话
    """)
    assert signed(小林, salon)[1:] == (5, "")
    小林.play("""
        人 讲得很实在，电话13812345678多联系
        机 谢谢您的评价
    """)
    assert signed(小林, salon)[1] == 5
    assert "讲得很实在" in signed(小林, salon)[2]
    assert "13812345678" not in signed(小林, salon)[2]


def test_a_rating_without_words(小林: Talk, salon: str) -> None:
    小林.play("""
        等 5小时
        人 评价活动
        人 9
        机不 收到
        人 评价活动
        人 3
        人 没有
        机 谢谢您的评价
    """)
    assert signed(小林, salon)[1:] == (3, "")


def test_who_was_not_there_has_nothing_to_rate(路人: Talk, salon: str) -> None:
    路人.play("""
        等 5小时
        人 评价活动
        机 没有可以评价的活动
    """)


@pytest.mark.parametrize(
    ("said", "given"),
    [("五星", 5), ("5星", 5), ("五分", 5), ("评价 5", 5), ("给4分", 4), ("三颗星", 3), ("打2分吧", 2)],
)
def test_how_people_rate(小林: Talk, salon: str, said: str, given: int) -> None:
    小林.play(f"""
        等 5小时
        人 评价活动
        人 {said}
        机 收到，{given}分
    """)
    assert signed(小林, salon)[1] == given


@pytest.mark.parametrize("said", ["6", "10", "0", "十分", "8分", "100"])
def test_a_wrong_number_is_asked_for_again(小林: Talk, salon: str, said: str) -> None:
    小林.play(f"""
        等 5小时
        人 评价活动
        人 {said}
        机 请回复 1 到 5
        人 4
        机 收到，4分
    """)
    assert signed(小林, salon)[1] == 4


@pytest.mark.parametrize("said", ["评价博士沙龙", "我要评价博士沙龙", "评价一下博士沙龙", "给博士沙龙打分"])
def test_rating_one_that_is_named(小林: Talk, salon: str, said: str) -> None:
    小林.play(f"""
        人 {said}
        机 博士沙龙还没开始（11月23日（星期一）13:00），开始以后再评价
        等 5小时
        人 {said}
        机 博士沙龙给几分
        人 4
        机 一句话
        人 {said}
        机 博士沙龙给几分
        人 5
        人 很好
    """)
    assert signed(小林, salon)[1:] == (5, "很好")


def test_rating_one_they_did_not_sign_up_for(路人: Talk, salon: str) -> None:
    路人.play("""
        人 评价博士沙龙
        机 您没有报名博士沙龙，报过名的才能评价
        等 40天
        人 评价博士沙龙
        机不 给几分
    """)


def test_rating_long_afterwards(小林: Talk, salon: str) -> None:
    小林.play("""
        等 40天
        人 评价博士沙龙
        机 博士沙龙现在不能评价：活动开始后30天内可以评价
    """)
