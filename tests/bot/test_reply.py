"""Cutting long texts, and carrying replies through the database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.reply import Article, Silence, Text, dump, fit, parse, untied


def test_short_text_stays_whole() -> None:
    assert fit("好的。", 600, 1800) == ("好的。", "")


def test_the_cut_falls_behind_a_sentence() -> None:
    head, rest = fit("第一句话说完了。第二句话也说完了。第三句", 18, 1800)
    assert (head, rest) == ("第一句话说完了。第二句话也说完了。", "第三句")


def test_without_sentences_it_falls_behind_a_comma_or_anywhere() -> None:
    assert fit("一二三四五，六七八九十", 8, 1800)[0] == "一二三四五，"
    assert fit("一" * 20, 8, 1800)[0] == "一" * 8


def test_bytes_count_too() -> None:
    head, rest = fit("汉" * 700, 600, 900)
    assert len(head.encode()) <= 900
    assert head + rest == "汉" * 700


@pytest.mark.parametrize(
    "link", ["https://www.zyhc.gov.cn/rcfw/abcdefg", '<a href="https://www.zyhc.gov.cn">区政府网站</a>']
)
def test_a_link_is_never_cut(link: str) -> None:
    text = "说明，" * 5 + link + "，" + "后文" * 30
    for room in range(12, 80):
        head, rest = fit(text, room, 1800)
        assert (link in head) or (link in rest), (room, head)


@given(st.text(max_size=300), st.integers(20, 100), st.integers(80, 300))
def test_nothing_is_lost_and_nothing_is_too_long(text: str, characters: int, size: int) -> None:
    head, rest = fit(text, characters, size)
    assert len(head) <= characters
    assert len(head.encode("utf-8", "surrogatepass")) <= size
    assert "".join((head + rest).split()) == "".join(text.split())


@pytest.mark.parametrize("reply", [Text("好\n的"), Article("题", "述", "https://a.cn/", ""), Silence()])
def test_a_reply_survives_the_database(reply: Text | Article | Silence) -> None:
    assert parse(dump(reply)) == reply


def test_a_page_gets_links_as_what_they_are() -> None:
    tied = '看<a href="https://a.cn/?x=1&amp;y=2" data-x="1">办事指南</a>'
    text = f'{tied}\n或 https://b.cn/c，点<a href="weixin://menu?id=1">这里</a>'
    assert untied(text) == (
        "看办事指南\n或 https://b.cn/c，点这里",
        (("办事指南", "https://a.cn/?x=1&y=2"), ("https://b.cn/c", "https://b.cn/c")),
    )
