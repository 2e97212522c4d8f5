from __future__ import annotations

from conftest import library
from knowledge.likeness import grouped


def test_alike_together_and_the_most_asked_first() -> None:
    texts = ["社保卡怎么补办", "公寓有停车位吗", "社保卡如何补办呀", "公寓停车位有吗", "社保卡怎么补办", "食堂在哪里"]
    assert grouped(texts, library().canonical) == [[0, 2, 4], [3, 1], [5]]


def test_the_order_of_asking_does_not_matter() -> None:
    texts = ["社保卡怎么补办", "社保卡如何补办", "公寓有停车位吗", "公寓停车位", "食堂在哪里", "在哪里吃饭"]
    one = {frozenset(texts[place] for place in group) for group in grouped(texts, library().canonical)}
    other = {frozenset(texts[::-1][place] for place in group) for group in grouped(texts[::-1], library().canonical)}
    assert one == other


def test_nothing_and_texts_without_words() -> None:
    assert grouped([], library().canonical) == []
    assert sorted(place for group in grouped(["？？", "！", "a"], library().canonical) for place in group) == [0, 1, 2]
