"""desk.yaml: read as it is meant, and every slip told with its line and its cure."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from config.desk import KINDS, Span, load_desk
from config.document import BadFile
from config.office import load_office
from config.settings import ROOT
from models.ticket import KIND_NAMES, URGENCY_NAMES

FILE = ROOT / "config/desk.yaml"
UNITS = load_office(ROOT / "config/office.yaml").units


def edited(folder: Path, old: str, new: str) -> Path:
    text = FILE.read_text(encoding="utf-8")
    assert old in text
    path = folder / "desk.yaml"
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return path


def line_of(path: Path, part: str) -> int:
    return next(n for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if part in line)


def test_the_file_that_is_delivered_is_right_and_unconfirmed() -> None:
    rules = load_desk(FILE, UNITS)
    assert not rules.confirmed
    assert not rules.turns
    assert rules.times_for("question", "normal") == (rules.times["question"].over(rules.times["default"]))
    assert rules.times_for("question", "normal").resolve == Span(2, "days")
    assert rules.times_for("question", "emergency").resolve == Span(120, "wall")
    assert {*rules.times} - {"default"} == {*KINDS} == {*KIND_NAMES}
    assert {*rules.urgencies} | {"normal"} == {*URGENCY_NAMES}


def test_every_time_has_its_source_beside_it_or_says_that_it_has_none() -> None:
    for line in FILE.read_text(encoding="utf-8").splitlines():
        if "resolve:" in line or line.strip().startswith(("send_back:", "longest", "idle:", "again:", "close:")):
            told = line.partition("#")[2]
            assert "省" in told or "市" in told or "没有出处" in told, line


@pytest.mark.parametrize(
    ("written", "span", "told"),
    [
        ("30工作分钟", Span(30, "minutes"), "30工作分钟"),
        ("2 工作日", Span(2, "days"), "2工作日"),
        ("15分钟", Span(15, "wall"), "15分钟"),
        ("24小时", Span(1440, "wall"), "24小时"),
        ("7天", Span(10080, "wall"), "7天"),
        ("90分钟", Span(90, "wall"), "90分钟"),
    ],
)
def test_times_as_they_are_written(written: str, span: Span, told: str, tmp_path: Path) -> None:
    found = load_desk(edited(tmp_path, "idle: 480工作分钟", f"idle: {written}")).idle
    assert (found, found.told) == (span, told)


@pytest.mark.parametrize(
    ("old", "new", "at", "said"),
    [
        ("question: {resolve: 2工作日}", "question: {resolve: 两天}", "question:", "“两天”不是时限；写成 30工作分钟"),
        ("question: {resolve: 2工作日}", "question: {resolve: 0工作日}", "question:", "“0工作日”不是时限"),
        ("question: {resolve: 2工作日}", "question: {resolve: 2000工作日}", "question:", "“2000工作日”太长；检查"),
        ("{accept: 1工作日, first: 1工作日, ", "{accept: 1工作日, ", "default:", "没有写 first；default 里三项都要写"),
        ("question: {resolve: 2工作日}", "question: {first: 6工作日}", "question:", "first 比 resolve 还长"),
        ("first: 30分钟, resolve: 2小时", "first: 3小时, resolve: 2小时", "emergency:", "first 比 resolve 还长"),
        ("unit: housing}", "unit: hosing}", "unit: hosing", "没有单位 hosing；可以写：organization、hr"),
        ("unit: housing}", "unit: unknown}", "unit: unknown", "没有单位 unknown"),
        ("helpers: [finance]", "helpers: [money]", "[money]", "没有单位 money"),
        ("helpers: [finance]", "helpers: [organization]", "[organization]", "主办单位又写成了协办；从 helpers"),
        ("topics: [title], unit", "topics: [housing], unit", "unit: hr", "永远轮不到：第 1 条已经包住了它"),
        ("again: 3天", "again: 7天", "close: 7天", "不比 again 晚；办结要晚于第二次邀请"),
        ("turns: false", "turns: 要", "turns: 要", "只能写 true 或 false"),
        ("idle: 480", "idel: 480", "idel:", "多余或拼写有误"),
        ("  question:", "  qestion:", "qestion:", "见文件中的说明"),
    ],
)
def test_a_slip_is_told_with_its_line_and_cure(old: str, new: str, at: str, said: str, tmp_path: Path) -> None:
    path = edited(tmp_path, old, new)
    with pytest.raises(BadFile) as caught:
        load_desk(path, UNITS)
    assert f"desk.yaml:{line_of(path, at)}；" in str(caught.value)
    assert said in str(caught.value)


def test_a_route_for_all_the_rest_may_stand_last(tmp_path: Path) -> None:
    path = edited(tmp_path, "  - {topics: [sector]", "  - {kinds: [unpaid], unit: finance}\n  - {topics: [sector]")
    path.write_text(path.read_text(encoding="utf-8").replace("send_back:", "  - {unit: organization}\n\nsend_back:", 1))
    rules = load_desk(path, UNITS)
    found = {kind: rules.route(kind, topic) for kind, topic in (("unpaid", ""), ("question", "other"))}
    assert [route.unit for route in found.values() if route] == ["finance", "organization"]


def test_yaml_reads_it_as_we_do() -> None:
    assert yaml.safe_load(FILE.read_text(encoding="utf-8"))["confirmed"] is False
