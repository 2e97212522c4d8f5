"""What ranking knows beyond likeness: what the content's phrasings teach, near words, places, and how sure it is."""

from __future__ import annotations

import pytest

from knowledge import thesaurus, weights
from knowledge.classifier import Classifier
from knowledge.entry import Content, Entry, Source, Words
from knowledge.index import Index
from knowledge.reading import Reader
from knowledge.recall import Phrasings, Recall

SOURCE = Source("", "", "", "unknown")


def made(*entries: tuple[str, ...]) -> Index:
    some = tuple(Entry(f"e{n}", "t", said[0], said[1:], "a", SOURCE) for n, said in enumerate(entries))
    return Index(Content("", some, (), (), (), Words(), {}, ()))


def test_the_classifier_learns_which_words_tell() -> None:
    """Both entries speak of the library; only the verbs tell them apart."""
    entries = (("图书馆怎么借书", "图书馆里借书要押金吗"), ("图书馆怎么还书", "图书馆晚上还书放哪"))
    reader = Reader(Words())
    reader.weigh(entries)
    phrasings = Phrasings(reader, entries)
    bare = [reader.bare(reader.fold.canonical(said))[0] for said in phrasings.said]
    recall = Recall(bare, [reader.sound(each) for each in bare])
    classifier = Classifier(recall, [phrasings.reading(n) for n in range(4)], phrasings.owner, 2)
    heard = reader.read("图书馆的书到期了去还书")
    asked = recall.ask(heard)
    given = classifier.scores(asked.written, asked.spoken, heard)
    assert given[1] > given[0]


def test_a_place_that_tells_nothing_is_left_out() -> None:
    index = made(("驾驶证怎么换",), ("护照怎么办理",))
    assert index.reader.read("杭州驾驶证怎么换").bare == index.reader.read("驾驶证怎么换").bare
    assert index.search("杭州驾驶证怎么换")[0].entry.id == "e0"


def test_a_place_by_which_entries_differ_stays() -> None:
    index = made(("上海积分怎么查",), ("北京积分怎么查",), ("护照怎么办理",))
    assert index.search("北京的积分该去哪查")[0].entry.id == "e1"
    assert index.reader.read("北京积分").places == frozenset()


@pytest.mark.parametrize(("said", "wanted"), [("驾照丢了咋办", "e0"), ("五险断了有影响吗", "e1")])
def test_what_people_say_instead_is_known(said: str, wanted: str) -> None:
    index = made(("驾驶证遗失怎么补办",), ("社会保险中断有什么影响",), ("护照遗失怎么补办",))
    assert index.search(said)[0].entry.id == wanted


def test_a_word_of_same_stands_in_one_group() -> None:
    words = [word for group in thesaurus.SAME for word in group]
    assert sorted(word for word in set(words) if words.count(word) > 1) == []


def test_what_names_nothing_may_mean_any() -> None:
    index = made(("公寓怎么申请", "怎么申请公寓呢"), ("津贴怎么申请",), ("绿卡怎么申请",))
    assert index.reader.read("怎么申请").vague
    assert not index.reader.read("绿卡怎么申请").vague
    scores = [found.score for found in index.search("怎么办理呢")]
    assert scores[0] < 0.75


def test_probabilities_are_shares_of_one() -> None:
    assert weights.probabilities([]) == []
    for logits in ([9.0, 1.0, 0.0], [0.1, 0.0, 0.0], [-9.0], [2.0, 2.0], [700.0, -700.0]):
        scores = weights.probabilities(logits)
        assert scores == sorted(scores, reverse=True)
        assert 0 <= sum(scores) <= 1 + 1e-9 or scores[0] == scores[1]


def test_a_rival_makes_less_sure() -> None:
    assert weights.probabilities([3.0, 2.5])[0] < weights.probabilities([3.0, -2.0])[0]
