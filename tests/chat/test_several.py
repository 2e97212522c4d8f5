"""Several questions in one message, and messages that only look so."""

from __future__ import annotations

import pytest

from models.message import MessageRow
from talk import Talk


def _note(talk: Talk) -> str:
    with talk.kit.db.unit() as unit:
        return unit.session.query(MessageRow).order_by(MessageRow.id.desc()).limit(1).one().note


def test_each_is_answered_in_its_order(小林: Talk) -> None:
    小林.play("""
        人 人才津贴有多少钱？人才公寓在哪里？还有热线电话是多少
        机 ① 人才津贴有多少钱…没有写明…依据…② 人才公寓在哪里…地址…依据…③ 热线电话是多少…12345
    """)


def test_a_check_of_conditions_asks_at_the_end(小林: Talk) -> None:
    小林.play("""
        人 双硕士能领津贴吗？人才公寓在哪里？还有热线电话是多少
        机 ① 双硕士能领津贴吗…最后问您…② 人才公寓在哪里…③ …热线…双一流
        人 1
        机 对得上
    """)


@pytest.mark.parametrize(
    ("said", "answers"),
    [
        ("人才津贴怎么申请？人才公寓在哪里？", "allowance.how apartment.where"),
        ("人才津贴怎么申请，人才公寓在哪里", "allowance.how apartment.where"),
        ("人才津贴怎么申请 人才公寓在哪里", "allowance.how apartment.where"),
        ("人才津贴怎么申请还有人才公寓在哪里", "allowance.how apartment.where"),
        ("人才津贴怎么申请，另外人才日是哪天", "allowance.how day.when"),
        ("人才津贴怎么申请，顺便问下现在有人上班吗", "allowance.how hotline"),
        ("人才津贴怎么申请以及人才公寓在哪里", "allowance.how apartment.where"),
        ("1. 人才津贴怎么申请\n2. 人才公寓在哪里\n3. 人才日是哪天", "allowance.how apartment.where day.when"),
        ("1、津贴条件 2、公寓地址", "allowance.who apartment.where"),
        ("①人才津贴怎么申请②人才公寓在哪里", "allowance.how apartment.where"),
        ("人才津贴怎么申请\n人才公寓在哪里", "allowance.how apartment.where"),
        ("人才津贴申请条件和材料", "allowance.who allowance.materials"),
        ("人才津贴的条件、材料和流程分别是什么", "allowance.who allowance.materials allowance.how"),
        ("人才绿卡的申请流程以及需要的材料", "card.how card.materials"),
        ("人才公寓的条件和租金", "apartment.who apartment.rent"),
        ("津贴和公寓怎么申请", "allowance.how apartment.how"),
        ("人才津贴多少钱，怎么申请，去哪里办", "allowance.amount allowance.how allowance.where"),
        ("人才公寓申请条件是什么？需要什么材料？", "apartment.who apartment.materials"),
        ("你好，人才津贴怎么申请？人才日是哪天？谢谢", "allowance.how day.when"),
        ("我想问三个问题：1、津贴怎么申请；2、公寓在哪里", "allowance.how apartment.where"),
        ("津贴多少钱 公寓多少钱", "allowance.amount apartment.rent"),
        ("公寓申请流程\n绿卡权益", "apartment.how card.benefits"),
        ("人才津贴怎么申请？真的吗？人才公寓在哪里？", "allowance.how apartment.where"),
        ("1.人才津贴怎么申请 2.我孩子要上小学，人才的孩子上学怎么解决", "allowance.how card.child"),
        ("人才公寓在哪里，还有介绍一下人才驿站", "apartment.where station.what"),
    ],
)
def test_they_are_told_apart(小林: Talk, said: str, answers: str) -> None:
    小林.say(said)
    assert _note(小林) == f"several {answers}"


