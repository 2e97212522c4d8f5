"""The office's file: what it says, and how a fault in it is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from config.document import BadFile
from config.office import Frame, load_office

ROOT = Path(__file__).parents[2]
GOOD = (ROOT / "config" / "office.yaml").read_text(encoding="utf-8")


def test_the_office_as_shipped() -> None:
    office = load_office(ROOT / "config" / "office.yaml")
    assert (office.district, office.account, office.site) == ("汇川区", "汇才通", "www.zyhc.gov.cn")
    assert (office.hotline.phone, office.hotline.hours, office.hotline.general) == (None, None, "12345")
    assert office.hours_confirmed is False
    assert office.hours.monday == (Frame(540, 720), Frame(780, 1020))
    assert office.units["organization"].duty == "人才工作牵头"


def test_a_published_number_is_read(tmp_path: Path) -> None:
    file = tmp_path / "office.yaml"
    said = GOOD.replace("phone: unknown", "phone: 0851-28682222").replace("confirmed: false", "confirmed: true")
    file.write_text(said, encoding="utf-8")
    office = load_office(file)
    assert (office.hotline.phone, office.hours_confirmed) == ("0851-28682222", True)


@pytest.mark.parametrize(
    ("old", "new", "line", "field", "words"),
    [
        ('"09:00"', '"9:00"', 17, "hours.monday", "09:00"),
        ('"09:00"', '"25:00"', 17, "hours.monday", "09:00"),
        ('"12:00"]', '"08:00"]', 17, "hours.monday", "有序"),
        ('["13:00"', '["11:00"', 17, "hours.monday", "有序"),
        ("saturday: []", "saturday: off", 22, "hours.saturday", "[]"),
        ("phone: unknown", "phon: unknown", 10, "hotline.phon", "拼写"),
        ("phone: unknown", "phone: 请致电", 10, "hotline.phone", "数字"),
        ("phone: unknown", "", 8, "hotline.phone", "请补上"),
        ("confirmed: false", "confirmed: maybe", 16, "hours.confirmed", "true"),
        ("  sunday: []", "  saturday: []", 23, "hours.saturday", "重复"),
        ("  sunday: []", "  sunday: [", 27, "", "缩进"),
        ("units:", "days: {2026-13-01: {kind: work, name: x}}\nunits:", 26, "days.2026-13-01", "改正"),
        ("units:", "days: {2026-12-01: {kind: rests, name: x}}\nunits:", 26, "days.2026-12-01.kind", "说明"),
        ("site: www.zyhc.gov.cn", 'site: ""', 6, "site", "不能为空"),
    ],
)
def test_a_fault_names_file_line_field_and_cure(
    tmp_path: Path, old: str, new: str, line: int, field: str, words: str
) -> None:
    assert old in GOOD
    file = tmp_path / "office.yaml"
    file.write_text(GOOD.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(BadFile) as caught:
        load_office(file)
    assert (caught.value.field, caught.value.line) == (field, line)
    assert str(caught.value).startswith(f"office.yaml:{line}；{field}")
    assert words in caught.value.cure


def test_an_office_without_any_hours_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "office.yaml"
    empty = [f"{line.split(':')[0]}: []" if "day:" in line else line for line in GOOD.splitlines()]
    file.write_text("\n".join(empty), encoding="utf-8")
    with pytest.raises(BadFile, match="至少一天"):
        load_office(file)


@pytest.mark.parametrize("content", [None, b"\xff\xfe\x00", b"", b"- a\n- b\n", b"just text"])
def test_what_is_no_office_at_all(tmp_path: Path, content: bytes | None) -> None:
    file = tmp_path / "office.yaml"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadFile, match=r"office\.yaml"):
        load_office(file)
