from __future__ import annotations

from dataclasses import replace

from conftest import library
from knowledge.entry import Candidate
from knowledge.suggest import Evidence, Knowledge, Suggestion, suggestions

KNOWN = Knowledge(library().entry, library().canonical, library().search, library().names)


def tap(text: str, who: str = "a", entry: str = "apartment.rent") -> Evidence:
    return Evidence(text, entry, who)


def proposed(*evidence: Evidence, done: frozenset[tuple[str, str]] = frozenset(), least: int = 2) -> list[Suggestion]:
    return suggestions(evidence, KNOWN, lambda entry, form: (entry, form) in done, least)[0]


def test_two_people_who_meant_the_same() -> None:
    (found,) = proposed(tap("公寓一个月交好多", "a"), tap("公寓一个月交好多？", "b"))
    assert (found.entry.id, found.alias, found.people, found.times) == ("apartment.rent", "公寓一个月交好多", 2, 2)


def test_one_person_twice_is_not_enough() -> None:
    assert proposed(tap("公寓一个月交好多", "a"), tap("公寓一个月交好多", "a")) == []


def test_no_more_than_somebody_reads_are_looked_into() -> None:
    looked: list[str] = []

    def search(said: str) -> list[Candidate]:
        looked.append(said)
        return library().search(said)

    asked = ["公寓一个月交好多", "谁能申请住进去", "钥匙找哪个拿", "坏了灯泡喊哪位修"]
    taps = [tap(text, who) for text in asked for who in "ab"]
    some, left = suggestions(taps, replace(KNOWN, search=search), lambda *_: False, most=2)
    assert (len(some), left, len(looked)) == (2, 2, 2)


def test_numbers_in_groups_are_left_out_and_universities_are_not() -> None:
    for text in ("公寓打138，1234，5678", "公寓138、1234、5678", "公寓找138 1234 5678"):
        assert proposed(tap(text, "a"), tap(text, "b")) == []
    assert proposed(tap("985、211来租公寓", "a"), tap("985、211来租公寓", "b"))


def test_what_the_entry_has_already_is_not_proposed() -> None:
    asked = library().entry("apartment.rent").question
    assert proposed(tap(asked, "a"), tap(asked, "b")) == []


def test_what_was_decided_does_not_come_back() -> None:
    form = library().canonical("公寓一个月交好多")
    assert (
        proposed(
            tap("公寓一个月交好多", "a"), tap("公寓一个月交好多呢", "b"), done=frozenset({("apartment.rent", form)})
        )
        == []
    )


def test_numbers_grunts_stories_and_lost_entries_are_left_out() -> None:
    for text in ("公寓我的电话138****5678", "公寓13812345678", "嗯", "公寓" * 30):
        assert proposed(tap(text, "a"), tap(text, "b")) == []
    assert proposed(tap("公寓一个月交好多", "a", "gone.entry"), tap("公寓一个月交好多", "b", "gone.entry")) == []


def test_it_warns_of_another_entrys_wording() -> None:
    (found,) = proposed(tap("人才公寓在哪里", "a"), tap("人才公寓在哪里", "b"))
    assert "apartment.where" in found.warnings[0]


def test_it_warns_when_another_confusable_thing_is_named() -> None:
    (found,) = proposed(tap("公租房租金多少", "a"), tap("公租房租金多少", "b"))
    assert any("容易混淆" in warning for warning in found.warnings)


def test_the_order_of_asking_does_not_matter() -> None:
    evidence = [
        tap("公寓一个月交好多", "a"),
        tap("公寓每个月交好多", "b"),
        tap("绿卡啥时候能拿到手", "c", "card.issued"),
    ]
    evidence += [tap("绿卡啥时候能拿到手呀", "d", "card.issued")]
    assert proposed(*evidence) == proposed(*evidence[::-1])
