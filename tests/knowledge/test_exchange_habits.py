"""Workbooks as people and their programs make them: taken as meant, or refused in one sentence."""

from __future__ import annotations

import contextlib
import io
import re
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import PatternFill

from knowledge.exchange import book, importing, template
from knowledge.exchange.merge import Given
from knowledge.exchange.package import Refused
from knowledge.loader import glance

HEAD = ["编号", "主题", "标准问法", "答案", "资料日期", "结束日期"]


def saved(path: Path, *rows: list[Any], change: Callable[[Any], object] = lambda table: None) -> Path:
    made = openpyxl.Workbook()
    made.active.title = "问答"  # type: ignore[union-attr]
    for row in rows:
        made.active.append(row)  # type: ignore[union-attr]
    change(made.active)
    made.save(path)
    return path


def one(path: Path, row: list[Any], **more: Any) -> Given:
    [found], _ = importing.read(saved(path, HEAD, row, **more))
    return found


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "填好.xlsx"


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (2022.0, "2022"),
        (2022, "2022"),
        ("２０２２", "2022"),
        ("2022年", "2022"),
        ("2022年5月", "2022-05"),
        ("2022/5", "2022-05"),
        (datetime(2022, 5, 1), "2022-05-01"),  # noqa: DTZ001 - cells know no zone
        (date(2022, 5, 1), "2022-05-01"),
        ("2022.5.1", "2022-05-01"),
        ("2022年5月1日", "2022-05-01"),
        ("2022-05-01 00:00:00", "2022-05-01"),
        ("去年", "去年"),
        (None, ""),
    ],
)
def test_a_date_is_taken_as_meant(file: Path, typed: object, meant: str) -> None:
    assert one(file, ["a.b", "x", "问", "答", typed]).cells["source.as_of"] == meant


def test_a_month_typed_as_a_number_is_not_guessed(file: Path) -> None:
    [problem] = one(file, ["a.b", "x", "问", "答", 2022.1]).problems
    assert (problem.column, "说不清是几月" in problem.problem) == ("source.as_of", True)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (12345.0, "12345"),
        (0.5, "0.5"),
        (True, "true"),
        ("  前后空格\r\n第二行 ", "前后空格\n第二行"),
        ("０８５１", "０８５１"),
    ],
)
def test_an_answer_stays_as_it_was_typed(file: Path, typed: object, meant: str) -> None:
    assert one(file, ["a.b", "x", "问", typed]).cells["answer"] == meant


def test_a_number_that_lost_its_end_is_told(file: Path) -> None:
    [problem] = one(file, ["a.b", "x", "问", 520321199001011234]).problems
    assert "只留 15 位" in problem.problem


def test_ids_are_taken_in_any_width(file: Path) -> None:
    found = one(file, [" ａ．ｂ１ ", "x", "问", "答"])
    assert found.id == "a.b1"


def test_columns_may_stand_in_any_order_below_a_title(file: Path) -> None:
    rows = [
        ["汇总表", None, None],
        [],
        ["答案 *", "编 号（必填）", "question", "备注", "奇怪"],
        ["答", "a.b", "问", "x", "y"],
    ]
    [found], notes = importing.read(saved(file, *rows))
    assert (found.where, found.cells) == ("问答 第 4 行", {"answer": "答", "id": "a.b", "question": "问"})
    assert notes == ["工作表“问答”的“奇怪”一列不认识，没有导入"]


def test_blank_rows_and_examples_are_no_rows(file: Path) -> None:
    def colour(table: Any) -> None:
        table.cell(1_048_576, 4).fill = PatternFill("solid", fgColor="FFFFFF")
        table.cell(9, 2, "   ")

    rows = [HEAD, ["示例.what", "x", "问", "答"], [], ["a.b", "x", "问", "答"], [None, None, None, None]]
    found, _ = importing.read(saved(file, *rows, change=colour))
    assert [each.id for each in found] == ["a.b"]


def test_a_row_without_an_id_is_told(file: Path) -> None:
    [problem] = one(file, [None, "x", "问", "答"]).problems
    assert "没有编号" in problem.problem


def test_merged_cells_all_say_the_same(file: Path) -> None:
    rows = [HEAD, ["a.b", "x", "问", "答"], ["a.c", None, "问二", "答"]]
    found, _ = importing.read(saved(file, *rows, change=lambda table: table.merge_cells("B2:B3")))
    assert [each.cells["topic"] for each in found] == ["x", "x"]


@pytest.mark.parametrize(
    "area",
    [
        'mergeCells><mergeCell ref="B2:XFD1048576"/></mergeCells',
        "hyperlink ref='A1:B999999'/",
        "mergeCell a='>' ref = '$a$1:$b$999999'/",
        f"mergeCell a='{'x' * 900_000}' ref='A1:B999999'/",
        "mergeCell ref='A1:&#66;999999'/",
    ],
)
def test_an_area_as_large_as_the_sheet_is_refused_unopened(file: Path, area: str) -> None:
    with zipfile.ZipFile(io.BytesIO(_sound(file))) as package:
        parts = [(name, package.read(name)) for name in package.namelist()]
    file.write_bytes(
        packed(*((n, data.replace(b"</sheetData>", f"</sheetData><{area}>".encode())) for n, data in parts))
    )
    with pytest.raises(Refused, match="个单元格"):
        importing.read(file)


