"""Content as a workbook, a Word text or Markdown and back: nothing lost, nothing touched that was not changed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.entry import Content, Entry, Item, Place, Source
from knowledge.exchange import book, columns, importing, markdown, template, word
from knowledge.exchange.columns import ENTRIES
from knowledge.exchange.importing import Import
from knowledge.exchange.merge import Given
from knowledge.folder import packed, rewrite, snapshot
from knowledge.loader import glance, load, parse

UNITS = ("organization", "housing", "hr")
FLAT, SUBSIDY, ITEMS = "faq/flat.yaml", "faq/subsidy.yaml", "items/subsidy.yaml"
NASTY = (
    "=1+1",
    "+86 10000",
    "-减号",
    "@人",
    "# 井号",
    "- 列表",
    "* 星",
    "a: b",
    "“引号” 'x' \"y\"",
    "反斜线 \\ 和 \\n",
    "_x0041_ 和 _x005F_",
    "2024",
    "null",
    "yes",
    "{花括号}、[方括号], 逗号",
    "&a *b !c %d |e >f",
    "表情😀和生僻字𠮷",
    "不换行\xa0空格",
    "x #不是注释",
)


def export(file: Path, content: Content) -> None:
    rows = columns.rows(content)
    if file.suffix == ".xlsx":
        template.write(file, rows, content, UNITS, example=False)
    elif file.suffix == ".docx":
        word.write(file, rows["entries"])
    else:
        file.write_text(markdown.write(rows["entries"]), encoding="utf-8")


def plan(folder: Path, file: Path, *, remove: bool = False) -> Import:
    return importing.planned(*importing.read(file), snapshot(folder, whole=False).files, remove=remove)


def bring(folder: Path, file: Path, *, remove: bool = False) -> Import:
    """Import, as the command does it."""
    made = plan(folder, file, remove=remove)
    assert made.is_good, [each.problems for each in made.wrong]
    content = parse(packed(made.merge.files), UNITS)
    importing.unkept(made, content)
    assert made.is_good, [each.problems for each in made.wrong]
    rewrite(folder, made.merge.files)
    return made


def edit(file: Path, change: Callable[[dict[str, str]], object]) -> None:
    """Change the exported rows of the questions."""
    rows = book.rows_of(importing.read(file)[0])
    for row in rows["entries"]:
        change(row)
    content = glance({})
    template.write(file, rows, content, UNITS, example=False)


def placeless(entry: Entry) -> Entry:
    return replace(entry, line=0)


@pytest.fixture(params=["xlsx", "docx", "md"])
def file(request: pytest.FixtureRequest, tmp_path: Path) -> Path:
    return tmp_path / f"exported.{request.param}"


@pytest.fixture
def sheet(folder: Path, tmp_path: Path) -> Path:
    made = tmp_path / "exported.xlsx"
    export(made, load(folder, UNITS))
    return made


def nasty(content: Content) -> Content:
    first, *rest = content.entries
    first = replace(
        first,
        answer="\n".join(NASTY) + "\n\n  缩进的一行\n\t制表符\n末行",
        aliases=(*NASTY, "两行\n的问法", "\\"),
        unknown=NASTY,
        source=replace(first.source, quote="一\n二\n\n# 三", url="https://example.org/?a=1#b", expires="2030-01-01"),
        begins="2027-01-01",
        ends="2027-12-31",
        contact="010-12345",
    )
    return replace(content, entries=(first, *rest))


@pytest.mark.parametrize(
    ("sheet", "kind", "apart"),
    [
        (columns.ENTRIES, Entry, set()),
        (columns.ITEMS, Item, {"tiers", "basis"}),
        (columns.PLACES, Place, {"file"}),
    ],
)
def test_every_field_has_its_column(sheet: columns.Sheet, kind: type, apart: set[str]) -> None:
    names = {field.name for field in fields(kind)} - {"source", "line"} - apart
    names |= {f"source.{field.name}" for field in fields(Source)}
    assert {column.name for column in sheet.columns} == names


def test_nothing_is_lost_on_the_way_out_and_back(file: Path, content: Content) -> None:
    hard = nasty(content)
    export(file, hard)
    again = book.rows_of(importing.read(file)[0])
    assert again["entries"] == columns.rows(hard)["entries"]
    if file.suffix == ".xlsx":
        assert again == columns.rows(hard)


def test_what_was_exported_changes_nothing(folder: Path, file: Path) -> None:
    before = snapshot(folder).files
    export(file, load(folder, UNITS))
    made = bring(folder, file)
    assert made.merge.is_empty
    assert snapshot(folder).files == before


def test_lost_entries_come_back_whole(folder: Path, file: Path, content: Content) -> None:
    export(file, nasty(content))
    for path in (folder / "faq").iterdir():
        path.unlink()
    made = bring(folder, file)
    assert len(made.merge.added) == len(content.entries)
    found = {entry.id: placeless(entry) for entry in load(folder, UNITS).entries}
    assert found == {entry.id: placeless(entry) for entry in nasty(content).entries}


def test_items_and_places_come_back_whole(folder: Path, sheet: Path, content: Content) -> None:
    (folder / "places.yaml").write_text("version: 1\nplaces: []  # none\n", encoding="utf-8")
    bring(folder, sheet)
    found = load(folder, UNITS)
    assert [replace(place, line=0) for place in found.places] == [replace(place, line=0) for place in content.places]
    assert found.items == content.items


def test_an_untouched_entry_stays_to_the_byte(folder: Path, sheet: Path) -> None:
    path = folder / FLAT
    text = path.read_text(encoding="utf-8").replace(
        "  - id: flat.where", "\n  # 地址以后会变\n  - id: flat.where   # 编号\n    # 里面的话"
    )
    path.write_text(text, encoding="utf-8")
    others = {name: data for name, data in snapshot(folder).files.items() if name != FLAT}
    edit(sheet, lambda row: row.update(answer="大概300元。\n以合同为准：见第3条") if row["id"] == "flat.fee" else None)
    made = bring(folder, sheet)
    assert [names for _, names in made.merge.changed] == [["answer"]]
    expected = text.replace("answer: 简介没有写明租金。", "answer: |\n      大概300元。\n      以合同为准：见第3条")
    assert path.read_text(encoding="utf-8") == expected
    assert {name: data for name, data in snapshot(folder).files.items() if name != FLAT} == others


def test_a_changed_entry_keeps_its_other_lines(folder: Path, sheet: Path) -> None:
    path = folder / SUBSIDY
    text = path.read_text(encoding="utf-8").replace(
        "    about: subsidy\n    aspect: who", "    about: subsidy  # 补助\n    aspect: who  # 谁"
    )
    path.write_text(text, encoding="utf-8")

    def change(row: dict[str, str]) -> None:
        if row["id"] == "subsidy.who":
            row |= {"aspect": "what", "item": "", "contact": "某科", "source.quote": "", "aliases": "一\n二"}

    edit(sheet, change)
    bring(folder, sheet)
    first, last = text.index("      - 人才补助谁能领"), text.index("    answer: |")
    old = text[first:last]
    expected = (
        text.replace(old, "      - 一\n      - 二\n")
        .replace("aspect: who  # 谁", "aspect: what  # 谁")
        .replace("    item: talent_subsidy\n", "", 1)
        .replace("    source: {quote: 副高级以上职称和双一流高校硕士以上人才补助}\n", "    contact: 某科\n", 1)
    )
    assert path.read_text(encoding="utf-8") == expected


def test_an_item_keeps_what_no_table_has(folder: Path, sheet: Path, content: Content) -> None:
    rows = book.rows_of(importing.read(sheet)[0])
    rows["items"][0] |= {"fee": "不收费", "steps": "先报名\n再审核"}
    template.write(sheet, rows, glance({}), UNITS, example=False)
    bring(folder, sheet)
    item = load(folder, UNITS).items[0]
    assert item == replace(content.items[0], fee="不收费", steps=("先报名", "再审核"))
    assert item.tiers


def test_a_row_written_in_braces_is_changed_too(folder: Path, sheet: Path) -> None:
    rows = book.rows_of(importing.read(sheet)[0])
    rows["places"][1] |= {"address": "新路1号", "latitude": "unknown", "longitude": "unknown"}
    template.write(sheet, rows, glance({}), UNITS, example=False)
    before = (folder / "places.yaml").read_text(encoding="utf-8").splitlines()
    bring(folder, sheet)
    after = (folder / "places.yaml").read_text(encoding="utf-8").splitlines()
    assert [line for line in before if line not in after] == [before[4]]
    assert load(folder, UNITS).places[1].address == "新路1号"


def test_new_rows_go_to_the_file_of_their_topic(folder: Path, sheet: Path) -> None:
    rows = book.rows_of(importing.read(sheet)[0])
    fresh = {"id": "flat.pet", "topic": "flat", "question": "公寓能养猫吗", "answer": "简介没有写。"}
    rows["entries"].append(fresh)
    template.write(sheet, rows, glance({}), UNITS, example=False)
    before = (folder / FLAT).read_text(encoding="utf-8")
    bring(folder, sheet)
    after = (folder / FLAT).read_text(encoding="utf-8")
    assert after.startswith(before.rstrip("\n"))
    entry = next(entry for entry in load(folder, UNITS).entries if entry.id == "flat.pet")
    assert (entry.file, entry.source.document) == (FLAT, "演示区青年公寓简介")


def test_a_new_topic_gets_a_new_file(folder: Path, sheet: Path) -> None:
    words = folder / "words.yaml"
    words.write_text(
        words.read_text(encoding="utf-8").replace("flat: 青年公寓,", "flat: 青年公寓, tax: 税,"), encoding="utf-8"
    )
    edit(sheet, lambda row: row.update(topic="tax", file="") if row["id"].startswith("flat.") else None)
    bring(folder, sheet)
    assert {entry.topic for entry in load(folder, UNITS).entries if entry.file == "faq/tax.yaml"} == {"tax"}


def test_rows_are_removed_only_when_told(folder: Path, sheet: Path, content: Content) -> None:
    rows = book.rows_of(importing.read(sheet)[0])
    rows["entries"] = [row for row in rows["entries"] if row["id"] != "flat.spouse"]
    template.write(sheet, rows, glance({}), UNITS, example=False)
    assert plan(folder, sheet).merge.is_empty
    made = bring(folder, sheet, remove=True)
    assert [name for _, name in made.merge.removed] == ["flat.spouse"]
    assert {entry.id for entry in load(folder, UNITS).entries} == {e.id for e in content.entries} - {"flat.spouse"}
    assert len(load(folder, UNITS).items) == 1


def test_an_id_twice_is_a_problem_of_its_row(folder: Path, sheet: Path) -> None:
    rows = book.rows_of(importing.read(sheet)[0])
    rows["entries"].append(rows["entries"][0])
    template.write(sheet, rows, glance({}), UNITS, example=False)
    [wrong] = plan(folder, sheet).wrong
    assert wrong.where == "问答 第 16 行"
    assert "在问答 第 2 行已经有了" in wrong.problems[0].problem


def test_a_fault_of_the_folder_is_told_at_its_row(folder: Path, sheet: Path) -> None:
    edit(sheet, lambda row: row.update({"source.owner": "nobody", "answer": ""}) if row["id"] == "flat.fee" else None)
    made = plan(folder, sheet)
    with pytest.raises(Exception, match="nobody") as caught:
        parse(packed(made.merge.files), UNITS)
    importing.blame(made, caught.value.faults)  # type: ignore[attr-defined]
    [wrong] = made.wrong
    assert wrong.id == "flat.fee"
    assert {problem.column for problem in wrong.problems} == {"source.owner", "answer"}
    assert made.elsewhere == []


_TEXT = st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=40).map(str.strip).filter(bool)


@settings(max_examples=60)
@given(question=_TEXT, answer=_TEXT, aliases=st.lists(_TEXT, max_size=3), quote=_TEXT)
def test_any_text_stands_in_the_file_as_it_was(question: str, answer: str, aliases: list[str], quote: str) -> None:
    head = "version: 1\r\ntopic: flat\r\n" if len(question) % 2 else "version: 1\ntopic: flat\n"
    files = {FLAT: f"{head}entries:\n  - id: flat.old\n    question: 旧的\n    answer: 旧\n".encode()}
    cells = {column.name: column.blank for column in ENTRIES.columns}
    cells |= {"id": "flat.new", "topic": "flat", "question": question, "answer": answer, "source.quote": quote}
    cells |= {"aliases": columns.joined(aliases), "source.document": "演示"}
    changed = {**cells, "id": "flat.old"}
    rows = [Given(ENTRIES, dict(cells), "1"), Given(ENTRIES, changed, "2")]
    made = importing.planned(rows, [], files, remove=False)
    found = glance(made.merge.files).entries
    assert [entry.id for entry in found] == ["flat.old", "flat.new"]
    for entry in found:
        assert (entry.question, entry.answer) == (question, answer)
        assert (entry.aliases, entry.source.quote) == (tuple(aliases), quote)


def test_lists_keep_what_looks_like_a_separator() -> None:
    texts = ("a\nb", "c\\n", "\\", "d\\\\n", "e")
    assert columns.parted(columns.joined(texts)) == texts
    assert columns.parted("一\n\n  二  \n") == ("一", "二")


def test_markdown_reads_as_an_admin_would_write_it(tmp_path: Path) -> None:
    path = tmp_path / "写.md"
    path.write_text(
        "说明\n\n## flat.cat\n- 主题: flat\n* 标准问法： 能养猫吗 \n"
        "### 其他问法\n- 养狗呢\n养鸟呢\n\n### 答案\n\n可以。\n\n",
        encoding="utf-8-sig",
    )
    [row], notes = importing.read(path)
    assert notes == []
    assert (row.cells["question"], row.cells["aliases"]) == ("能养猫吗", "养狗呢\n养鸟呢")
    assert (row.cells["answer"], row.cells["aspect"], row.where) == ("可以。", "other", "第 3 行 flat.cat")


def test_a_line_nobody_understands_is_a_problem(tmp_path: Path) -> None:
    path = tmp_path / "写.md"
    path.write_text("## flat.cat\n随便写的一句\n", encoding="utf-8")
    [row], _ = importing.read(path)
    assert re.search("第 2 行看不懂", row.problems[0].problem)


@pytest.mark.parametrize("topic", ["住房", "../x", "flats"])
def test_a_topic_that_nobody_registered_is_told_at_its_cell(folder: Path, sheet: Path, topic: str) -> None:
    edit(sheet, lambda row: row.update(topic=topic, file="") if row["id"] == "flat.fee" else None)
    [given] = plan(folder, sheet).wrong
    [problem] = given.problems
    assert (given.id, problem.column) == ("flat.fee", "topic")
    assert f"没有主题“{topic}”" in problem.problem
    assert "flat（青年公寓）" in problem.cure


def test_topics_and_items_may_be_named_in_chinese(folder: Path, sheet: Path, content: Content) -> None:
    names = {"flat": "青年公寓", "subsidy": "人才补助", "service": "人才服务"}
    items = {item.id: item.name for item in content.items}
    edit(sheet, lambda row: row.update(topic=names[row["topic"]], item=items.get(row["item"], "")))
    made = plan(folder, sheet)
    assert (made.is_good, made.merge.is_empty) == (True, True)
