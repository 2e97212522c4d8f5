"""Which phrasings are worth a closer look."""

from __future__ import annotations

import math

import pytest

from knowledge.entry import Words
from knowledge.reading import Reader
from knowledge.recall import Channel, Phrasings, Recall


def made(*entries: tuple[str, ...]) -> tuple[Reader, Phrasings, Recall]:
    reader = Reader(Words())
    reader.weigh(entries)
    phrasings = Phrasings(reader, entries)
    canonical = [reader.fold.canonical(said) for said in phrasings.said]
    return reader, phrasings, Recall(canonical, [reader.sound(each) for each in canonical])


def test_phrasings_know_their_entry_and_are_read_when_wanted() -> None:
    _, phrasings, _ = made(("公寓房租", "公寓租金"), ("补贴材料",))
    assert phrasings.said == ["公寓房租", "公寓租金", "补贴材料"]
    assert (list(phrasings.owner), list(phrasings.of(0)), list(phrasings.of(1))) == ([0, 0, 1], [0, 1], [2])
    assert phrasings.reading(2).said == "补贴材料"


def test_the_cosine_is_that_of_the_shared_tokens() -> None:
    """Tokens 公 寓 公寓 | 公 园 公园: one of three is shared, in both of two phrasings."""
    reader, _, recall = made(("公寓",), ("公园",))
    common, rare = math.log(2) ** 2, math.log(3) ** 2
    found = recall.ask(reader.read("公寓")).similar
    assert found[0] == (pytest.approx(1.0), pytest.approx(1.0), 0)
    assert len(found) == 1 or found[1][0] == pytest.approx(common / (common + 2 * rare))


def test_homophones_are_found_by_their_sound() -> None:
    reader, _, recall = made(("星期心情",), ("公园门票",))
    asked = recall.ask(reader.read("欣奇兴勤"))
    assert [number for _, _, number in asked.similar] == [0]
    assert asked.similar[0][1] == 0
    assert asked.sound(0) == asked.spoken[0] == pytest.approx(1.0)


def test_the_order_of_entries_does_not_change_what_is_alike() -> None:
    first = made(("公寓房租多少",), ("公寓地址",), ("补贴材料",))
    other = made(("补贴材料",), ("公寓地址",), ("公寓房租多少",))
    for said in ("公寓多少", "gongyu fangzu", "材料"):
        values = [
            sorted(value for value, _, _ in recall.ask(reader.read(said)).similar)
            for reader, _, recall in (first, other)
        ]
        assert values[0] == values[1]


def test_nothing_is_alike_in_nothing() -> None:
    reader, _, recall = made()
    assert recall.ask(reader.read("公寓")).similar == []
    reader, _, recall = made(("公寓",))
    assert recall.ask(reader.read("xyz")).similar == []


def test_more_texts_than_are_taken_in_at_once_come_out_the_same() -> None:
    """A step of the build must not lose or mix the rows of another."""
    said = [f"公寓{chr(0x4E00 + n % 97)}{chr(0x5E00 + n)}" for n in range(9000)]
    recall = Recall(said, [""] * len(said))
    reader = Reader(Words())
    calls: list[int] = []
    Recall(said, [""] * len(said), lambda: calls.append(1))
    assert len(calls) > 6
    for number in (0, 4095, 4096, 8191, 8192, 8999):
        similarity, _, found = recall.ask(reader.read(said[number])).similar[0]
        assert (found, similarity) == (number, pytest.approx(1.0)), said[number]


def test_common_tokens_left_for_the_end_change_no_cosine(monkeypatch: pytest.MonkeyPatch) -> None:
    reader, _, recall = made(*[(f"公寓租金{chr(0x4E00 + n)}{chr(0x4E01 + n)}",) for n in range(300)])
    heard = reader.read("公寓租金丁七租金")
    whole = recall.ask(heard).similar
    monkeypatch.setattr("knowledge.recall._WALKED", 10)
    assert recall.ask(heard).similar[:5] == whole[:5]


def test_the_cosines_with_each_phrasing_are_those_of_the_similar_ones(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("knowledge.recall._WALKED", 5)
    reader, _, recall = made(*[(f"公寓租金{chr(0x4E00 + n)}",) for n in range(50)])
    asked = recall.ask(reader.read("公寓租金丁"))
    for _, chars, number in asked.similar:
        assert asked.written[number] == pytest.approx(chars) == pytest.approx(asked.chars(number))
        assert asked.spoken[number] == pytest.approx(asked.sound(number))
    assert asked.written.argmax() == asked.similar[0][2]


def test_a_channel_takes_any_tokens() -> None:
    words = Channel([frozenset(("公寓", "租金")), frozenset(("公寓",)), frozenset()])
    common, rare = math.log(1 + 3 / 2) ** 2, math.log(1 + 3) ** 2
    shared = math.sqrt(common / (common + rare))
    assert words.of(frozenset(("公寓",))).tolist() == pytest.approx([shared, 1.0, 0.0])
    assert words.of(frozenset(("别的",))).tolist() == [0.0, 0.0, 0.0]
