"""When what has to be done: the rules of desk.yaml on the working time of the office. Pure but for reading both.

The clock of a ticket runs from its creation (重办: from then on), whoever has it. Waiting for the talent is taken out:
what of a pause was working time is put behind the end, for times by the wall clock its whole length. Granted working
days are added to the end. A yellow card is due one working day before the end (by the wall clock 24 hours); of what is
shorter than two of them, when half of it is over.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import NamedTuple

from config import worktime
from config.calendar import Calendar
from config.desk import DeskRules, Span, Times
from models.history import Due, Facts
from models.ticket import Ticket

_DAY = timedelta(hours=24)
_MINUTE = timedelta(minutes=1)


class Left(NamedTuple):
    """Minutes left, below 0 when overdue; None: nothing is due, or not known. They are minutes of working time but for
    those named in `wall`. `day`: the minutes of a working day.
    """

    accept: int | None
    first: int | None
    resolve: int | None
    paused: bool
    unknown: bool
    wall: frozenset[str]
    day: int


class Kept(NamedTuple):
    """Whether each promise was kept; None: still open and in time, or nobody can tell."""

    accept: bool | None
    first: bool | None
    resolve: bool | None


class Sla:
    """`rules` and `calendar` give the present ones: both may be edited while we run."""

    def __init__(self, rules: Callable[[], DeskRules], calendar: Callable[[], Calendar]) -> None:
        self._rules = rules
        self._calendar = calendar

    def due(self, facts: Facts) -> Due:
        """Of an open ticket; parts in a year not known yet are None, and `unknown` says so."""
        times = self._rules().times_for(facts.kind, facts.urgency)
        ends = self._ends(times, facts)
        unknown = None in ends.values()
        if resolve := ends.get("resolve"):
            ends["yellow"] = self._yellow(times.resolve, facts, resolve)  # type: ignore[arg-type]
        return Due(**ends, unknown=unknown)

    def left(self, ticket: Ticket, now: datetime) -> Left:
        """For the chips of lists and of the ticket itself."""
        times = self._rules().times_for(ticket.kind, ticket.urgency)
        spans = {"accept": times.accept, "first": times.first, "resolve": times.resolve}
        wall = frozenset(name for name, span in spans.items() if span is not None and span.unit == "wall")
        calendar = self._calendar()

        def minutes(name: str, due: datetime | None) -> int | None:
            if due is None:
                return None
            found = due - now if name in wall else worktime.between(calendar, now, due)
            return None if found is None else found // _MINUTE

        return Left(
            minutes("accept", ticket.accept_due),
            minutes("first", ticket.first_due),
            minutes("resolve", ticket.resolve_due),
            ticket.state == "waiting",
            ticket.due_unknown,
            wall,
            worktime.usual_day(calendar) // _MINUTE,
        )

    def kept(self, facts: Facts, now: datetime) -> Kept:
        """For reports: what was promised against when it was done."""
        times = self._rules().times_for(facts.kind, facts.urgency)
        due = self._ends(times, facts._replace(accepted_at=None, first_at=None, resolved_at=None)).get
        pairs = (due("accept"), facts.accepted_at), (due("first"), facts.first_at), (due("resolve"), facts.resolved_at)
        return Kept(*(_in_time(end, done, now) for end, done in pairs))

    def spent(self, start: datetime, end: datetime) -> timedelta | None:
        """The working time between two moments; None where a year is not known."""
        return worktime.between(self._calendar(), start, end)

    def send_back_until(self, dispatched_at: datetime) -> datetime | None:
        return self.add(dispatched_at, self._rules().send_back)

    def longest_extension(self) -> int:
        return self._rules().longest_extension

    def ring_back(self, at: datetime) -> datetime | None:
        """When whoever rated low is to be rung up: while people are at work; None as in add()."""
        found = self.add(at, self._rules().rating.callback)
        return None if found is None else worktime.on_duty(self._calendar(), found) or found

    def add(self, at: datetime, span: Span) -> datetime | None:
        """None: the end lies in a year whose holidays are not known."""
        if span.unit == "wall":
            return at + timedelta(minutes=span.amount)
        if span.unit == "days":
            return worktime.days_after(self._calendar(), at, span.amount)
        return self._calendar().add_working(at, span.amount)

    def ago(self, now: datetime, span: Span) -> datetime | None:
        """The latest moment from which `span` had passed by `now`; None as in add()."""
        if span.unit == "wall":
            return now - timedelta(minutes=span.amount)
        if span.unit == "days":
            return worktime.days_before(self._calendar(), now, span.amount)
        return worktime.before(self._calendar(), now, span.amount * _MINUTE)

    def _ends(self, times: Times, facts: Facts) -> dict[str, datetime | None]:
        """Of what is still to be done; None where nobody can tell."""
        ends: dict[str, datetime | None] = {}
        if times.accept and facts.accepted_at is None:
            ends["accept"] = self.add(facts.created_at, times.accept)
        if times.first and facts.first_at is None:
            same = "accept" in ends and times.first == times.accept
            ends["first"] = ends["accept"] if same else self.add(facts.created_at, times.first)
        if times.resolve and facts.resolved_at is None and not _paused(facts):
            ends["resolve"] = self._put_behind(self._whole(times.resolve, facts), times.resolve, facts)
        return ends

    def _whole(self, span: Span, facts: Facts) -> datetime | None:
        """The end, as if nobody had ever waited for the talent."""
        end = self.add(facts.round_at, span)
        return worktime.put_off(self._calendar(), end, facts.extra_days) if end and facts.extra_days else end

    def _put_behind(self, end: datetime | None, span: Span, facts: Facts) -> datetime | None:
        """`end` with the pauses that began before it behind it."""
        for start, over in facts.pauses:
            if end is None or over is None or start >= end:
                break
            if span.unit == "wall":
                end += over - start
                continue
            waited = worktime.between(self._calendar(), start, over)
            if waited is None:
                return None
            end = self._calendar().add_duty(end, waited) if waited else end
        return end

    def _yellow(self, span: Span, facts: Facts, resolve: datetime) -> datetime | None:
        half = self._put_behind(self._half(span, facts), span, facts)
        day = resolve - _DAY if span.unit == "wall" else worktime.days_before(self._calendar(), resolve, 1)
        return max(filter(None, (half, day)), default=None)

    def _half(self, span: Span, facts: Facts) -> datetime | None:
        start, end = facts.round_at, self._whole(span, facts)
        if end is None or span.unit == "wall":
            return start + (end - start) / 2 if end else None
        duty = worktime.between(self._calendar(), start, end)
        return self._calendar().add_duty(start, duty / 2) if duty is not None else None


def _paused(facts: Facts) -> bool:
    return bool(facts.pauses) and facts.pauses[-1][1] is None


def _in_time(end: datetime | None, done: datetime | None, now: datetime) -> bool | None:
    if end is None:
        return None
    return done <= end if done else (None if now <= end else False)
