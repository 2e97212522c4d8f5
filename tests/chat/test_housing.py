from __future__ import annotations

import pytest

from models.interest import Interest
from talk import Talk


def _interests(talk: Talk) -> list[tuple[str, str]]:
    with talk.kit.db.unit() as unit:
        return [(row.openid, row.note) for row in unit.session.query(Interest)]


def test_the_first_tier(小林: Talk) -> None:
    小林.play("""
        人 我是引进来的博士，能住人才公寓吗
        机 对得上“引进到我区的博士研究生”…重点保障…原文：“重点解决引进到我区的博士研究生、正高级职称人才”
        机 还没有建成开放…登记
    """)


def test_the_second_tier_says_when(小林: Talk) -> None:
    小林.play("""
        人 我能住人才公寓吗
        人 2
        机 学历
        人 本科
        机 对得上“副高级以上职称”…条件允许…还没有建成开放
    """)


def test_registering_keeps_what_they_told(小林: Talk) -> None:
    小林.play("""
        人 我是引进来的博士，能住人才公寓吗
        人 登记
        机 已经替您登记…不等于分到房
        人 登记意向
        机 之前已经登记过
    """)
    assert _interests(小林) == [("oXiaoLin", "博士研究生、引进到我区工作")]


def test_withdrawing(小林: Talk) -> None:
    小林.play("""
        人 取消登记
        机 没有登记过
        人 我要登记
        机 已经替您登记
        人 取消登记
        机 已经撤回
    """)
    assert _interests(小林) == []


def test_the_offer_may_be_refused(小林: Talk) -> None:
    小林.play("""
        人 [click menu.interest]
        机 还没有建成开放…回复“登记”
        人 不用了
        机 先不登记
    """)
    assert _interests(小林) == []


def test_an_answer_about_registering_takes_a_yes(小林: Talk) -> None:
    小林.play("""
        人 怎么登记人才公寓的入住意向？
        人 好的
        机 已经替您登记
    """)


def test_nobody_else_is_registered(小林: Talk, 路人: Talk) -> None:
    小林.say("登记意向")
    assert "没有登记过" in 路人.say("取消登记")
    assert [openid for openid, _ in _interests(小林)] == ["oXiaoLin"]


def test_facts_are_told_of_an_earlier_check(小林: Talk) -> None:
    小林.play("""
        人 我没有职称，本科，能领津贴吗
        机 没有对上
        人 那我能住人才公寓吗
        机 紧缺急需
        机不 最高学历是…职称是
        人 是
        机 对得上“其他紧缺急需专业人才”
    """)


def test_it_is_never_said_to_be_open(小林: Talk) -> None:
    for said in ("人才公寓开放了吗", "现在能住进人才公寓吗", "人才公寓建好没有"):
        answer = 小林.say(said)
        assert any(words in answer for words in ("未建成", "没有建成", "还没", "没有开放", "没开放")), answer


def test_the_menu_tells_what_it_is(小林: Talk) -> None:
    小林.play("""
        人 [click menu.housing]
        机 人才公寓…依据
        人 我能住吗
        机 对照人才公寓的条件
    """)


@pytest.mark.parametrize("said", ["我登记了吗", "我有没有登记", "帮我查一下我登记成功了吗", "公寓意向我登记了没有？"])
def test_whether_one_is_registered(小林: Talk, 路人: Talk, said: str) -> None:
    路人.say("登记意向")
    小林.play(f"""
        人 {said}
        机 还没有…回复“登记”
        人 好
        机 已经替您登记
        人 {said}
        机 登记了…取消登记
        人 取消登记
        人 {said}
        机 还没有
    """)
