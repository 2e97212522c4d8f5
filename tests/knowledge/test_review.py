"""What loads and yet is wrong: phrasings that lead astray, stale sources, texts that WeChat would cut."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.alike import ALIKE, pairs
from knowledge.entry import Content, Fault
from knowledge.folder import snapshot
from knowledge.index import Index
from knowledge.loader import parse
from knowledge.review import Review, Shown, review

UNITS = ("organization", "housing", "hr")
TODAY = date(2026, 11, 23)
FLAT, SUBSIDY = "faq/flat.yaml", "faq/subsidy.yaml"


def read(folder: Path, *shown: Shown, folded_at: int = 1800) -> Review:
    taken = snapshot(folder)
    return review(parse(taken, UNITS), taken.files, TODAY, shown, folded_at)


def swap(folder: Path, name: str, old: str, new: str) -> int:
    """Replaces the first `old` and returns the line it stood on."""
    path = folder / name
    before = path.read_text(encoding="utf-8")
    assert old in before
    path.write_text(before.replace(old, new, 1), encoding="utf-8")
    return before[: before.index(old)].count("\n") + 1


def only(faults: tuple[Fault, ...]) -> Fault:
    assert len(faults) == 1, list(map(str, faults))
    return faults[0]


def test_good_content_has_nothing_to_tell(folder: Path) -> None:
    assert read(folder) == Review((), ())


def test_a_phrasing_that_finds_another_entry_first_is_a_fault(folder: Path) -> None:
    winner = swap(folder, FLAT, "公寓收费吗", "听说住房租金多少钱")
    line = swap(folder, SUBSIDY, "人才补助的金额", "公寓租金多少钱")
    taken = snapshot(folder)
    found = read(folder)
    fault = only(found.faults)
    assert (fault.file, fault.line, fault.field) == (SUBSIDY, line, "aliases")
    assert f"先找到的是 flat.fee（{FLAT}:{winner}“听说住房租金多少钱”），不是 subsidy.amount" in fault.problem
    first = Index(parse(taken, UNITS)).search("公寓租金多少钱")[0]
    assert first.entry.id == "flat.fee"


def test_the_word_that_makes_two_phrasings_one_is_named(folder: Path) -> None:
    swap(folder, FLAT, "公寓收费吗", "住房租金")
    swap(folder, SUBSIDY, "人才补助的金额", "公寓租金")
    line = swap(folder, "words.yaml", "[公寓, 住房, 房子]", "[公寓, 住房, 房子]")
    found = read(folder)
    assert f"词表里去掉同义词“住房”（words.yaml:{line}）" in only(found.faults).cure
    warning = only(found.warnings)
    assert (warning.file, warning.line, warning.field) == ("words.yaml", line, "synonyms")
    assert "flat.fee（faq/flat.yaml:13）和 subsidy.amount（faq/subsidy.yaml:26）" in warning.problem


def test_a_filler_that_makes_two_phrasings_one_is_named(folder: Path) -> None:
    swap(folder, FLAT, "公寓收费吗", "演示租金")
    swap(folder, SUBSIDY, "人才补助的金额", "听说租金")
    warnings = read(folder).warnings
    assert {(w.field, w.line) for w in warnings if "变成同一句" in w.problem} == {("fillers", 3), ("regions", 4)}


def test_without_a_word_to_blame_the_phrasing_is_to_be_changed(folder: Path) -> None:
    swap(folder, FLAT, "公寓收费吗", "租金怎么办理")
    swap(folder, SUBSIDY, "人才补助的金额", "租金如何办理呢")
    found = read(folder)
    assert only(found.faults).cure == "把问法写得更具体，或从其中一条删去它"
    assert found.warnings == ()


def test_a_phrasing_of_nothing_but_fillers_is_told(folder: Path) -> None:
    line = swap(folder, FLAT, "公寓收费吗", "听说演示区")
    warning = only(read(folder).warnings)
    assert (warning.file, warning.line) == (FLAT, line)
    assert "什么也不剩" in warning.problem
    assert "“听说”、“演示区”" in warning.cure


def test_a_phrasing_without_a_letter_is_told(folder: Path) -> None:
    swap(folder, FLAT, "公寓收费吗", "？？！")
    assert "里面没有字" in only(read(folder).warnings).problem


def test_words_that_blur_what_must_not_be_confused_are_named(folder: Path) -> None:
    swap(folder, "words.yaml", "[就学, 上学, 读书, 入学]", "[小站, 小屋]")
    warning = next(w for w in read(folder).warnings if "易混词" in w.problem)
    assert (warning.file, warning.line, warning.field) == ("words.yaml", 9, "synonyms")
    assert "“人才小站”和“人才小屋”分不开" in warning.problem


def test_entries_that_nearly_ask_the_same_are_told(folder: Path) -> None:
    first = swap(folder, FLAT, "公寓收费吗", "青年人才公寓住进去以后每个月要交多少房租")
    line = swap(folder, SUBSIDY, "人才补助的金额", "青年人才公寓住进去以后每个月得交多少房租")
    warning = only(read(folder).warnings)
    assert (warning.file, warning.line) == (SUBSIDY, line)
    assert f"flat.fee（{FLAT}:{first}）" in warning.problem


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("青年人才公寓住进去以后能不能养宠物", "青年人才公寓住进去以后能养宠物"),
        ("硕士研究生来演示区工作可以领的补助", "博士研究生来演示区工作可以领的补助"),
        ("2023年青年人才公寓住进去要交多少", "2024年青年人才公寓住进去要交多少"),
    ],
)
def test_one_character_may_make_another_question(folder: Path, one: str, other: str) -> None:
    swap(folder, FLAT, "公寓收费吗", one)
    swap(folder, SUBSIDY, "人才补助的金额", other)
    assert read(folder).warnings == ()


def test_the_same_answer_twice_on_one_thing_is_told(folder: Path) -> None:
    line = swap(folder, FLAT, "answer: 可以。", "answer: 演示大道1号")
    assert "和 flat.where（faq/flat.yaml:21）一字不差" in only(read(folder).warnings).problem
    assert only(read(folder).warnings).line == line


@pytest.mark.parametrize(
    ("expires", "problem"),
    [("2026-11-22", "已经过期"), ("2026-11-23", "还有 0 天"), ("2027-01-22", "还有 60 天"), ("2027-01-23", "")],
)
def test_a_source_that_ends_is_told_once(folder: Path, expires: str, problem: str) -> None:
    line = swap(folder, FLAT, "validity: current}", f"validity: current, expires: {expires}}}")
    warnings = read(folder).warnings
    if problem:
        assert (only(warnings).file, only(warnings).line, only(warnings).field) == (FLAT, line, "expires")
        assert problem in only(warnings).problem
    else:
        assert warnings == ()


def test_a_source_that_says_it_is_expired_is_not_told_again(folder: Path) -> None:
    swap(folder, FLAT, "validity: current}", "validity: expired, expires: 2026-01-01}")
    assert read(folder).warnings == ()


def test_a_source_of_tomorrow_is_told(folder: Path) -> None:
    swap(folder, FLAT, "as_of: 2023-05", "as_of: 2026-12")
    assert "还没有到" in only(read(folder).warnings).problem
    swap(folder, FLAT, "as_of: 2026-12", "as_of: 2026-11")
    assert read(folder).warnings == ()


@pytest.mark.parametrize(("ends", "problem"), [("2026-11-22", "不用了"), ("2026-11-23", "快到了"), ("2030-01-01", "")])
def test_an_entry_that_ends_is_told(folder: Path, ends: str, problem: str) -> None:
    line = swap(folder, FLAT, "answer: 可以。", f"ends: {ends}\n    answer: 可以。")
    warnings = read(folder).warnings
    assert [(w.line, problem in w.problem) for w in warnings] == ([(line, True)] if problem else [])


def test_a_text_is_measured_in_bytes(folder: Path) -> None:
    def shown(text: str) -> Shown:
        return Shown(FLAT, 22, "answer", text)

    line = swap(folder, FLAT, "answer: 可以。", "answer: 可以。")
    row = Shown(FLAT, line - 3, "answer", "好" * 683)
    assert (only(read(folder, row).faults).line, read(folder, row).warnings) == (line, ())
    assert "2049 字节" in only(read(folder, row).faults).problem
    long = read(folder, shown("好" * 682))
    assert long.faults == ()
    assert "2046 字节，超过一次发出的 1800 字节" in only(long.warnings).problem
    assert read(folder, shown("x" * 1800)) == Review((), ())


def test_a_phrase_that_is_too_long_is_told_with_its_line(folder: Path) -> None:
    line = swap(folder, "phrases.yaml", "    gone: ", "    gone: ")
    fault = only(read(folder, Shown("phrases.yaml", 0, "citing.gone", "好" * 700)).faults)
    assert (fault.file, fault.line, fault.field) == ("phrases.yaml", line, "citing.gone")


def test_clashes_are_those_of_the_index(content: Content) -> None:
    """The check never builds an index: what it calls found first is what the index finds first."""
    entries = list(content.entries)
    entries[3] = replace(entries[3], aliases=(*entries[3].aliases, "听说青年公寓在哪儿呢"))
    entries[5] = replace(entries[5], aliases=(*entries[5].aliases, "演示区人才的津贴要什么条件申请"))
    changed = replace(content, entries=tuple(entries))
    index = Index(changed)
    astray = {
        said
        for entry in changed.entries
        for said in (entry.question, *entry.aliases)
        if index.search(said)[0].entry.id != entry.id
    }
    told = {fault.problem.split("”")[0].removeprefix("“") for fault in review(changed, {}, TODAY).faults}
    assert told == astray
    assert astray


@settings(max_examples=40)
@given(st.lists(st.frozensets(st.sampled_from("abcdefghij"), min_size=1), min_size=2, max_size=12))
def test_alike_pairs_are_those_that_comparing_all_would_find(sets: list[frozenset[str]]) -> None:
    every = {
        (a, b) for b in range(len(sets)) for a in range(b) if len(sets[a] & sets[b]) >= ALIKE * len(sets[a] | sets[b])
    }
    assert {(a, b) for a, b, _ in pairs(sets, list(map(str, range(len(sets)))))} == every


def test_phrases_lent_by_the_product_are_told_in_one_line(folder: Path) -> None:
    for key in ("gone", "no_phone"):
        swap(folder, "phrases.yaml", f"    {key}: ", f"    old_{key}: ")
    taken = snapshot(folder)
    content = parse(taken, UNITS, {"citing.gone": (), "citing.no_phone": ()})
    found = review(content, taken.files, TODAY)
    assert found.faults == ()
    assert "没有话术 citing.gone、citing.no_phone，用的是程序自带的" in only(found.warnings).problem
