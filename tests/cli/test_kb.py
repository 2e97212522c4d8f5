"""`flask kb check|exam|export|import|template`, on the small district; and a talk in that district."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest

from desk import FLAT, Desk, again


def test_good_content_is_counted(desk: Desk) -> None:
    told = desk.kb("check", "--strict")
    assert told.endswith("正确：14 条问答、1 个事项、3 个地点、3 道考题\n")
    assert len(told.splitlines()) == 1


def test_faults_are_counted_without_the_line_that_sums_up(desk: Desk) -> None:
    desk.edit(FLAT, "id: flat.fee", "id: 租金")
    told = desk.kb("check", code=1)
    assert "引用找不到" in told
    assert "1 处需要改正" in told


def test_what_leads_astray_is_a_fault(desk: Desk) -> None:
    desk.edit(FLAT, "公寓收费吗", "听说演示区的人才补助有多少钱")
    told = desk.kb("check", code=1)
    assert "先找到的是 flat.fee" in told
    assert "1 处需要改正" in told


def test_a_long_answer_is_measured_with_its_footer(desk: Desk) -> None:
    desk.edit(FLAT, "answer: 可以。", f"contact: {'长' * 50}\n    answer: {'好' * 560}")
    assert "，超过一次发出的 1800 字节" in desk.kb("check")
    desk.edit(FLAT, "contact: ", f"contact: {'长' * 100}")
    assert "微信一条最多 2048 字节" in desk.kb("check", code=1)


def test_warnings_are_told_and_fail_only_when_strict(desk: Desk) -> None:
    desk.edit(FLAT, "validity: current}", "validity: current, expires: 2020-01-01}")
    told = desk.kb("check")
    assert f"提醒 {FLAT}:3: expires: 资料 2020-01-01 已经过期" in told
    assert "1 处提醒" in told
    desk.kb("check", "--strict", code=1)


def test_the_exam_has_a_pass_mark(desk: Desk) -> None:
    assert "考试 3/3，100%（及格 95%）" in desk.kb("exam")
    desk.edit("exam.yaml", "expect: flat.fee", "expect: flat.who")
    told = desk.kb("exam", code=1)
    assert "应为 flat.who，得到 " in told
    assert "考试 2/3，66.6%（及格 95%），没有通过" in told
    assert "66.6%（及格 60%）" in again(desk, exam_pass=0.6).kb("exam")


def test_the_exam_tells_what_was_gained_and_lost(desk: Desk) -> None:
    desk.kb("publish", "--why", "开始")
    assert "相比" not in desk.kb("exam")
    old = "青年公寓的房租是多少？\n    aliases: [住公寓要交多少钱, 公寓收费吗, 青年公寓租金]"
    desk.edit(FLAT, old, "别的事情？")
    desk.edit(FLAT, "aliases: [老婆能跟我住公寓吗,", "aliases: [桌游角几点关门,")
    desk.edit("exam.yaml", "questions:\n", "questions:\n  - {ask: 桌游角几点关门, expect: flat.spouse}\n")
    told = desk.kb("exam", code=1)
    assert "↑ 桌游角几点关门\n" in told
    assert "现在 sure flat.spouse" in told
    assert "↓ 请问青年公寓租金呢\n    v1 " in told
    assert "多对 1 题、多错 1 题" in told


def test_the_exam_makes_no_database(desk: Desk) -> None:
    missing = desk.here / "none.db"
    again(desk, database_url=f"sqlite:///{missing}").kb("exam")
    assert not missing.exists()


@pytest.mark.parametrize("ending", ["xlsx", "docx", "md"])
def test_export_and_import_change_nothing(desk: Desk, ending: str) -> None:
    before, file = desk.files(), desk.here / f"内容.{ending}"
    assert "14 行问答" in desk.kb("export", str(file))
    assert "没有要改的" in desk.kb("import", str(file))
    assert desk.files() == before
    assert "--overwrite" in desk.kb("export", str(file), code=1)
    desk.kb("export", str(file), "--overwrite")


def changed(desk: Desk, change: Callable[[openpyxl.worksheet.worksheet.Worksheet], None]) -> Path:
    """The exported workbook, its questions changed as an admin would."""
    file = desk.here / "内容.xlsx"
    desk.kb("export", str(file))
    made = openpyxl.load_workbook(file)
    change(made["问答"])
    made.save(file)
    return file


def test_an_import_is_told_and_written(desk: Desk) -> None:
    file = changed(desk, lambda table: setattr(table["F2"], "value", "改过的答案。"))
    before = desk.files()
    told = desk.kb("import", str(file), "--dry-run")
    assert "~ flat.who  答案" in told
    assert "没有写任何文件" in told
    assert desk.files() == before
    told = desk.kb("import", str(file))
    assert f"写好了：{FLAT}" in told
    assert b"answer: \xe6\x94\xb9\xe8\xbf\x87" in desk.files()[FLAT]
    assert not list(desk.settings.content_dir.rglob(".*"))


def test_one_bad_row_and_nothing_is_written(desk: Desk) -> None:
    def spoil(table: openpyxl.worksheet.worksheet.Worksheet) -> None:
        table["F2"] = "=1+1"
        table["H3"] = "price"
        table["E4"] = "人才补助谁能领"

    file, before = changed(desk, spoil), desk.files()
    told = desk.kb("import", str(file), code=1)
    assert "问答 第 3 行：问哪一面：不认识“price”" in told
    assert "问答 第 2 行“答案”是公式，没有计算，按文字收下：=1+1" in told
    assert "什么也没有写" in told
    assert desk.files() == before
    marked = openpyxl.load_workbook(desk.here / "内容.问题.xlsx")
    table = marked["问答"]
    assert table.cell(1, table.max_column).value == "问题"
    assert "不认识“price”" in table.cell(3, table.max_column).value
    assert table["H3"].fill.fgColor.rgb == "00FFC7CE"
    assert table["A2"].fill.fill_type is None
    assert {cell.data_type for row in table.iter_rows() for cell in row} <= {"s", "n", "inlineStr"}
    table["H3"] = "fee"
    table["E4"] = "青年公寓的地址"
    marked.save(desk.here / "改好.xlsx")
    assert "~ flat.who  答案" in desk.kb("import", str(desk.here / "改好.xlsx"))


def test_a_phrasing_that_is_anothers_is_told_at_its_row(desk: Desk) -> None:
    file = changed(desk, lambda table: setattr(table["E4"], "value", "听说人才补贴谁能领"))
    told = desk.kb("import", str(file), code=1)
    assert "问答 第 4 行：" in told
    assert "subsidy.who" in told


def test_removing_needs_its_flag_and_what_others_name_stays(desk: Desk) -> None:
    file = changed(desk, lambda table: table.delete_rows(3))
    assert "没有要改的" in desk.kb("import", str(file))
    told = desk.kb("import", str(file), "--remove", code=1)
    assert "exam.yaml:4: expect: 没有问答 flat.fee" in told
    desk.edit("exam.yaml", "expect: flat.fee", "expect: unknown")
    assert "- flat.fee" in desk.kb("import", str(file), "--remove")


def test_the_template_is_filled_in_and_imported(desk: Desk) -> None:
    file = desk.here / "模板.xlsx"
    desk.kb("template", str(file))
    made = openpyxl.load_workbook(file)
    assert {"说明", "问答", "事项", "地点"} <= set(made.sheetnames)
    assert made["选项"].sheet_state == "hidden"
    offered = {rule.formula1 for rule in made["问答"].data_validations.dataValidation}
    words = [[cell.value for cell in column if cell.value] for column in made["选项"].iter_cols()]
    assert len(offered) >= 5
    assert ["subsidy", "flat", "service"] in words
    assert ["talent_subsidy"] in words
    row = {"编号": "flat.cat", "主题": "flat", "标准问法": "公寓能养猫吗", "答案": "没有写。", "问哪一面": "其他"}
    titles = [str(cell.value).rstrip("*") for cell in made["问答"][1]]
    for title, text in row.items():
        made["问答"].cell(5, titles.index(title) + 1, text)
    made.save(file)
    assert "+ flat.cat  公寓能养猫吗" in desk.kb("import", str(file))
    assert "15 条问答" in desk.kb("check")


@pytest.mark.parametrize("name", ["内容.xls", "内容.csv", "没有.xlsx", "没有.md"])
def test_what_cannot_be_read_is_one_sentence(desk: Desk, name: str) -> None:
    told = desk.kb("import", str(desk.here / name), code=1)
    assert told.startswith("Error: ")
    assert len(told.splitlines()) == 1


def test_a_second_district_needs_only_its_folder(desk: Desk) -> None:
    asked = "你好 青年公寓在哪里 演示区的补助有多少钱 我能领人才补助吗 离我最近的小站 帮我写一首诗 工单 取消 再见"
    told = desk.run("chat", said=asked.replace(" ", "\n") + "\n")
    assert "我是演示通" in told
    assert "演示大道1号。" in told
    assert "依据：演示区青年公寓简介，2023年5月资料，现行有效" in told
    assert "办法没有写明金额" in told
    assert "工单" in told
    for word in ("汇川", "遵义", "人才津贴", "绿卡", "娄山"):
        assert word not in told, told
