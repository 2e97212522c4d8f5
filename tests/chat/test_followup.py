"""“那材料呢”: what a question leaves out stands in the talk before it; and never more than that is carried over."""

from __future__ import annotations

import pytest

from models.message import MessageRow
from talk import Talk


def _note(talk: Talk) -> str:
    with talk.kit.db.unit() as unit:
        return unit.session.query(MessageRow).order_by(MessageRow.id.desc()).limit(1).one().note


# What was asked, what is asked then, and where that must lead.
_PAIRS = """
    人才津贴有多少钱 | 那材料呢 | allowance.materials
    人才津贴有多少钱 | 怎么申请 | allowance.how
    人才津贴是什么 | 那在哪办 | allowance.where
    人才津贴怎么申请 | 什么时候发 | allowance.period
    人才津贴怎么申请 | 要带什么证件 | allowance.materials
    人才津贴怎么申请 | 打什么电话 | allowance.contact
    人才津贴怎么申请 | 多少钱 | allowance.amount
    哪些人可以领人才津贴 | 能领几年 | allowance.years
    人才公寓怎么申请 | 租金呢 | apartment.rent
    人才公寓怎么申请 | 多少钱一个月 | apartment.rent
    人才公寓在哪里 | 能住多久 | apartment.term
    人才公寓在哪里 | 什么时候能住进去 | apartment.open
    人才公寓在哪里 | 哪个部门管 | apartment.contact
    人才公寓在哪里 | 那要什么条件 | apartment.who
    人才绿卡怎么申请 | 要钱吗 | card.fee
    人才绿卡怎么申请 | 那谁能办 | card.who
    人才绿卡有哪些好处 | 去哪里办 | card.where
    人才驿站在哪里 | 怎么预订 | station.how
    人才驿站在哪里 | 收费吗 | station.nights
    人才驿站在哪里 | 要带什么 | station.materials
    区管专家是什么 | 怎么申报 | expert.district_how
    区管专家是什么 | 什么条件 | expert.district_who
    区管专家是什么 | 那要交什么材料 | expert.district_materials
    娄山英才计划是什么 | 给多少钱 | programme.loushan_amount
    娄山英才计划是什么 | 谁可以申报 | programme.loushan_who
    离岗创业是什么 | 能离多久 | leave.term
    离岗创业怎么申请 | 材料呢 | leave.materials
    职称评审怎么申报 | 那材料呢 | title.materials
    职称评审怎么申报 | 结果在哪查 | title.progress
    四名工作室是什么 | 怎么申报 | studio.four_how
    名支书工作室是什么 | 准备什么材料 | studio.secretary_materials
    人才日是什么 | 哪天 | day.when
    人才日是哪一天 | 怎么报名 | day.signup
    人才之家是什么 | 在哪 | home.where
    人才之家在哪里 | 什么时候开放 | home.when
    柔性引才是什么 | 怎么办 | programme.flexible_how
    访问学者怎么申报 | 要什么材料 | programme.scholar_materials
    人才津贴要什么材料 | 那公寓呢 | apartment.materials
    人才津贴要什么材料 | 绿卡的呢 | card.materials
    人才公寓要什么材料 | 那绿卡呢 | card.materials
    人才津贴在哪办 | 那人才驿站呢 | station.where
    人才公寓怎么申请 | 那绿卡呢 | card.how
    人才公寓怎么申请 | 换成区管专家呢 | expert.district_how
    人才绿卡什么条件 | 娄山英才计划呢 | programme.loushan_who
    人才公寓在哪里 | 人才之家呢 | home.where
    人才公寓什么时候能入住 | 那人才驿站呢 | station.open
    硕士来汇川能享受哪些政策 | 博士呢 | programme.for_doctor
    本科生有人才津贴吗 | 大专呢 | allowance.college
    副高级职称能领人才津贴吗 | 那中级呢 | allowance.intermediate
    博士能领人才津贴吗 | 那本科呢 | allowance.bachelor
    人才的孩子上学怎么解决 | 他爱人呢 | card.spouse
    人才的孩子上学怎么解决 | 那老婆呢 | card.spouse
"""
PAIRS = [tuple(part.strip() for part in line.split("|")) for line in _PAIRS.strip().splitlines()]


