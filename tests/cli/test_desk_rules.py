"""`flask desk` and `flask calendar` at an admin's terminal. The holidays of 2027 are made up for the tests."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from config.settings import ROOT
from desk import Desk, again

HOLIDAYS = """日期,类型,名称
2027-01-01,休,元旦
2027-02-05 至 2027-02-11,休,春节
2027-02-20,班,春节
2027-10-01 至 2027-10-07,休,国庆节
"""


@pytest.fixture
def handed_in(tmp_path: Path) -> Path:
    file = tmp_path / "2027.csv"
    file.write_text(HOLIDAYS, encoding="gb18030")  # as Excel saves it
    return file


def bring_in(desk: Desk, file: Path, *more: str, code: int = 0) -> str:
    return desk.run("calendar", "import", "2027", str(file), "--source", "演示通知", *more, code=code)


def test_the_times_are_told_with_an_example(desk: Desk) -> None:
    told = desk.run("desk", "times", "--at", "2026-11-20 10:00")
    assert "区里还没有确认" in told
    assert "咨询  受理 1工作日 → 2026-11-23 10:00；第一次答复" in told
    assert "办结 2工作日 → 2026-11-24 10:00；黄牌 2026-11-23 10:00" in told
    assert "不知道，那一年的节假日还没有导入" in desk.run("desk", "times", "--at", "2026-12-30 10:00")


def test_a_right_file_is_called_right_and_a_wrong_one_is_not(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "desk.yaml"
    shutil.copyfile(ROOT / "config/desk.yaml", file)
    own = again(desk, desk_file=file)
    text = file.read_text(encoding="utf-8")
    topics = text.replace("[housing]", "[flat]").replace("[title]", "[house]")
    file.write_text(topics, encoding="utf-8")
    assert "routes 里没有这样的主题" in own.run("desk", "check", code=1)
    file.write_text(text.replace("resolve: 2工作日", "resolve: 两天"), encoding="utf-8")
    assert "desk.yaml:10" in own.run("desk", "check", code=1)
    assert "“两天”不是时限" in own.run("desk", "times", code=1)


def test_a_year_is_brought_in_listed_and_taken_back(desk: Desk, handed_in: Path) -> None:
    assert "2027  不知道" in desk.run("calendar", "list")
    assert "2027 年还不知道" in desk.run("calendar", "list", "2027")
    assert "导入 16 天" in bring_in(desk, handed_in)
    assert "2027  导入，演示通知（cli:" in desk.run("calendar", "list")
    told = desk.run("calendar", "list", "2027").splitlines()
    assert len(told) == 16
    assert told[0] == "2027-01-01 周五 休 元旦  导入"
    assert "2027-02-20 周六 班 春节  导入" in told
    assert len(desk.run("calendar", "list", "2027", "--all").splitlines()) == 365
    assert "不知道" not in desk.run("desk", "times", "--at", "2026-12-30 10:00")
    assert "算不知道" in desk.run("calendar", "remove", "2027")
    assert "2027  不知道" in desk.run("calendar", "list")


def test_a_year_is_not_overwritten_by_the_way(desk: Desk, handed_in: Path) -> None:
    bring_in(desk, handed_in)
    assert "已经导入过；要换成这一份就加 --replace" in bring_in(desk, handed_in, code=1)
    handed_in.write_text(HOLIDAYS.replace("2027-02-11", "2027-02-12"), encoding="utf-8")
    assert "导入 17 天" in bring_in(desk, handed_in, "--replace")


def test_what_is_not_there_cannot_be_replaced_or_removed(desk: Desk, handed_in: Path) -> None:
    assert "没有导入过" in desk.run("calendar", "remove", "2027", code=1)
    assert "没有导入过" in bring_in(desk, handed_in, "--replace", code=1)


def test_a_list_with_faults_is_not_brought_in(desk: Desk, handed_in: Path) -> None:
    handed_in.write_text(HOLIDAYS + "2027-03-01,班,调休\n2026-12-31,休,元旦\n", encoding="utf-8")
    told = bring_in(desk, handed_in, code=1)
    assert "第 6 行 2027-03-01：是星期一到星期五" in told
    assert "第 7 行 2026-12-31：不在 2027 年" in told
    assert "什么也没有导入" in told
    handed_in.write_bytes(b"\xff\xfe\x00\x01" * 9)
    bring_in(desk, handed_in, code=1)
    assert "2027  不知道" in desk.run("calendar", "list")


def test_a_source_has_to_be_named(desk: Desk, handed_in: Path) -> None:
    handed_in.write_text(HOLIDAYS, encoding="utf-8")
    assert "没写出处" in desk.run("calendar", "import", "2027", str(handed_in), "--source", " ", code=1)
