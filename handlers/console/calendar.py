"""The year day by day, where each day comes from, and bringing in the next one."""

from __future__ import annotations

from calendar import Calendar as Weeks
from datetime import date
from typing import Any, NamedTuple

from flask import render_template, request, url_for
from werkzeug.utils import redirect
from werkzeug.wrappers import Response

from bot import almanac
from config import holidays
from config.calendar import ORIGIN_NAMES, Calendar, day_of, unknown_year
from config.holidays import BadHolidays
from handlers.console.gate import Gate, actor
from models import workday
from models.typed import integer
from models.workday import Known, Unknown, Workdays

FIRST, LAST = 2004, 2100
_LARGEST = 200_000  # bytes of a list: one has some 40 lines


class Cell(NamedTuple):
    """A day of the grid; `look`: a class of the style sheet."""

    day: date
    look: str
    said: str


def make(gate: Gate) -> None:
    kit = gate.kit

    @gate.page("/calendar", "calendar")
    def calendar() -> object:
        year = integer(request.args.get("year", "")) or 0
        return _page(gate, year if FIRST <= year <= LAST else day_of(kit.now()).year)

    @gate.page("/calendar/<int:year>", "calendar", methods=("POST",))
    def calendar_import(year: int) -> object:
        text, source = _given(), request.form.get("source", "").strip()[:500]
        if not FIRST <= year <= LAST:
            return _page(gate, day_of(kit.now()).year, faults=[f"年份写 {FIRST} 到 {LAST} 之间的"]), 422
        try:
            days = holidays.read(text, year)
            if request.form.get("do") != "import":
                return _page(gate, year, preview=days, text=text, source=source)
            with kit.db.writing() as unit:
                again = any(each.year == year for each in workday.years(unit))
                workdays = Workdays(unit, gate.seal, gate.address(request))
                almanac.bring_in(workdays, year, text, source, by=actor().key, now=kit.now(), again=again)
        except BadHolidays as error:
            return _page(gate, year, faults=error.faults, text=text, source=source), 422
        except (Known, Unknown):
            return _page(gate, year, faults=["刚才有别人也在改这一年，请再看一遍"], text=text, source=source), 409
        return _back(year)

    @gate.page("/calendar/<int:year>/remove", "calendar", methods=("POST",))
    def calendar_remove(year: int) -> object:
        try:
            with kit.db.writing() as unit:
                Workdays(unit, gate.seal, gate.address(request)).remove(year, by=actor().key, now=kit.now())
        except Unknown:
            return _page(gate, year, faults=[f"{year} 年没有导入过"]), 409
        return _back(year)


def _back(year: int) -> Response:
    return redirect(url_for("console.calendar", year=year), 303)


def _page(gate: Gate, year: int, **more: Any) -> str:
    kit = gate.kit
    year = min(max(year, FIRST), LAST)
    with kit.db.unit() as unit:
        imported = {each.year: each for each in workday.years(unit)}
    found = kit.calendar()
    months = [(month, _weeks(found, year, month)) for month in range(1, 13)]
    known = {"known": found.is_workday(date(year, 1, 1)) is not None, "missing": unknown_year(found, kit.now())}
    return render_template("console/calendar.html", year=year, months=months, imported=imported, **known, **more)


def _weeks(calendar: Calendar, year: int, month: int) -> list[list[Cell | None]]:
    """Monday first; None for days of another month."""
    weeks = Weeks().monthdatescalendar(year, month)
    return [[_cell(calendar, day) if day.month == month else None for day in week] for week in weeks]


def _cell(calendar: Calendar, day: date) -> Cell:
    origin, worked = calendar.origin(day), calendar.is_workday(day)
    if origin is None or worked is None:
        return Cell(day, "unknown", "还不知道")
    look = "work" if worked else "rest"
    said = f"{'上班' if worked else '休息'} {calendar.day_name(day)}（{ORIGIN_NAMES[origin]}）"
    return Cell(day, look if origin == "week" else f"{look} special", said)


def _given() -> str:
    """What was pasted, or else the file; Excel on a Chinese Windows writes GB 18030."""
    pasted = request.form.get("text", "")
    file = request.files.get("file")
    data = file.read(_LARGEST) if file and not pasted.strip() else b""
    for encoding in ("utf-8-sig", "gb18030"):
        try:
            return data.decode(encoding) if data else pasted[:_LARGEST]
        except UnicodeDecodeError:
            continue
    return ""