@pytest.mark.parametrize(
    "said",
    [
        "你好，请问人才津贴怎么申请？谢谢",
        "我不知道怎么办，请问人才津贴怎么申请",
        "我是双一流硕士，在区医院工作三年了，领导说有津贴，能领吗",
        "人才津贴和租房补贴能一起领吗",
        "一站式人才服务中心和人才交流服务中心是同一个吗",
        "双一流怎么认定，985、211算吗？",
        "离岗创业期间，档案、工资、社保怎么办？",
        "请问一下，人才公寓什么时候能入住啊，我等了好久了怎么还没消息",
        "人才公寓在哪里？我急着用，能不能快点告诉我",
        "人才津贴怎么申请？人才津贴如何申请？",
        "条件以及材料是什么",
        "津贴还有吗",
        "人才公寓可以买吗？我们是外地户口落户",
        "我是博士。来汇川能享受哪些政策？",
        "我是双一流硕士。我能领津贴吗？",
    ],
)
def test_one_question_stays_one(小林: Talk, said: str) -> None:
    assert "②" not in 小林.say(said)
    assert not _note(小林).startswith("several")


def test_what_is_not_known_is_said_and_the_ticket_is_for_it_alone(小林: Talk) -> None:
    小林.play("""
        人 人才公寓在哪里？红烧肉怎么做才好吃？
        机 ① 人才公寓在哪里…依据…② 红烧肉怎么做才好吃…没有可靠的答案…工单
        人 工单
        机 “红烧肉怎么做才好吃”
        机不 人才公寓
    """)


def test_another_offices_matter_beside_ours(小林: Talk) -> None:
    小林.play("""
        人 公交车末班车几点？人才公寓在哪里？
        机 ① 公交车末班车几点…不归人才服务管…② 人才公寓在哪里…依据
    """)


def test_a_choice_beside_an_answer(小林: Talk) -> None:
    小林.play("""
        人 人才日是哪天？老婆工作怎么办？
        机 ① 人才日是哪天…② 老婆工作怎么办…您想问的是哪一个…1.
        人 1
        机 依据
    """)


def test_three_at_most_and_the_others_are_named(小林: Talk) -> None:
    小林.play("""
        人 人才津贴怎么申请？人才公寓在哪里？人才日是哪天？人才驿站收费吗？
        机 ③ 人才日是哪天
        机不 ④
        人 更多
        机 其余的请再发给我：“人才驿站收费吗”
    """)


def test_of_many_none_is_lost(小林: Talk) -> None:
    asked = ["人才津贴怎么申请", "人才公寓在哪里", "人才日是哪天", "人才驿站收费吗", "绿卡有什么用", "公寓租金多少"]
    asked += ["津贴需要什么材料", "子女上学怎么办", "住房补贴怎么领"]
    for most in (6, 7, 8, 9):
        heard = 小林.say("？".join(asked[:most]) + "？") + 小林.say("更多")
        for question in asked[:most]:
            assert question in heard


def test_what_is_beyond_the_part_that_is_read_is_named_too(小林: Talk) -> None:
    story = "。" + "我在汇川工作了很多年一直觉得这里很好，" * 20 + "谢谢。"
    heard = 小林.say(f"人才津贴怎么申请？人才公寓在哪里？{story}绿卡有什么用？") + 小林.say("更多")
    assert "① 人才津贴怎么申请" in heard
    assert "其余的请再发给我：“绿卡有什么用”" in heard


def test_whom_to_ask_is_said_once(小林: Talk) -> None:
    answer = 小林.say("人才日怎么报名？人才之家在哪里？") + 小林.say("更多")
    assert answer.count("想进一步了解，回复“人工”。") <= 1


def test_a_later_question_refers_to_the_last(小林: Talk) -> None:
    小林.play("""
        人 人才津贴怎么申请？人才公寓在哪里？
        人 租金呢
        机 租金
        人 人才公寓在哪里？人才津贴怎么申请？
        人 那材料呢
        机 申请材料清单资料没有写明
        机不 公寓
    """)


def test_facts_told_with_the_first_count_for_the_second(小林: Talk) -> None:
    小林.play("""
        人 我是副高，能领津贴吗？能住公寓吗？
        机 ①…按您说的（副高级职称），对得上…② 能住公寓吗…最后问您…您的最高学历是
    """)


def test_what_is_told_after_a_question_belongs_to_it(小林: Talk) -> None:
    小林.play("""
        人 能领津贴吗，我是副高。还有人才公寓在哪里
        机 ① 能领津贴吗，我是副高…对得上…② 人才公寓在哪里
    """)


def test_in_the_middle_of_something_both_are_answered(小林: Talk) -> None:
    小林.play("""
        人 我能领津贴吗
        机 1.
        人 人才公寓在哪里？人才日是哪天？
        机 ① 人才公寓在哪里…② 人才日是哪天…接着刚才的
    """)
