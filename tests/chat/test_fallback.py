from __future__ import annotations

from bot.deadline import Deadline
from bot.message import Message
from bot.reply import as_text
from talk import Talk


def test_nothing_but_blanks(小林: Talk) -> None:
    小林.play("""
        人 \u3000
        机 没收到文字
    """)


def test_a_number_that_answers_nothing(小林: Talk) -> None:
    小林.play("""
        人 3
        机 不知道指的是哪一项
        人 13812345678
        机 像是一个电话号码…补充
    """)


def test_english_is_declined_but_pinyin_is_not(小林: Talk) -> None:
    小林.play("""
        人 How can I apply for the talent allowance?
        机 只会中文…人工
        人 rencai jintie
        机不 只会中文
    """)


def test_a_kind_nobody_knows_yet(小林: Talk) -> None:
    message = Message(key="k1", openid="o", account="a", kind="other", sent_at=1, text="")
    assert "看不到内容" in as_text(小林.pipeline.handle(message, Deadline()).reply)


def test_very_long_gibberish_is_answered(小林: Talk) -> None:
    assert 小林.say("嘎" * 5000)
