"""A year's holidays as an admin hands them in: lines to type or paste, a table saved as CSV, or published JSON or YAML.

    2026-01-01 休 元旦
    2026-02-14 班 春节
    2026-02-15 至 2026-02-23 休 春节

Columns are parted by blanks, tabs or commas; `#` begins a remark, and a line of headings is passed over. JSON and YAML
are {"days": [{"date", "name", "isOffDay"}]} as such lists are published, or `days` as office.yaml has it.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any, NamedTuple

import yaml

from config.office import Day

_DATE = r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})日?"
_LINE = re.compile(rf"{_DATE}(?:\s*(?:至|到|~|—|－)+\s*{_DATE})?[\s,，\t]+(\S+?)(?:[\s,，\t]+(.*))?")
_HEADING = re.compile(r"日期|date", re.IGNORECASE)
_KINDS = dict.fromkeys(("休", "休息", "放假", "假", "rest", "true"), "rest")
_KINDS |= dict.fromkeys(("班", "上班", "调休", "补班", "work", "false"), "work")
_UNNAMED = "调休"  # a weekend that is worked needs no name
_LONGEST = 20  # days of one range: more is a slip of the pen
_BY_LAW = ((1, 1), (5, 1), (10, 1), (10, 2), (10, 3))  # 全国年节及纪念日放假办法: those of fixed dates
_MOST = 20  # faults told


class BadHolidays(ValueError):
    """The list cannot be used; `faults` are sentences for whoever handed it in."""

    def __init__(self, faults: list[str]) -> None:
        more = [f"还有 {len(faults) - _MOST} 处"] if len(faults) > _MOST else []
        self.faults = [*faults[:_MOST], *more]
        super().__init__("；".join(self.faults))


class _Said(NamedTuple):
    """One day as it stands in the list; `where` names its place there."""

    where: str
    day: date
    kind: str
    name: str


def read(text: str, year: int) -> dict[date, Day]:
    """The days of `year` that are not what their weekday says, in their order. Raises BadHolidays."""
    faults: list[str] = []
    said = [*(_published(text, faults) if _is_published(text) else _lines(text, faults))]
    if not said and not faults:
        faults.append("名单是空的；一行写一天，如 2026-01-01 休 元旦")
    found: dict[date, Day] = {}
    for each in said:
        fault = "这一天写了两次" if each.day in found else _fault(each, year)
        if fault:
            faults.append(f"{each.where} {each.day}：{fault}")
        else:
            found[each.day] = Day.model_construct(kind=each.kind, name=each.name or _UNNAMED)
    if faults := faults or [*_missing(found, year)]:
        raise BadHolidays(sorted(faults, key=_place))
    return dict(sorted(found.items()))


def _place(fault: str) -> int:
    """Where in the list it is; what is of no line comes last."""
    found = re.match(r"第 (\d+)", fault)
    return int(found[1]) if found else sys.maxsize


def _lines(text: str, faults: list[str]) -> Iterator[_Said]:
    for number, line in enumerate(text.lstrip("\ufeff").splitlines(), 1):
        line = line.partition("#")[0].strip().replace('"', "")
        if not line or (_HEADING.search(line) and not re.search(r"\d", line)):
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            faults.append(f"第 {number} 行看不懂：{line[:30]}；照这样写：2026-01-01 休 元旦")
            continue
        try:
            first = _date(*found.group(1, 2, 3))
            last = _date(*found.group(4, 5, 6)) if found[4] else first
        except ValueError:
            faults.append(f"第 {number} 行：没有这个日期")
            continue
        if not 0 <= (last - first).days < _LONGEST:
            faults.append(f"第 {number} 行：从 {first} 到 {last} 不对，起止写反了或太长")
            continue
        for days in range((last - first).days + 1):
            day = first + timedelta(days=days)
            yield _Said(f"第 {number} 行", day, _kind(found[7]), (found[8] or "").strip(" ,，"))


def _is_published(text: str) -> bool:
    start = text.lstrip("\ufeff \r\n\t")
    return start.startswith("{") or bool(re.search(r"^[\"']?days[\"']?\s*:", start, re.MULTILINE))


def _published(text: str, faults: list[str]) -> Iterator[_Said]:
    try:
        data = yaml.load(text.lstrip("\ufeff"), Loader=yaml.CBaseLoader)  # noqa: S506 - makes texts only
    except yaml.YAMLError:
        faults.append("不是能读的 JSON 或 YAML；检查括号、引号和缩进")
        return
    days = data.get("days") if isinstance(data, dict) else None
    for number, (day, told) in enumerate(_pairs(days), 1):
        where = f"第 {number} 天"
        try:
            found = date.fromisoformat(str(day))
        except ValueError:
            faults.append(f"{where}：{str(day)[:30]} 不是日期，写成 2026-01-01")
            continue
        kind = str(told.get("kind") or told.get("isOffDay") or "")
        yield _Said(where, found, _kind(kind), str(told.get("name") or ""))


def _pairs(days: Any) -> Iterator[tuple[Any, dict[str, Any]]]:
    """Of both shapes: the day, and what is said of it."""
    if isinstance(days, dict):
        yield from ((day, told) for day, told in days.items() if isinstance(told, dict))
    elif isinstance(days, list):
        yield from ((told.get("date"), told) for told in days if isinstance(told, dict))


def _date(year: str, month: str, day: str) -> date:
    return date(int(year), int(month), int(day))


def _kind(word: str) -> str:
    return _KINDS.get(word.lower(), word)


def _fault(said: _Said, year: int) -> str:
    if said.day.year != year:
        return f"不在 {year} 年"
    if said.kind not in ("rest", "work"):
        return f"“{said.kind[:10]}”看不懂，写“休”或“班”"
    if not said.name and said.kind == "rest":
        return "没写名称，如 元旦"
    if len(said.name) > 20:
        return "名称太长"
    if said.kind == "work" and said.day.weekday() < 5:
        return "是星期一到星期五，本来就上班，只有周末才写“班”"
    return ""


def _missing(found: dict[date, Day], year: int) -> Iterator[str]:
    """Holidays that no year is without: who leaves them out has half a list, or one of another year."""
    for month, day in _BY_LAW:
        at = date(year, month, day)
        plan = found.get(at)
        if (plan is None and at.weekday() < 5) or (plan is not None and plan.kind == "work"):
            yield f"{at} 是法定节假日，名单里没有；名单要写全一年"
    if not any(plan.name.startswith("春节") for plan in found.values()):
        yield "名单里没有春节；名单要写全一年"