def test_what_repeats_without_end_takes_no_time(file: Path) -> None:
    """Every one was searched to the end for what makes it whole: minutes."""
    file.write_bytes(packed(_BOOK, ("xl/s.xml", b"<mergeCell " * 500_000)))
    with pytest.raises(Refused):
        importing.read(file)
    found, notes = importing.read(saved(file, *[["(" * 32_767] * 10] * 10))
    assert (found, notes) == ([], ["工作表“问答”没有认得的表头，没有导入"])


def test_hidden_sheets_stay_out_and_are_told(file: Path) -> None:
    def hide(table: Any) -> None:
        other = table.parent.create_sheet("旧的")
        other.append(HEAD)
        other.append(["old.one", "x", "问", "答"])
        other.sheet_state = "hidden"

    found, notes = importing.read(saved(file, HEAD, ["a.b", "x", "问", "答"], change=hide))
    assert [each.id for each in found] == ["a.b"]
    assert notes == ["工作表“旧的”是隐藏的，没有导入"]


@pytest.mark.parametrize("formula", ["=1+1", '=HYPERLINK("http://x","y")', "=cmd|' /C calc'!A0"])
def test_a_formula_is_its_text_and_never_its_value(file: Path, formula: str) -> None:
    found, notes = importing.read(saved(file, HEAD, ["a.b", "x", "问", formula]))
    assert found[0].cells["answer"] == formula
    assert notes == [f"问答 第 2 行“答案”是公式，没有计算，按文字收下：{formula}"]


