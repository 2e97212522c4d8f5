"""Lists of holidays as admins hand them in. The days of 2027 below are made up for the tests: nobody knows them yet."""

from __future__ import annotations

import json
from datetime import date, timedelta

import chinese_calendar
import pytest

from config.calendar import Calendar
from config.holidays import BadHolidays, read
from config.office import Day, load_office
from config.settings import ROOT

LINES = """
日期,类型,名称
# 演示名单
2027-01-01 休 元旦
2027-02-05 至 2027-02-11 休 春节
2027-02-20\t班\t春节
2027/4/5,休息,清明
2027年5月1日 至 2027年5月3日，放假，劳动节
2027-10-01~2027-10-07 休 国庆节   # 七天
2027-10-09 班 国庆节
"""


def faults(text: str, year: int = 2027) -> list[str]:
    with pytest.raises(BadHolidays) as caught:
        read(text, year)
    return caught.value.faults


def test_lines_as_somebody_types_them() -> None:
    days = read(LINES, 2027)
    assert len(days) == 1 + 7 + 1 + 1 + 3 + 7 + 1
    assert days[date(2027, 2, 20)] == Day(kind="work", name="春节")
    assert days[date(2027, 4, 5)] == Day(kind="rest", name="清明")
    assert [*days] == sorted(days)


def test_a_table_saved_by_a_spreadsheet() -> None:
    text = "\ufeff" + LINES.replace("2027-10-09 班 国庆节", '"2027-10-09","班","国庆节"')
    assert read(text, 2027) == read(LINES, 2027)


def of_2026() -> list[dict[str, object]]:
    days = [date(2026, 1, 1) + timedelta(days=number) for number in range(365)]
    told = [(day, *chinese_calendar.get_holiday_detail(day)) for day in days]
    names = {holiday.value: holiday.chinese for holiday in chinese_calendar.Holiday}
    return [{"date": day.isoformat(), "name": names[name], "isOffDay": rest} for day, rest, name in told if name]


def test_a_published_list_gives_the_same_days_as_the_nations_table() -> None:
    imported = read(json.dumps({"year": 2026, "papers": [], "days": of_2026()}), 2026)
    office = load_office(ROOT / "config/office.yaml")
    brought, nations = Calendar(office, {2026: imported}), Calendar(office)
    for number in range(365):
        day = date(2026, 1, 1) + timedelta(days=number)
        assert brought.frames(day) == nations.frames(day), day


def test_days_as_the_office_file_has_them() -> None:
    lines = [f"  {day}: {{kind: {plan.kind}, name: {plan.name}}}" for day, plan in read(LINES, 2027).items()]
    assert read("days:\n" + "\n".join(lines), 2027) == read(LINES, 2027)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("2026-12-31 休 元旦", "不在 2027 年"),
        ("2027-01-01 休 元旦", "写了两次"),
        ("2027-03-01 班 调休", "本来就上班"),
        ("2027-03-01 加班 调休", "看不懂，写“休”或“班”"),
        ("2027-03-01 休", "没写名称"),
        ("2027-02-30 休 春节", "没有这个日期"),
        ("元旦放假一天", "看不懂：元旦放假一天"),
        ("2027-03-09 至 2027-03-01 休 春节", "起止写反了"),
        ("2027-03-01 至 2027-12-01 休 春节", "太长"),
        ("2027-03-01 休 " + "长" * 30, "名称太长"),
    ],
)
def test_what_makes_no_sense_is_told_with_its_line(line: str, said: str) -> None:
    told = faults(f"{LINES}{line}")
    assert len(told) == 1
    assert said in told[0]
    assert told[0].startswith(f"第 {len(LINES.splitlines()) + 1} 行")


def test_a_weekend_that_is_worked_needs_no_name() -> None:
    assert read(f"{LINES}2027-02-13 班", 2027)[date(2027, 2, 13)].name


def test_faults_come_in_the_order_of_the_lines() -> None:
    told = faults("2026-12-31 休 元旦\n不对\n2027-03-01 班 调休\n也不对")
    assert [each[:5] for each in told] == [f"第 {number} 行" for number in (1, 2, 3, 4)]


@pytest.mark.parametrize("text", ["", "\n\n", "# 只有说明", "日期,类型,名称", "{}", "days: []"])
def test_an_empty_list_is_none(text: str) -> None:
    assert "空的" in faults(text)[0]


@pytest.mark.parametrize("text", ['{"days": [', "{days: [{date: 一月一日}]}"])
def test_a_broken_file_is_told(text: str) -> None:
    assert faults(text)


def test_half_a_list_is_refused() -> None:
    text = "2027-01-01 休 元旦"
    assert [each[:8] for each in faults(text)] == ["2027-10-", "名单里没有春节；"]
    assert "2027-01-01" in faults("2027-10-01~2027-10-07 休 国庆节\n2027-02-05 休 春节")[0]


def test_a_hundred_faults_are_not_all_told() -> None:
    told = faults("\n".join(["不对"] * 100))
    assert len(told) == 21
    assert told[-1] == "还有 80 处"
