"""Finding what people mean: typos, scripts, politeness, pinyin, stories, other questions."""

from __future__ import annotations

import dataclasses

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from knowledge import weights
from knowledge.entry import Content
from knowledge.features import FEATURES
from knowledge.index import Index


@pytest.mark.parametrize(
    ("said", "wanted"),
    [
        ("人才津貼怎麼申請", "subsidy.how"),
        ("人才补柱多少钱", "subsidy.amount"),
        ("人材补助有好多钱", "subsidy.amount"),
        ("rencaibuzhu多少钱", "subsidy.amount"),
        ("你好请问一下青年公寓的房租大概是多少呀谢谢", "flat.fee"),
        ("青年公 寓，在 哪 里", "flat.where"),
        ("ｑｉｎｇｎｉａｎ公寓房租", "flat.fee"),
        ("我是去年从外地来的，在这边一家企业上班，老婆也想过来，请问她可以和我一起住公寓吗", "flat.spouse"),
        ("办津贴需要带什么东西", "subsidy.materials"),
        ("人才小站干嘛的", "station.what"),
        ("人才小屋有啥用处", "home.what"),
        ("小娃读书人才卡管不管", "card.child"),
        ("公寓在哪块嘛", "flat.where"),
    ],
)
def test_the_meant_entry_comes_first(index: Index, said: str, wanted: str) -> None:
    ranked = index.search(said)
    assert ranked[0].entry.id == wanted, [(c.entry.id, round(c.score, 2)) for c in ranked]
    assert "像“" in ranked[0].why or ranked[0].score == 1.0


def test_every_phrasing_finds_its_own_entry(content: Content, index: Index) -> None:
    for entry in content.entries:
        for said in (entry.question, *entry.aliases):
            best = index.search(f"请问{said}谢谢")[0]
            assert (best.entry.id, best.score) == (entry.id, 1.0), said


def test_an_exact_hit_is_alone(index: Index) -> None:
    found = index.search("演示区青年公寓的租金？")
    assert [(c.entry.id, c.score) for c in found] == [("flat.fee", 1.0)]
    assert found[0].why == "与“青年公寓租金”说的是同一句"


@pytest.mark.parametrize("said", ["", "   ", "？？？", "\x00", "😀😀", "𠮷𠮷𠮷"])
def test_nothing_is_found_for_nothing(index: Index, said: str) -> None:
    assert all(candidate.score < 0.2 for candidate in index.search(said))


@pytest.mark.parametrize(
    "said", ["今天天气怎么样", "明天食堂吃什么", "帮我写一首诗", "股票为什么跌了", "哪里有公共厕所"]
)
def test_strangers_score_low(index: Index, said: str) -> None:
    assert all(candidate.score < 0.5 for candidate in index.search(said))


def test_another_aspect_of_the_thing_is_no_match(index: Index) -> None:
    """Nothing in the content says when the flats open."""
    assert index.search("青年公寓什么时候开始入住")[0].score < 0.8


def test_the_topic_tips_a_near_tie(index: Index) -> None:
    plain = {c.entry.id: c.score for c in index.search("入住条件")}
    tipped = {c.entry.id: c.score for c in index.search("入住条件", topic="flat")}
    assert tipped["flat.who"] > plain["flat.who"]


def test_confusable_names_are_noticed(index: Index) -> None:
    by_id = {c.entry.id: c for c in index.search("人才小站做什么用")}
    assert not by_id["station.what"].crosses
    assert not by_id["station.what"].unsettled
    assert by_id["home.what"].crosses
    neither = {c.entry.id: c for c in index.search("人才的那个屋是做什么的")}
    assert neither["home.what"].unsettled == {(0, 1)}


def test_the_limit_holds(index: Index) -> None:
    assert len(index.search("人才补助", limit=2)) <= 2


def test_the_same_content_ranks_the_same(content: Content, index: Index) -> None:
    """Sets are walked in another order in every process: sums of weights must not depend on it."""
    again = Index(dataclasses.replace(content))
    for said in ("人才补助要什么材料", "公寓和小站在哪", "rencai补贴"):
        assert index.search(said) == again.search(said)
    for weight in index._recall.chars._weights.tolist():
        assert weight == int(weight * 2**24) / 2**24


def test_outside(index: Index) -> None:
    found = index.outside("我的社保断了", ())
    assert found is not None
    assert found.whose == "社保局"
    assert index.outside("人才的社保怎么交", ()) is None
    assert index.outside("青年公寓房租", ()) is None


def test_an_empty_content_finds_nothing(content: Content) -> None:
    empty = Index(dataclasses.replace(content, entries=()))
    assert empty.search("人才补助") == []


def test_each_feature_has_its_weight() -> None:
    assert len(weights.OF) == len(FEATURES)
    assert len(set(FEATURES)) == len(FEATURES)


@settings(max_examples=200, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(said=st.text(max_size=300) | st.text("人才补助公寓小站屋怎么多少钱abcxyz,。 123", max_size=60))
def test_no_text_breaks_the_search(index: Index, said: str) -> None:
    ranked = index.search(said)
    scores = [candidate.score for candidate in ranked]
    assert scores == sorted(scores, reverse=True)
    assert all(0 <= score <= 1 for score in scores)
    assert len({candidate.entry.id for candidate in ranked}) == len(ranked)


def test_a_word_of_another_office_that_an_entry_is_about_is_ours(content: Content) -> None:
    """人 社保断了怎么办 … when the content itself answers that, it is not sent away."""
    other = Index(content)
    assert other.outside("我的社保断了", other.search("我的社保断了")) is not None
    entry = dataclasses.replace(content.entries[0], id="own.social", question="社保断了怎么办", aliases=())
    own = Index(dataclasses.replace(content, entries=(*content.entries, entry)))
    assert own.outside("我的社保断了", own.search("我的社保断了")) is None
