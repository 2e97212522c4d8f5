"""One spelling for what people write."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import text
from knowledge.entry import Content, Words
from knowledge.pinyin import fuzzy, sounds
from knowledge.text import Fold, Table, digits, normalise, plain


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("人才津貼怎麼申請", "人才津贴怎么申请"),
        ("ＡＰＰ１２３", "app123"),
        ("  你\u200b好\x00 \t", "你 好"),
        ("㈱", "(株)"),
        ("", ""),
    ],
)
def test_normalise(written: str, read: str) -> None:
    assert normalise(written) == read


def test_a_long_story_is_cut() -> None:
    assert len(normalise("长" * 5000)) == text.LONGEST
    assert len(normalise("㍿" * 5000)) == text.LONGEST


@pytest.mark.parametrize(
    ("said", "counted"),
    [
        ("三个月", "3个月"),
        ("二零二三年", "2023年"),
        ("二十五岁", "25岁"),
        ("两万元", "2万元"),
        ("一站式服务", "一站式服务"),
        ("十四五规划", "十四五规划"),
        ("一二三四五体系", "12345体系"),
    ],
)
def test_numbers_that_count(said: str, counted: str) -> None:
    assert digits(said) == counted


SAME = [
    ("请问一下人才补助怎么申请呢？谢谢", "人才補貼如何申請"),
    ("演示区的人才津贴有哪些条件", "人才补助 要求 是什么呀"),
    ("我想问问青年公寓在哪儿", "青年公寓在哪里？"),
    ("小孩上学", "子女就学"),
    ("补助要三个月吗", "补助需要3个月"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_one_meaning_one_form(content: Content, one: str, other: str) -> None:
    fold = Fold(content.words)
    assert _letters(fold.canonical(one)) == _letters(fold.canonical(other))


def _letters(canonical: str) -> set[str]:
    """Word order and 是/什么 vary between the pairs; what is left of the words does not."""
    return set(canonical) - set("是什么有")


def test_what_a_filler_word_hides_in_stays_whole(content: Content) -> None:
    fold = Fold(content.words)
    assert fold.canonical("信息化人才") == "信息化人才"
    assert fold.canonical("了解目的") == "了解目的"


def test_nothing_but_politeness_is_still_something(content: Content) -> None:
    assert Fold(content.words).canonical("你好呀") == "你好呀"
    assert Fold(content.words).canonical("？！") == ""


SAID = "请问 演示区 补助 补贴 津贴 公寓 怎么 如何 的 了 吗 你好 三个 十 我想 问 一下 什么 哪里 子女 小孩 ， ？ a 1"


@given(st.lists(st.sampled_from(SAID.split()), max_size=12).map("".join) | st.text(max_size=40))
def test_canonical_is_idempotent(said: str) -> None:
    once = _FOLD.canonical(said)
    assert _FOLD.canonical(once) == once
    assert bool(once) == bool(plain(said))


_FOLD = Fold(Words(regions=("演示区",), synonyms=(("补助", "补贴", "津贴"), ("公寓", "住房"), ("子女", "小孩"))))


@given(st.text(max_size=300))
def test_normalise_is_idempotent_and_capped(said: str) -> None:
    once = normalise(said)
    assert normalise(once) == once
    assert len(once) <= text.LONGEST


@pytest.mark.parametrize(
    ("one", "other"),
    [("四", "是"), ("能", "冷"), ("人", "冷"), ("湖", "福"), ("心", "星"), ("风", "分"), ("上", "山"), ("女", "律")],
)
def test_sounds_that_people_confuse(one: str, other: str) -> None:
    assert sounds().of(one) == sounds().of(other)


def test_pinyin_sounds_like_its_characters() -> None:
    assert sounds().of("shebao") == sounds().of("社保")
    assert sounds().of("rencai津贴") == sounds().of("人才津贴")
    assert sounds().split("xian") == ["xian"]
    assert sounds().split("gongyu") == ["gong", "yu"]
    assert sounds().split("wifi") == []
    assert sounds().of("wifi") == ""


@pytest.mark.parametrize(
    ("syllable", "folded"),
    [("zhang", "zan"), ("shi", "si"), ("neng", "len"), ("re", "le"), ("huang", "fan"), ("hui", "fi"), ("ling", "lin")],
)
def test_fuzzy(syllable: str, folded: str) -> None:
    assert fuzzy(syllable) == folded


def test_a_table_takes_the_longest() -> None:
    table = text.Table([("人才", "1"), ("人才公寓", "2"), ("公寓", "3")])
    assert table.replace("人才公寓和人才") == "2和1"
    assert table.spot("人才公寓和人才") == ["2", "1"]
    assert table.find("人才公寓") == ["2", "1", "3"]


def test_a_table_takes_words_as_they_are() -> None:
    table = text.Table([("c++", "1"), ("c", "2"), ("(一)", "3"), ("", "4")])
    assert table.replace("c++和c.(一)") == "1和2.3"
    assert table.find("c++") == ["1", "2"]
    empty = text.Table([])
    assert empty.replace("人才") == "人才"
    assert empty.spot("人才") == empty.find("人才") == []


def test_latin_words_stand_alone() -> None:
    """“app” means the programme, and nothing in happy or application."""
    table = Table([("app", "小程序"), ("phd", "博士"), ("5g", "网")])
    assert table.replace("有app吗") == "有小程序吗"
    assert table.replace("happy application") == "happy application"
    assert table.replace("我是phd，用5g") == "我是博士，用网"
    assert table.spot("happy的app") == ["小程序"]
