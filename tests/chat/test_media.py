from __future__ import annotations

import pytest

from talk import Talk


def test_voice_without_words(小林: Talk) -> None:
    小林.play("""
        人 [voice]
        机 打几个字…人工…热线
    """)


def test_voice_with_words_is_answered_and_repeated(小林: Talk) -> None:
    小林.play("""
        人 [voice 人才公寓在哪里？]
        机 我听到的是：“人才公寓在哪里？”…地址
    """)


def test_commands_may_be_spoken(小林: Talk) -> None:
    小林.play("""
        人 我能领津贴吗
        人 [voice 副高。]
        机 对得上
        人 我能住人才公寓吗
        人 [voice 取消。]
        机 放下了
    """)


def test_pictures_without_a_ticket_are_declined(小林: Talk) -> None:
    小林.play("""
        人 [image]
        机 看不懂…人工
        人 [video]
        机 看不懂
    """)


def test_a_picture_goes_to_the_open_ticket_when_they_say_so(小林: Talk) -> None:
    for said in ("人工", "想问落户", "无", "不留"):
        小林.say(said)
    小林.play("""
        人 [image]
        机 附到工单 T20261123-0001（想问落户）
        人 好
        机 已经附到
        人 [image]
        人 不用
        机 不附
    """)


def test_which_of_two(小林: Talk) -> None:
    for subject in ("想问落户", "想问编制"):
        for said in ("人工", subject, "无", "不留"):
            小林.say(said)
    小林.play("""
        人 [image]
        机 1. T20261123-0002…2. T20261123-0001
        人 2
        机 已经附到工单 T20261123-0001
        人 [image]
        人 都不是
        机 不附
    """)


def test_a_picture_in_a_check_of_conditions(小林: Talk) -> None:
    小林.play("""
        人 我能领津贴吗
        人 [image]
        机 看不懂…接着刚才的…职称
        人 副高
        机 对得上
    """)


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("[link 一篇文章]", "打不开"),
        ("[card]", "打不开"),
        ("[other]", "看不到内容"),
        ("【收到不支持的消息类型，暂无法显示】", "看不到内容"),
        ("[Unsupported Message]", "看不到内容"),
    ],
)
def test_other_kinds_get_a_kind_answer(小林: Talk, said: str, heard: str) -> None:
    assert heard in 小林.say(said)
