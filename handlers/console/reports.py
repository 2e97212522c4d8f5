"""三率 by unit, kind and time, durations, ratings and the bot's shares: charts, tables, XLSX. Tickets one a row."""

from __future__ import annotations

from datetime import date, datetime, timedelta

from flask import Response, render_template, request

from bot.sla import Sla
from config.calendar import SHANGHAI, day_of
from handlers.console import book
from handlers.console.gate import Gate, actor
from handlers.console.shell import unit_name
from models import reports as sums
from models.reports import Line, Period, Report
from models.roster import Roster
from models.ticket import KIND_NAMES, RATING_NAMES, SOURCE_NAMES

STEPS = {"day": "按天", "week": "按周", "month": "按月"}
_USUAL = 30  # days
_LONGEST = 366


def make(gate: Gate) -> None:
    kit = gate.kit

    def judged() -> tuple[Report, date, date, str]:
        first, last = _days(kit.now())
        step = request.args.get("step", "day")
        step = step if step in STEPS else "day"
        calendar = kit.calendar()  # one for all: it remembers the days it was asked for
        judge = Sla(kit.rules, lambda: calendar)
        with kit.db.unit() as unit:
            found = sums.report(unit, actor(), _period(first, last), step, judge, kit.now())
        units = [each._replace(name=unit_name(kit, each.name)) for each in found.by_unit]
        kinds = [each._replace(name=KIND_NAMES[each.name]) for each in found.by_kind]
        sources = {SOURCE_NAMES[name]: count for name, count in found.sources.items()}
        return found._replace(by_unit=units, by_kind=kinds, sources=sources), first, last, step

    @gate.page("/reports", "reports")
    def reports() -> object:
        found, first, last, step = judged()
        named = [(RATING_NAMES[level], count) for level, count in found.ratings.items()]
        known = {"report": found, "first": first, "last": last, "step": step, "steps": STEPS}
        return render_template("console/reports.html", tables=_tables(found), named_ratings=named, **known)

    @gate.page("/reports.xlsx", "reports")
    def reports_xlsx() -> Response:
        found, first, last, _ = judged()
        return book.answer(f"三率 {first} 至 {last}", book.of_report(found, RATING_NAMES))

    @gate.page("/reports/tickets.xlsx", "export")
    def tickets_xlsx() -> Response:
        first, last = _days(kit.now())
        with kit.db.writing() as unit:
            names = Roster(unit, gate.seal).names()
            tickets = sums.tickets_in(unit, actor(), _period(first, last))
            days = {"first": str(first), "last": str(last)}
            gate.audit(unit).add(actor().key, "export", "tickets", now=kit.now(), rows=len(tickets), **days)
        sheet = book.of_tickets(tickets, names, lambda name: unit_name(kit, name))
        return book.answer(f"工单 {first} 至 {last}", [sheet])


def _tables(report: Report) -> list[tuple[str, list[Line]]]:
    return [("按单位", report.by_unit), ("按类别", report.by_kind), ("按时间", report.by_time)]


def _days(now: datetime) -> tuple[date, date]:
    """Both count; the last 30 days unless the address says otherwise."""
    last = _day("last") or day_of(now)
    first = _day("first") or last - timedelta(days=_USUAL - 1)
    first = min(first, last)
    return max(first, last - timedelta(days=_LONGEST)), last


def _day(name: str) -> date | None:
    try:
        found = date.fromisoformat(request.args.get(name, ""))
    except ValueError:
        return None
    return found if 2004 <= found.year <= 2100 else None


def _period(first: date, last: date) -> Period:
    def midnight(day: date) -> datetime:
        return datetime(day.year, day.month, day.day, tzinfo=SHANGHAI)

    return Period(midnight(first), midnight(last + timedelta(days=1)))
