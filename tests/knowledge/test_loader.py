"""Broken content: every fault names the file, the line and the cure, in words an admin can follow."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge import wording, yamlfile
from knowledge.entry import UNKNOWN, Content, Fault
from knowledge.loader import Broken, load

UNITS = ("organization", "housing", "hr")

FAQ = "faq/flat.yaml"


def faults(folder: Path) -> list[Fault]:
    with pytest.raises(Broken) as caught:
        load(folder, UNITS)
    return list(caught.value.faults)


def only(folder: Path) -> Fault:
    found = faults(folder)
    assert len(found) == 1, list(map(str, found))
    return found[0]


def swap(folder: Path, name: str, old: str, new: str) -> int:
    """Replaces the first `old` and returns the line it stood on."""
    path = folder / name
    before = path.read_text(encoding="utf-8")
    assert old in before
    path.write_text(before.replace(old, new, 1), encoding="utf-8")
    return before[: before.index(old)].count("\n") + 1


def test_the_small_district_loads(content: Content) -> None:
    assert len(content.entries) == 14
    entry = next(e for e in content.entries if e.id == "subsidy.who")
    assert (entry.file, entry.line) == ("faq/subsidy.yaml", 10)
    assert entry.source.document == "演示区人才补助办法"
    assert entry.source.quote == "副高级以上职称和双一流高校硕士以上人才补助"
    assert content.items[0].tiers[0].any[1].all[1].value == "yes"
    assert content.items[0].fee == UNKNOWN
    assert content.places[0].latitude == pytest.approx(27.7312)
    assert content.places[2].latitude is None
    assert content.days[0].confirmed == {2024: "2024-09-14"}
    assert content.phrases["citing.source"] == "依据：{document}，{as_of}资料，{validity}"


def test_days_are_read(folder: Path) -> None:
    swap(folder, FAQ, "answer: 可以。", "answer: 可以。\n    begins: 2027-01-01\n    ends: 2027-01-01")
    swap(folder, FAQ, "as_of: 2023-05", "as_of: 2023-05, expires: 2028-02-29")
    entries = {entry.id: entry for entry in load(folder, UNITS).entries}
    assert (entries["flat.spouse"].begins, entries["flat.spouse"].ends) == ("2027-01-01", "2027-01-01")
    assert (entries["flat.fee"].begins, entries["flat.fee"].source.expires) == ("", "2028-02-29")


def test_a_day_without_a_known_date_needs_no_rule(folder: Path) -> None:
    swap(folder, "days.yaml", "month: 9", "date: unknown")
    for line in ("nth: 2", "weekday: 6"):
        swap(folder, "days.yaml", f"    {line}\n", "")
    day = load(folder, UNITS).days[0]
    assert (day.date, day.month, day.kind, day.remind) == (UNKNOWN, 0, "day", "7d 1d")


@pytest.mark.parametrize("said", ["02-29", "2027-11-30", "十一月底"])
def test_a_date_that_does_not_come_every_year_is_told(folder: Path, said: str) -> None:
    swap(folder, "days.yaml", "month: 9", f"date: {said}")
    assert any(fault.field == "date" and "11-30" in fault.cure for fault in faults(folder))


def test_two_days_of_one_name_are_told(folder: Path) -> None:
    path = folder / "days.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(text.rstrip() + "\n" + text[text.index("  - id: ") :].replace("talent_day", "other_day"))
    found = [fault for fault in faults(folder) if fault.field == "aliases"]
    assert found
    assert found[0].line > 0
    assert "已经是 talent_day 的叫法" in found[0].problem


def test_the_version_follows_the_bytes(folder: Path, content: Content) -> None:
    assert load(folder, UNITS).version == content.version
    swap(folder, FAQ, "演示大道1号", "演示大道2号")
    assert load(folder, UNITS).version != content.version


@pytest.mark.parametrize(
    ("name", "old", "new", "field", "problem", "cure"),
    [
        (FAQ, "    answer: 可以。\n", "", "answer", "缺少这一栏", "请补上 answer:"),
        (FAQ, "answer: 可以。", "answer:", "answer", "这一栏是空的", "请在 answer: 后面"),
        (FAQ, "answer: 可以。", "answer: [可以]", "answer", "这里应是一段文字", "去掉下面的列表"),
        (FAQ, "answer: 可以。", "answer: " + "好" * 561, "answer", "561 个字，超过了 560", "删短"),
        (FAQ, "answer: 可以。", "anwser: 可以。", "anwser", "不认识这一栏", "是不是想写 answer？"),
        (FAQ, "aspect: fee", "aspect: price", "aspect", "不认识“price”", "只能写：what、who、amount"),
        (FAQ, "aspect: fee", "aspect: fee\n    aspect: who", "aspect", "写了两次", "删去其中一个"),
        (
            FAQ,
            "aliases: [青年公寓的地址, 公寓怎么走, 青年公寓位置在哪块]",
            "aliases: 公寓地址",
            "aliases",
            "应是一个列表",
            "- 内容",
        ),
        (FAQ, "unknown: [租金]", "unknown: [{a: b}]", "unknown", "列表里应是文字", "- 文字"),
        (FAQ, "id: flat.fee", "id: 公寓", "id", "不能作编号", "小写英文字母"),
        (FAQ, "topic: flat", "topic: flats", "topic", "没有主题 flats", "subsidy"),
        (FAQ, "version: 1", "version: 2", "version", "不认识这个版本", "version: 1"),
        (FAQ, "owner: housing", "owner: nobody", "owner", "没有成员单位 nobody", "housing"),
        (FAQ, "validity: current", "validity: maybe", "validity", "不认识“maybe”", "current、historical"),
        (FAQ, "as_of: 2023-05", "as_of: 去年", "as_of", "不是日期", "2022-12-31"),
        (FAQ, "as_of: 2023-05", "as_of: 2023-13", "as_of", "不是日期", "2022-12-31"),
        (FAQ, "as_of: 2023-05", "as_of: ２０２３", "as_of", "不是日期", "2022-12-31"),
        (FAQ, "as_of: 2023-05", "as_of: 2023-05, expires: 明年", "expires", "不是日期", "2027-12-31"),
        (FAQ, "answer: 可以。", "answer: 可以。\n    begins: 2027-02-30", "begins", "不是日期", "2027-12-31"),
        (FAQ, "answer: 可以。", "answer: 可以。\n    ends: 20270228", "ends", "不是日期", "2027-12-31"),
        (
            FAQ,
            "answer: 可以。",
            "answer: 可以。\n    begins: 2027-03-01\n    ends: 2027-02-28",
            "ends",
            "却从 2027-03-01 才开始",
            "核对一遍",
        ),
        ("faq/subsidy.yaml", "item: talent_subsidy", "item: no_item", "item", "没有事项 no_item", "items/"),
        (
            "items/subsidy.yaml",
            "modes: [online",
            "registers: no_item\n    modes: [online",
            "registers",
            "没有事项 no_item",
            "items/",
        ),
        (
            "faq/subsidy.yaml",
            "related: [subsidy.amount",
            "related: [subsidy.gone",
            "related",
            "没有问答 subsidy.gone",
            "faq/",
        ),
        ("items/subsidy.yaml", "status: open", "status: opened", "status", "不认识“opened”", "open、planned"),
        ("items/subsidy.yaml", "modes: [online", "modes: [phone", "modes", "不认识“phone”", "online、full_agency"),
        ("items/subsidy.yaml", "fact: title", "fact: age", "fact", "不认识“age”", "degree、title"),
        ("items/subsidy.yaml", "at_least: master", "at_least: phd", "at_least", "不认识“phd”", "bachelor、master"),
        ("items/subsidy.yaml", 'is: "yes"', 'at_least: "yes"', "at_least", "没有高低之分", "改成 is"),
        (
            "items/subsidy.yaml",
            "department: organization",
            "department: nobody",
            "department",
            "没有成员单位",
            "organization",
        ),
        ("places.yaml", "latitude: 27.7312", "latitude: 277", "latitude", "“277”不是经纬度", "-90 到 90"),
        ("places.yaml", ", longitude: 106.9401", "", "latitude", "经纬度只写了一个", "两个都写"),
        ("places.yaml", "demo: true", "demo: 真", "demo", "不认识“真”", "true、false"),
        ("days.yaml", "month: 9", "month: 13", "month", "“13”不对", "1 到 12"),
        ("days.yaml", "month: 9", "month: " + "9" * 5000, "month", "不对", "1 到 12"),
        ("days.yaml", "month: 9", "month: 9\n    date: 09-14", "month", "已经写了 date", "只留一种"),
        ("days.yaml", "weekday: 6", "weekday: 6\n    kind: feast", "kind", "不认识“feast”", "day、deadline、call"),
        ("days.yaml", "weekday: 6", "weekday: 6\n    remind: 三天", "remind", "看不懂“三天”", "7d 1d 2h"),
        ("days.yaml", "2024: 2024-09-14", "2024: 2024-09-31", "2024", "不是 2024 年的日期", "2024-06-21"),
        ("words.yaml", "generic: [人才, 服务]", "synonym: []", "synonym", "不认识这一栏", "是不是想写 synonyms？"),
        ("words.yaml", "[就学, 上学, 读书, 入学]", "[就学, 孩子]", "synonyms", "在两组同义词里", "只留在一组"),
        ("words.yaml", "[就学, 上学, 读书, 入学]", "[就学]", "synonyms", "至少要有两个词", "补上另一个词"),
        ("words.yaml", "[人才小站, 人才小屋]", "[补助, 津贴]", "confusable", "又写成了同义词", "只能选一种"),
        ("words.yaml", "words: [社保, 养老保险, 医保卡]", "words: []", "words", "缺少这一栏", "认出这件事"),
        ("exam.yaml", "expect: flat.fee", "expect: flat.gone", "expect", "没有问答 flat.gone", "outside"),
        ("phrases.yaml", "{as_of}", "{as_of.__class__}", "source", "不能用", "只写名称"),
        ("phrases.yaml", "{as_of}", "{as_of:>999999999}", "source", "不能用", "只写名称"),
        ("phrases.yaml", "{as_of}", "{as_of:{x}}", "source", "不能用", "只写名称"),
        ("phrases.yaml", "{as_of}", "{as_of!r}", "source", "不能用", "只写名称"),
        ("phrases.yaml", "{as_of}", "{as_of", "source", "没有成对", "{名称}"),
    ],
)
def test_a_slip_is_told(folder: Path, name: str, old: str, new: str, field: str, problem: str, cure: str) -> None:
    swap(folder, name, old, new)
    found = [fault for fault in faults(folder) if fault.field == field]
    assert len(found) == 1, list(map(str, faults(folder)))
    assert found[0].file == name
    assert problem in found[0].problem
    assert cure in found[0].cure
    assert found[0].line > 0 or name == "days.yaml"


@pytest.mark.parametrize(
    ("old", "new", "offset", "problem", "cure"),
    [
        ("    answer: 可以。", "\tanswer: 可以。", 0, "Tab", "空格"),
        ("    answer: 可以。", "    answer：可以。", 0, "中文冒号", "answer: "),
        ("answer: 可以。", "answer: 时间: 周一: 八点", 0, "多了一个英文冒号", "引号"),
        ("answer: 可以。", 'answer: "可以。', 0, "引号没有成对", "另一个引号"),
        ("unknown: [租金]", "unknown: [租金", 0, "没有成对", "]"),
        ("answer: 可以。", "answer: @可以", 0, "不认识的符号", "引号"),
        ("answer: 可以。", "answer: &a 可以", 0, "引用写法", "照抄"),
        ("answer: 可以。", "answer: *a", 0, "引用写法", "照抄"),
        ("answer: 可以。", "answer: !!python/object/apply:os.system [ls]", 0, "标签", "!"),
    ],
)
def test_broken_yaml_is_told_in_plain_words(
    folder: Path, old: str, new: str, offset: int, problem: str, cure: str
) -> None:
    line = swap(folder, FAQ, old, new) + offset
    found = [fault for fault in faults(folder) if fault.file == FAQ]
    assert [fault.line for fault in found] == [line], list(map(str, found))
    assert problem in found[0].problem
    assert cure in found[0].cure


def test_the_fault_reads_as_one_sentence(folder: Path) -> None:
    swap(folder, FAQ, "    answer: 可以。\n", "")
    line = swap(folder, FAQ, "id: flat.spouse", "id: flat.spouse")
    assert str(only(folder)) == f"{FAQ}:{line}: answer: 缺少这一栏。请补上 answer: 后面写内容"


def test_a_phrasing_leads_to_one_answer_only(folder: Path) -> None:
    taken = swap(folder, FAQ, "公寓收费吗", "“人才補助” 的金额 ！")
    fault = only(folder)
    line = swap(folder, "faq/subsidy.yaml", "人才补助的金额", "")
    assert (fault.file, fault.line, fault.field) == ("faq/subsidy.yaml", line, "aliases")
    assert f"（{FAQ}:{taken}）" in fault.problem
    assert "已经是" in fault.problem
    assert "一句话只能有一个答案" in fault.cure


def test_an_id_is_used_once(folder: Path) -> None:
    line = swap(folder, FAQ, "id: flat.where", "id: flat.fee")
    fault = next(f for f in faults(folder) if f.field == "id")
    assert (fault.file, fault.line) == (FAQ, line)
    assert "flat.fee 用了两次" in fault.problem


def test_a_second_row_of_one_id_is_told_alone(folder: Path) -> None:
    """A file copied by mistake: its phrasings are all there twice, but that is not what went wrong."""
    (folder / "faq" / "copy.yaml").write_bytes((folder / FAQ).read_bytes())
    assert {fault.field for fault in faults(folder)} == {"id"}


def test_what_follows_from_another_fault_is_left_out(folder: Path) -> None:
    swap(folder, FAQ, "id: flat.fee", "id: 租金")
    *told, last = faults(folder)
    assert [fault.field for fault in told] == ["id"]
    assert "处引用找不到" in last.problem
    assert last.cure == "先改上面的，再检查一次"
    swap(folder, FAQ, "id: 租金", "id: flat.where")
    *told, last = faults(folder)
    assert [fault.field for fault in told] == ["id"]
    assert last.cure == "先改上面的，再检查一次"


def test_an_unreadable_file_is_told_before_what_follows(folder: Path) -> None:
    (folder / FAQ).write_text("version: 1\nentries: [", encoding="utf-8")
    first, last = faults(folder)
    assert first.file == FAQ
    assert last.cure == "先改上面的，再检查一次"


def test_a_file_that_was_removed_is_one_fault(folder: Path) -> None:
    (folder / FAQ).unlink()
    exam = folder / "exam.yaml"
    rows = "".join(f"\n  - {{ask: 问题{at}, expect: flat.{at}}}" for at in range(2))
    exam.write_text(exam.read_text(encoding="utf-8").rstrip("\n") + rows + "\n", encoding="utf-8")
    fault = only(folder)
    assert "没有 faq/ 文件提供 flat.*" in fault.problem
    assert "文件是否被删或改名" in fault.problem
    assert "？。" not in str(fault)


def test_one_unknown_id_is_a_slip_of_the_pen_told_on_its_own_line(folder: Path) -> None:
    line = swap(folder, "faq/subsidy.yaml", "related: [subsidy.amount", "related: [\n      subsidi.amount") + 1
    fault = only(folder)
    assert (fault.file, fault.line, fault.field) == ("faq/subsidy.yaml", line, "related")
    assert "没有问答 subsidi.amount" in fault.problem
    assert "是不是想写 subsidy.amount？" in fault.cure


@pytest.mark.parametrize(
    ("old", "new", "offset", "problem"),
    [
        ("    question: ", '    question: "', 0, "引号没有成对"),
        ("    answer: 可以。", "　　answer: 可以。", 0, "全角空格缩进"),
        ("    answer: 可以。", "<<<<<<< HEAD\n    answer: 可以。\n=======\n>>>>>>> 演示", 0, "合并冲突"),
    ],
)
def test_a_slip_that_breaks_the_file_further_down_is_told_where_it_is(
    folder: Path, old: str, new: str, offset: int, problem: str
) -> None:
    path = folder / FAQ
    text = path.read_text(encoding="utf-8") + '  - {id: flat.last, question: "最后一句演示", answer: "演示"}\n'
    line = text[: text.index(old)].count("\n") + 1 + offset
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    fault = next(fault for fault in faults(folder) if fault.file == FAQ)
    assert problem in fault.problem, str(fault)
    assert fault.line == line


def test_one_id_missing_in_several_places_is_one_fault(folder: Path) -> None:
    path = folder / "exam.yaml"
    text = path.read_text(encoding="utf-8").rstrip("\n")
    rows = "".join(f"\n  - {{ask: 问题{at}, expect: flat.gone}}" for at in range(5))
    path.write_text(text + rows + "\n", encoding="utf-8")
    assert "没有问答 flat.gone（共 5 处提到" in only(folder).problem


def test_a_missing_colon_is_told_in_chinese(folder: Path) -> None:
    swap(folder, FAQ, "    answer: 可以。", "    answer\n    可以。")
    found = faults(folder)[0]
    assert found.file == FAQ
    assert found.problem.isascii() is False
    assert "expected" not in found.problem
    assert "冒号" in found.problem


def test_all_faults_are_told_at_once(folder: Path) -> None:
    swap(folder, FAQ, "aspect: fee", "aspect: price")
    swap(folder, "places.yaml", "latitude: 27.7312", "latitude: x")
    (folder / "exam.yaml").unlink()
    assert {fault.file for fault in faults(folder)} >= {"exam.yaml"}
    (folder / "exam.yaml").write_text("version: 1\nquestions: []\n", encoding="utf-8")
    assert {fault.file for fault in faults(folder)} == {FAQ, "places.yaml"}


@pytest.mark.parametrize("name", ["words.yaml", "phrases.yaml", "places.yaml", "days.yaml", "exam.yaml"])
def test_a_missing_file_is_told(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert (only(folder).file, only(folder).problem) == (name, "缺少这个文件")


def _gbk(path: Path) -> None:
    path.write_bytes(path.read_text(encoding="utf-8").encode("gbk"))


def _utf16(path: Path) -> None:
    path.write_bytes(path.read_text(encoding="utf-8").encode("utf-16"))


def _nul(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"\n\x00")


def _huge(path: Path) -> None:
    path.write_bytes(path.read_bytes() + b"# " + b"x" * (2 * 1024 * 1024))


def _empty(path: Path) -> None:
    path.write_bytes(b"")


def _nested(path: Path) -> None:
    path.write_bytes(b"version: 1\nentries: " + b"[" * 20000)


@pytest.mark.parametrize(
    ("harm", "problem", "cure"),
    [
        (_gbk, "看起来是 GBK", "编码选 UTF-8"),
        (_utf16, "UTF-16", "编码选 UTF-8"),
        (_nul, "空字符", "删去"),
        (_huge, "超过了 2 MB", "拆成几个文件"),
        (_empty, "文件是空的", "version: 1"),
        (_nested, "", ""),
    ],
)
def test_unreadable_bytes_are_told(folder: Path, harm: Callable[[Path], None], problem: str, cure: str) -> None:
    harm(folder / FAQ)
    fault = next(f for f in faults(folder) if f.file == FAQ)
    assert problem in fault.problem
    assert cure in fault.cure


def test_a_byte_order_mark_does_no_harm(folder: Path) -> None:
    path = folder / FAQ
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    assert len(load(folder, UNITS).entries) == 14


def test_a_bomb_of_references_is_refused_unexpanded(folder: Path) -> None:
    rows = [f"l{i}: &l{i} [{', '.join([f'*l{i - 1}'] * 9) or 'x'}]" if i else "l0: &l0 [x, x]" for i in range(30)]
    (folder / FAQ).write_text("version: 1\n" + "\n".join(rows), encoding="utf-8")
    fault = next(f for f in faults(folder) if f.file == FAQ)
    assert (fault.line, fault.problem) == (2, "用了 &l0 这种引用写法")


def test_a_link_out_of_the_folder_is_refused(folder: Path, tmp_path: Path) -> None:
    secret = tmp_path / "secret.yaml"
    secret.write_text("version: 1\ntopic: flat\nentries: []\n", encoding="utf-8")
    (folder / "faq" / "more.yaml").symlink_to(secret)
    assert (only(folder).file, only(folder).problem) == ("faq/more.yaml", "这个链接指向内容目录以外")


def test_a_link_inside_the_folder_is_fine(folder: Path) -> None:
    (folder / FAQ).rename(folder / "kept")
    (folder / FAQ).symlink_to(folder / "kept")
    assert len(load(folder, UNITS).entries) == 14


def test_files_that_nobody_reads_are_told(folder: Path) -> None:
    (folder / "places.yml").write_text("version: 1", encoding="utf-8")
    assert "改名为 .yaml" in only(folder).cure
    (folder / "places.yml").unlink()
    (folder / "notes.yaml").write_text("version: 1", encoding="utf-8")
    assert only(folder).problem == "不认识这个文件"


def test_what_editors_leave_behind_is_not_content(folder: Path) -> None:
    (folder / "faq" / ".flat.yaml.swp").write_bytes(b"\x00\x01")
    (folder / "faq" / ".#flat.yaml").symlink_to("nowhere")
    (folder / "faq" / "flat.yaml~").write_bytes(b"\x00")
    assert len(load(folder, UNITS).entries) == 14


def test_a_missing_folder_is_told(tmp_path: Path) -> None:
    assert "找不到内容目录" in only(tmp_path / "nowhere").problem


def test_a_file_that_may_not_be_read_is_told(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(path: Path) -> bytes:
        raise PermissionError(13, "Permission denied", os.fspath(path))

    monkeypatch.setattr(Path, "read_bytes", refuse)
    assert "检查文件的权限" in only(folder).cure


def test_phrases_are_those_the_code_says(folder: Path) -> None:
    known = {"citing.gone": (), "citing.contact": ("contact",)}
    assert load(folder, UNITS, known).phrases["citing.gone"]
    with pytest.raises(Broken) as caught:
        load(folder, UNITS, {**known, "citing.absent": ()})
    assert [fault.problem for fault in caught.value.faults] == ["缺少话术 citing.absent"]
    line = swap(folder, "phrases.yaml", "{contact}", "{contact}")
    with pytest.raises(Broken) as caught:
        load(folder, UNITS, {"citing.gone": (), "citing.contact": ("phone",)})
    assert [(f.line, f.problem) for f in caught.value.faults] == [(line, "不认识占位 {contact}")]


def test_a_phrase_that_is_missing_is_lent_by_the_product(folder: Path) -> None:
    """What a release has learnt to say must not make unreadable what was published before it."""
    swap(folder, "phrases.yaml", "    gone: ", "    went: ")
    content = load(folder, UNITS, {"citing.gone": (), "citing.contact": ("contact",)})
    assert content.borrowed == ("citing.gone",)
    assert f"    gone: {content.phrases['citing.gone']}" in wording.SHIPPED.read_text(encoding="utf-8")


def test_a_phrase_that_the_product_itself_lacks_is_a_fault(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    swap(folder, "phrases.yaml", "    gone: ", "    went: ")
    mended = folder.parent / "phrases.yaml"
    for text in ("", "phrases: [", "version: 1\nphrases:\n  citing:\n    gone: 是{x:9}的\n"):
        mended.write_text(text, encoding="utf-8")
        monkeypatch.setattr(wording, "SHIPPED", mended)
        with pytest.raises(Broken) as caught:
            load(folder, UNITS, {"citing.gone": ()})
        assert [fault.problem for fault in caught.value.faults] == ["缺少话术 citing.gone"]


@given(st.binary(max_size=300))
def test_no_bytes_break_the_reader(data: bytes) -> None:
    file, top = yamlfile.read("x.yaml", data)
    assert top is not None or file.faults


def test_what_a_row_remembers_does_not_grow_with_the_entries_it_serves() -> None:
    """A file's default source is read for each of its entries; each reading took longer than the one before."""
    _, top = yamlfile.read("faq/x.yaml", "source:\n  document: 文件\n".encode())
    assert top is not None
    for _ in range(1000):
        assert top.row("source") is not None
        top.done()
    assert len(top._read) == 1


def test_a_file_that_nobody_reads_is_still_checked(folder: Path) -> None:
    """Files are opened one after the other, the ones that no kind of content asks for at the end."""
    (folder / "faq" / "zz.yaml").write_text("version: 1\ntopic：错\n", encoding="utf-8")
    (folder / "items" / "zz.yaml").write_text("version: 7\nitems: []\n", encoding="utf-8")
    assert {fault.file for fault in faults(folder)} >= {"faq/zz.yaml", "items/zz.yaml"}


def test_a_broken_list_of_related_ids_is_told_once(folder: Path) -> None:
    swap(folder, "faq/subsidy.yaml", "related: [subsidy.amount", "related: [[x], subsidy.amount")
    assert len([fault for fault in faults(folder) if fault.field == "related"]) == 1


def test_a_quotation_over_several_lines_and_a_wide_space_within_a_text_are_no_faults(folder: Path) -> None:
    swap(folder, FAQ, "    answer: 可以。", '    answer: "可以。\n      还\\"可以\n      　　全角"')
    assert swap(folder, FAQ, "unknown: [租金]", "unknown: [租金")
    assert "方括号" in next(fault for fault in faults(folder) if fault.file == FAQ).problem