@pytest.mark.parametrize(("first", "then", "expect"), PAIRS, ids=[f"{first}-{then}" for first, then, _ in PAIRS])
def test_what_is_left_out_is_carried_over(小林: Talk, first: str, then: str, expect: str) -> None:
    小林.say(first)
    小林.say(then)
    assert expect in _note(小林).split(), 小林.transcript


def test_there_are_enough_pairs() -> None:
    assert len(PAIRS) >= 40


def test_step_after_step(小林: Talk) -> None:
    小林.play("""
        人 人才公寓要什么材料
        机 材料清单资料没有写明
        人 那绿卡呢
        机 资料没有写明…绿卡
        人 在哪办
        机 在哪里办、由谁发
        人 驿站呢
        机 地址资料没有写明
    """)


def test_after_a_choice_and_a_pick(小林: Talk) -> None:
    小林.play("""
        人 12345是什么
        人 2
        机 依据
        人 那材料呢
        机 12345…材料…没有写明…工单
    """)


def test_a_choice_that_lacks_only_the_thing(小林: Talk) -> None:
    小林.play("""
        人 要什么材料
        机 您想问的是哪一个
        人 驿站呢
        机 入住要带什么，资料没有写明
    """)


def test_after_checking_conditions(小林: Talk) -> None:
    小林.play("""
        人 我是副高，能领津贴吗
        机 对得上
        人 那材料呢
        机 申请材料清单资料没有写明
        人 那绿卡呢
        机 材料，资料没有写明
    """)


def test_the_check_again_for_another_degree(小林: Talk) -> None:
    小林.play("""
        人 我是硕士能领津贴吗
        机 双一流
        人 不是
        机 您现在的职称
        人 没有
        机 没有对上
        人 那博士呢
        机 双一流
    """)


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("人才津贴有多少钱", "公交车末班车几点"),
        ("人才津贴有多少钱", "红烧肉怎么做才好吃"),
        ("人才津贴怎么申请", "有哪些驿站"),
    ],
)
def test_nothing_is_carried_past_another_matter(小林: Talk, first: str, then: str) -> None:
    小林.say(first)
    小林.say(then)
    小林.say("要什么材料")
    assert _note(小林) != "allowance.materials"


@pytest.mark.parametrize(
    ("first", "then", "expect"),
    [
        ("人才津贴怎么申请", "人才公寓要什么材料", "apartment.materials"),
        ("人才津贴怎么申请", "博士来汇川能享受哪些政策", "programme.for_doctor"),
        ("人才津贴要什么材料", "绿卡", "card.what"),
        ("人才公寓在哪里", "热线电话是多少", "hotline"),
        ("人才公寓要什么材料", "人才日是哪天", "day"),
    ],
)
def test_a_whole_question_is_not_bent(小林: Talk, first: str, then: str, expect: str) -> None:
    小林.say(first)
    小林.say(then)
    assert expect in _note(小林).split()


def test_it_lapses_with_the_talk(小林: Talk) -> None:
    小林.play("""
        人 人才津贴有多少钱
        等 11分钟
        人 那材料呢
        机 您想问的是哪一个
    """)


def test_thanks_in_between_change_nothing(小林: Talk) -> None:
    小林.play("""
        人 人才津贴有多少钱
        人 谢谢
        人 那材料呢
        机 申请材料清单资料没有写明
    """)


@pytest.mark.parametrize("said", ["那材料呢", "那博士呢", "他老婆呢", "那绿卡呢"])
def test_without_a_question_before(小林: Talk, said: str) -> None:
    小林.say(said)
    assert not _note(小林).startswith(("allowance", "apartment"))


def test_it_stays_with_the_one_who_asked(小林: Talk, 路人: Talk) -> None:
    小林.say("人才津贴有多少钱")
    路人.say("那材料呢")
    assert _note(路人) != "allowance.materials"