def test_an_error_value_is_told(file: Path) -> None:
    assert "错误值 #REF!" in one(file, ["a.b", "x", "问", "#REF!"]).problems[0].problem


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\t=1", "#N/A", "{=A1}"])
def test_no_cell_we_write_is_a_formula(file: Path, text: str) -> None:
    template.write(file, {"entries": [{"id": "a.b", "answer": text}]}, glance({}), (), example=True)
    for table in openpyxl.load_workbook(file).worksheets:
        assert {cell.data_type for row in table.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    cell = openpyxl.load_workbook(file)["问答"]["F3"]
    assert cell.value == text
    assert cell.quotePrefix is (text[0] in "=+-@\t")
    with zipfile.ZipFile(file) as package:
        assert not any(b"<f>" in package.read(name) for name in package.namelist() if "worksheets" in name)


def test_a_text_that_no_cell_holds_is_refused(file: Path) -> None:
    for text in ("x" * 40_000, "响铃\x07"):
        with pytest.raises(Refused, match="写不进表格"):
            template.write(file, {"entries": [{"id": text}]}, glance({}), (), example=False)


def packed(*parts: tuple[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in parts:
            package.writestr(name, data)
    return made.getvalue()


_BOOK = ("xl/workbook.xml", b"<workbook/>")
_BOMB = ("xl/worksheets/sheet1.xml", b"<row><c></c></row>" * 3)


@pytest.mark.parametrize(
    ("data", "told"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "旧版格式，或者加了密码"),
        ("编号,问法\n1,2\n".encode("gbk"), "只改扩展名"),
        (b"", "只改扩展名"),
        (b"PK\x03\x04" + bytes(50), "只改扩展名"),
        (packed(("word/document.xml", b"<x/>")), "只是扩展名一样"),
        (packed(_BOOK, ("xl/vbaProject.bin", b"x")), "里有宏"),
        (packed(_BOOK, ("xl/a.bin", bytes(101 * 1024 * 1024))), "解开以后有 101 MB"),
        (packed(_BOOK, *((f"a{n}.txt", b"") for n in range(2001))), "太大了"),
        (packed(_BOOK, ("xl/s.xml", b"<c >" * 400_001)), "400001 个单元格"),
        (packed(("xl/workbook.xml", b"<!DOCTYPE x [<!ENTITY a 'b'>]><workbook/>")), "DOCTYPE"),
        (packed(("xl/workbook.xml", "<!DOCTYPE x><workbook/>".encode("utf-16-le"))), "不是 UTF-8"),
        (packed(_BOOK, ("xl/sheet1.bin", b"<c >" * 400_001)), "400001 个单元格"),
        (packed(_BOOK, ("xl/sheet1.png", b"<c\tr='A1'/>" * 400_001)), "400001 个单元格"),
        (packed(_BOOK, ("xl/s.xml", ("<?xml version='1.0'?>" + "<c >" * 9).encode("utf-16"))), "不是 UTF-8"),
        (packed(_BOOK, ("xl/s.xml", b"<?xml version='1.0' encoding='utf-7'?><x/>")), "不是 UTF-8"),
        (packed(_BOOK, ("xl/s.xml", b"<?xml" + b" " * 2000 + b"encoding='utf-7'?><x/>")), "不是 UTF-8"),
        (packed(_BOOK, ("xl/s.xml", b"<mergeCell " + b" " * (3 << 20) + b"ref='A1:B999999'/>")), "标签"),
        (packed(_BOOK), "另存为 .xlsx 再导入"),
        (packed(_BOOK, ("[Content_Types].xml", b"<Types")), "另存为 .xlsx 再导入"),
        (bytes(21 * 1024 * 1024), "超过了 20 MB"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_sound_workbook_is_refused_in_a_sentence(file: Path, data: bytes, told: str) -> None:
    file.write_bytes(data)
    with pytest.raises(Refused, match=told):
        importing.read(file)


def test_a_workbook_without_anything_of_ours_is_refused(file: Path) -> None:
    found, notes = importing.read(saved(file, ["姓名", "电话"], ["张三", 1]))
    assert (found, notes) == ([], ["工作表“问答”没有认得的表头，没有导入"])
    saved(file)
    with pytest.raises(Refused, match="没有可以导入的行"):
        importing.read(file)


@settings(max_examples=25)
@given(st.data())
def test_a_damaged_workbook_is_read_or_refused(tmp_path_factory: pytest.TempPathFactory, data: st.DataObject) -> None:
    path = tmp_path_factory.getbasetemp() / "坏.xlsx"
    whole = bytearray(_sound(tmp_path_factory.getbasetemp() / "好.xlsx"))
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(whole) - 1))
        whole[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=4))
    path.write_bytes(whole)
    with contextlib.suppress(Refused):
        importing.read(path)


@settings(max_examples=25)
@given(st.data())
def test_a_workbook_with_strange_parts_is_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject
) -> None:
    path = tmp_path_factory.getbasetemp() / "怪.xlsx"
    parts = _parts(_sound(tmp_path_factory.getbasetemp() / "好.xlsx"))
    number = data.draw(st.integers(0, len(parts) - 1))
    name, whole = parts[number]
    old = data.draw(st.sampled_from(sorted(set(re.findall(rb'[\w.-]+|[<>"/=]', whole)))))
    new = data.draw(
        st.sampled_from([b"", b"-1", b"x", b"A1048577", b"99999999999", b"n", b"d", b"e", b"inlineStr", b"\xff"])
    )
    parts[number] = (name, whole.replace(old, new, data.draw(st.integers(1, 3))))
    path.write_bytes(packed(*parts))
    with contextlib.suppress(Refused):
        importing.read(path)


def _parts(data: bytes) -> list[tuple[str, bytes]]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        return [(name, package.read(name)) for name in package.namelist()]


def _sound(path: Path) -> bytes:
    if not path.exists():
        saved(path, HEAD, ["a.b", "x", "问", "答", 2022, date(2027, 1, 1)])
    return path.read_bytes()


def test_changes_under_tracking_count_as_accepted(tmp_path: Path) -> None:
    path = tmp_path / "改.docx"
    made = docx.Document()
    table = made.add_table(rows=2, cols=2)
    for (title, text), row in zip([("编号", "a.b"), ("答案：", "旧")], table.rows, strict=True):
        row.cells[0].text, row.cells[1].text = title, text
    paragraph = table.rows[1].cells[1].paragraphs[0]._p
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    inserted = paragraph.makeelement(f"{{{space}}}ins")
    run = paragraph.makeelement(f"{{{space}}}r")
    words = paragraph.makeelement(f"{{{space}}}t")
    words.text = "和新"
    run.append(words)
    inserted.append(run)
    paragraph.append(inserted)
    made.save(str(path))
    [found], _ = importing.read(path)
    assert (found.where, found.cells["answer"]) == ("第 1 个表格（a.b）", "旧和新")


def test_a_word_text_without_tables_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "空.docx"
    docx.Document().save(str(path))
    with pytest.raises(Refused, match="没有问答的表格"):
        importing.read(path)


@pytest.mark.parametrize("data", ["问答".encode("gbk"), b"\x00", "没有标题".encode(), b""])
def test_a_text_that_is_none_is_refused(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "写.md"
    path.write_bytes(data)
    with pytest.raises(Refused):
        importing.read(path)


def test_chinese_words_stand_for_the_programs(file: Path) -> None:
    head = ["编号", "问哪一面", "是否有效", "相关问答", "标准问法"]
    [found], _ = importing.read(saved(file, head, ["a.b", "多少钱", "现行有效", "a.c、a.d，a.e", "问"]))
    cells = {"aspect": "amount", "source.validity": "current", "related": "a.c\na.d\na.e"}
    assert {name: found.cells[name] for name in cells} == cells


def test_the_marked_copy_marks_again_what_is_still_wrong(file: Path, tmp_path: Path) -> None:
    saved(file, [*HEAD, "问题"], ["a.b", "x", "问", "=1+1", None, None, "以前的问题"])
    found, _ = importing.read(file)
    found[0].fault("answer", "不对", "改")
    book.mark(file, tmp_path / "标.xlsx", found)
    table = openpyxl.load_workbook(tmp_path / "标.xlsx")["问答"]
    assert (table["G2"].value, table["D2"].value, table["D2"].data_type) == ("答案：不对。改", "=1+1", "s")
    assert table.max_column == 7
