from __future__ import annotations

import pytest

from talk import Talk


@pytest.mark.parametrize(
    ("said", "heard"),
    [
        ("你好", "在呢"),
        ("您好！", "在呢"),
        ("在吗？", "在呢"),
        ("Hello", "在呢"),
        ("早上好呀", "在呢"),
        ("妳好", "在呢"),
        ("请问一下", "在呢"),
        ("我有个问题", "在呢"),
        ("谢谢", "不客气"),
        ("好的，非常感谢您的耐心解答！", "不客气"),
        ("3q", "不客气"),
        ("辛苦了", "不客气"),
        ("谢谢，没问题了，你们服务真好", "不客气"),
        ("再见", "一切顺利"),
        ("好的没事了拜拜", "一切顺利"),
        ("你真厉害", "谢谢您的肯定"),
        ("这个机器人挺好用的", "谢谢您的肯定"),
        ("你是机器人吗", "不是真人"),
        ("你是谁啊", "我是汇才通"),
        ("嗯嗯", "好的"),
        ("哈哈哈", "好的"),
        ("不知道", "好的"),
        ("[微笑]", "收到"),
        ("/::)", "收到"),
        ("😀😀", "收到"),
        ("。。。", "收到"),
    ],
)
def test_small_talk(小林: Talk, said: str, heard: str) -> None:
    assert heard in 小林.say(said)


@pytest.mark.parametrize("said", ["你这个破机器人", "滚", "傻逼玩意", "什么破机器人，答非所问！"])
def test_rude_words_are_answered_calmly(小林: Talk, said: str) -> None:
    answer = 小林.say(said)
    assert "抱歉" in answer
    assert "工单" in answer


def test_a_rude_word_in_a_question_does_not_hide_it(小林: Talk) -> None:
    小林.play("""
        人 破机器人，人才津贴有多少钱
        机 没有写明…每人金额
        机不 让您不痛快
    """)


def test_the_ticket_does_not_quote_the_rude_word(小林: Talk) -> None:
    小林.play("""
        人 破机器人，人才津贴有多少钱
        人 人工
        机 人才津贴有多少钱
        机不 破机器人
    """)


def test_thanks_before_a_question_does_not_swallow_it(小林: Talk) -> None:
    小林.play("""
        人 谢谢，那人才绿卡怎么申请
        机 探索发放
    """)


def test_repeated_greetings_are_read_in_no_time(小林: Talk) -> None:
    """A regular expression of alternatives would need 2^50 steps for this."""
    assert 小林.say("你好啊" * 50 + "？！x")


@pytest.mark.parametrize("said", ["写一首诗", "帮我写首诗", "讲个笑话", "习近平是谁", "唱首歌", "给我讲个故事吧"])
def test_other_wishes_hear_what_the_bot_is_for(小林: Talk, said: str) -> None:
    小林.play(f"""
        人 {said}
        机 这个我帮不上…人才服务
        机不 工单
    """)


@pytest.mark.parametrize("said", ["asdfgh", "啊啊啊啊啊", "你们都是骗子", "垃圾"])
def test_insults_and_noise_are_no_ticket(小林: Talk, said: str) -> None:
    小林.play(f"""
        人 火星上有水果卖没有
        人 木星上有蔬菜卖没有
        人 {said}
        机不 带上您的问题
        人 转
        机不 {said}
    """)


@pytest.mark.parametrize("said", ["人才工作领导小组组长是谁", "管津贴的人是谁", "有骗子打电话说能办津贴"])
def test_questions_stay_questions(小林: Talk, said: str) -> None:
    小林.play(f"""
        人 {said}
        机不 帮不上
        机不 让您不痛快
    """)


@pytest.mark.parametrize("said", ["asdfgh", "qwertyuiop", "zxcvbnm"])
def test_the_first_nonsense_is_not_offered_a_ticket(小林: Talk, said: str) -> None:
    assert "工单" not in 小林.say(said)
    assert "没看懂" in (小林.heard or "")
