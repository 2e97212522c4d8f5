"""The row every question leaves behind, and what is noted on it later."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from models import question
from models.question import Question
from talk import Talk

LONG_AGO = datetime(2000, 1, 1, tzinfo=UTC)


def rows(talk: Talk) -> list[Question]:
    with talk.kit.db.unit() as unit:
        return list(question.since(unit, LONG_AGO))


def test_a_sure_answer(小林: Talk) -> None:
    小林.say("人才津贴有多少钱？")
    (row,) = rows(小林)
    assert (row.text, row.decision, row.answered) == ("人才津贴有多少钱？", "sure", "allowance.amount")
    assert json.loads(row.candidates)[0] == ["allowance.amount", 1.0]
    assert (row.picked, row.verdict, row.ticket) == ("", "", "")
    assert row.openid == 小林.openid


def test_a_choice_and_what_was_picked(小林: Talk) -> None:
    小林.say("12345是什么")
    小林.say("2")
    (row,) = rows(小林)
    assert (row.decision, row.answered) == ("maybe", "")
    assert row.picked == json.loads(row.candidates)[1][0]


def test_none_of_the_choices_and_the_ticket_that_followed(小林: Talk) -> None:
    for said in ("12345是什么", "0", "工单", "无", "不留"):
        小林.say(said)
    (row,) = rows(小林)
    assert row.picked == "none"
    assert row.ticket.startswith("T2026")


def test_the_ticket_of_an_unknown(小林: Talk) -> None:
    for said in ("红烧肉怎么做才好吃", "好", "无", "不留"):
        小林.say(said)
    (row,) = rows(小林)
    assert (row.decision, row.answered) == ("unknown", "")
    assert row.ticket.startswith("T2026")


@pytest.mark.parametrize(("said", "verdict"), [("没用", "useless"), ("有用", "useful"), ("答非所问", "useless")])
def test_how_the_answer_was_rated(小林: Talk, said: str, verdict: str) -> None:
    小林.say("人才津贴有多少钱？")
    小林.say(said)
    (row,) = rows(小林)
    assert row.verdict == verdict


def test_each_of_several(小林: Talk) -> None:
    小林.say("人才公寓在哪里？红烧肉怎么做才好吃？公交车末班车几点？")
    小林.say("没用")
    first, second, third = rows(小林)
    assert (first.text, first.decision, first.answered) == ("人才公寓在哪里", "sure", "apartment.where")
    assert (second.text, second.decision) == ("红烧肉怎么做才好吃", "unknown")
    assert (third.decision, third.answered) == ("outside", "outside bus")
    assert [row.verdict for row in (first, second, third)] == ["", "useless", ""]  # of what stayed open


def test_a_pick_among_several_belongs_to_its_own_question(小林: Talk) -> None:
    小林.say("人才日是哪天？老婆工作怎么办？")
    小林.say("1")
    first, second = rows(小林)
    assert (first.picked, second.decision) == ("", "maybe")
    assert second.picked.startswith("card.spouse")


def test_office_matters_checks_and_follow_ups_are_questions_too(小林: Talk) -> None:
    for said in ("现在有人上班吗", "人才日是哪天", "有哪些驿站", "我能领津贴吗", "取消", "人才公寓在哪里", "租金呢"):
        小林.say(said)
    answered = [row.answered for row in rows(小林)]
    assert answered == ["hotline", "day.when", "places", "check talent_allowance", "apartment.where", "apartment.rent"]


def test_a_subject_of_their_own_takes_no_ticket_to_it_either(小林: Talk) -> None:
    for said in ("红烧肉怎么做才好吃", "好", "换", "单位拖欠工资没人管", "无", "不留"):
        小林.say(said)
    assert rows(小林)[0].ticket == ""


def test_what_is_no_question_leaves_no_row(小林: Talk) -> None:
    for said in ("你好", "谢谢", "帮助", "我的工单", "登记", "[click menu.card]", "[image]", "1", "好的"):
        小林.say(said)
    assert rows(小林) == []


def test_another_matter_takes_no_ticket_to_the_old_question(小林: Talk) -> None:
    for said in ("红烧肉怎么做才好吃", "好", "我要投诉单位拖欠工资", "1", "无", "不留"):
        小林.say(said)
    assert rows(小林)[0].ticket == ""


def test_numbers_are_masked_and_texts_bounded(小林: Talk) -> None:
    小林.say("我的电话是13812345678，人才津贴有多少钱" + "，我等了很久了" * 60)
    for row in rows(小林):
        assert "13812345678" not in row.text
        assert len(row.text) <= question.LONGEST


def test_a_repeated_delivery_adds_no_row(小林: Talk) -> None:
    from bot.deadline import Deadline
    from talk import message_of

    message = message_of("人才津贴有多少钱？人才公寓在哪里？", 小林.openid, 1)
    小林.pipeline.handle(message, Deadline())
    小林.pipeline.handle(message, Deadline())
    assert len(rows(小林)) == 2


def test_a_verdict_long_after_changes_nothing(小林: Talk) -> None:
    小林.play("""
        人 人才津贴有多少钱？
        等 11分钟
        人 没用
    """)
    assert rows(小林)[0].verdict == ""
