"""Sums over tickets and questions for a period; reads only. Days are the office's.

响应率: of tickets whose first reply was given or is overdue, those answered in time. 解决率: of those answered for good
or overdue, those in time and not taken up again. 满意率: of rated ones, those rated 3 to 5.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple, Protocol

from sqlalchemy import ColumnElement, func, select

from models import history
from models.access import Actor, visible
from models.base import OFFICE
from models.db import Unit
from models.history import Facts
from models.question import QuestionRow
from models.ticket import Ticket, TicketEvent

_LEFT_OUT = ("merged", "withdrawn")  # nobody has to answer them
_TURNED = ("ask", "grant", "reopen")  # whoever had none of these: the columns of the ticket say all about its clock
SATISFIED = 3


class Kept(Protocol):
    """Whether what was promised was kept; None: open and in time still, or nobody can tell. As bot/sla.py has it."""

    @property
    def first(self) -> bool | None: ...
    @property
    def resolve(self) -> bool | None: ...


class Judge(Protocol):
    """The rules of the house: bot/sla.py."""

    def kept(self, facts: Facts, now: datetime) -> Kept: ...
    def spent(self, start: datetime, end: datetime) -> timedelta | None:
        """In working time; None: unknown."""


class Period(NamedTuple):
    """`start` counts, `end` does not; aware."""

    start: datetime
    end: datetime


class Counted(NamedTuple):
    """What is read of a ticket: thousands of them make a report."""

    id: int
    kind: str
    urgency: str
    source: str
    unit: str
    round: int
    rating: int | None
    created_at: datetime
    accepted_at: datetime | None
    first_at: datetime | None
    resolved_at: datetime | None

    @property
    def facts(self) -> Facts:
        """Of one that never waited, was put off or taken up again."""
        at = self.created_at
        return Facts(self.kind, self.urgency, at, at, (), 0, self.accepted_at, self.first_at, self.resolved_at)


_COLUMNS = tuple(getattr(Ticket, name) for name in Counted._fields)


class Fact(NamedTuple):
    """A ticket, judged."""

    ticket: Counted
    responded: bool | None
    resolved: bool | None

    @property
    def satisfied(self) -> bool | None:
        return None if self.ticket.rating is None else self.ticket.rating >= SATISFIED


class Rate(NamedTuple):
    """`good` of `all`."""

    good: int
    all: int

    @property
    def share(self) -> float | None:
        """None when there are none."""
        return self.good / self.all if self.all else None


class Line(NamedTuple):
    """A row of the report: one unit, kind or stretch of time."""

    name: str
    tickets: int
    responded: Rate
    resolved: Rate
    satisfied: Rate


class Bot(NamedTuple):
    """Questions by what the bot made of them; those `ticketed` are among the others."""

    answered: int
    asked: int
    unknown: int
    outside: int
    ticketed: int

    @property
    def all(self) -> int:
        return self.answered + self.asked + self.unknown + self.outside


class Spans(NamedTuple):
    """Hours of working time; None without any."""

    median: float | None
    p90: float | None


class Report(NamedTuple):
    total: Line
    by_unit: list[Line]
    by_kind: list[Line]
    by_time: list[Line]
    sources: dict[str, int]
    ratings: dict[int, int]
    first: Spans
    resolve: Spans
    bot: Bot


def report(unit: Unit, actor: Actor, period: Period, step: str, judge: Judge, now: datetime) -> Report:
    """`step`: day, week or month, as `by_time` is cut."""
    facts = list(_facts(unit, actor, period, judge, now))
    tickets = [each.ticket for each in facts]
    rated = Counter(each.rating for each in tickets)
    return Report(
        _line("合计", facts),
        _lines(facts, lambda each: each.unit),
        _lines(facts, lambda each: each.kind),
        sorted(_lines(facts, lambda each: stretch(each.created_at, step))),
        dict(Counter(each.source for each in tickets).most_common()),
        {level: rated[level] for level in (5, 4, 3, 2, 1)},
        _spans(judge, ((each.created_at, each.first_at) for each in tickets)),
        _spans(judge, ((each.created_at, each.resolved_at) for each in tickets)),
        _bot(unit, period),
    )


def stretch(at: datetime, step: str) -> str:
    """The day, the Monday of the week, or the month that it is in."""
    day = at.astimezone(OFFICE).date()
    if step == "month":
        return f"{day:%Y-%m}"
    return str(day - timedelta(days=day.weekday()) if step == "week" else day)


def tickets_in(unit: Unit, actor: Actor, period: Period) -> list[Ticket]:
    """What the actor may see of those opened in it, oldest first."""
    query = select(Ticket).where(visible(actor), Ticket.created_at >= period.start, Ticket.created_at < period.end)
    return list(unit.session.scalars(query.order_by(Ticket.id)))


def _facts(unit: Unit, actor: Actor, period: Period, judge: Judge, now: datetime) -> Iterator[Fact]:
    inside = (visible(actor), Ticket.created_at >= period.start, Ticket.created_at < period.end)
    turned = _turned(unit, inside)
    rows = unit.execute(select(*_COLUMNS).where(*inside, Ticket.state.not_in(_LEFT_OUT)))
    for each in map(Counted._make, rows):
        kept = judge.kept(turned.get(each.id) or each.facts, now)
        resolved = kept.resolve and each.round == 1 if kept.resolve is not None else None
        yield Fact(each, kept.first, resolved)


def _turned(unit: Unit, inside: tuple[ColumnElement[bool], ...]) -> dict[int, Facts]:
    """Those whose clock only their events tell."""
    these = select(TicketEvent.ticket_id).where(TicketEvent.kind.in_(_TURNED))
    which = (*inside, Ticket.state.not_in(_LEFT_OUT), Ticket.id.in_(these))
    query = select(TicketEvent).join(Ticket, Ticket.id == TicketEvent.ticket_id).where(*which)
    events = unit.session.scalars(query.order_by(TicketEvent.ticket_id, TicketEvent.id))
    tickets = {each.id: each for each in unit.session.scalars(select(Ticket).where(*which))}
    return {
        ticket: history.facts(tickets[ticket], list(some))
        for ticket, some in groupby(events, lambda each: each.ticket_id)
        if ticket in tickets
    }


def _lines(facts: Iterable[Fact], by: Callable[[Counted], str]) -> list[Line]:
    found: dict[str, list[Fact]] = defaultdict(list)
    for each in facts:
        found[by(each.ticket)].append(each)
    return sorted((_line(name, some) for name, some in found.items()), key=lambda line: (-line.tickets, line.name))


def _line(name: str, facts: list[Fact]) -> Line:
    responded, resolved = _rate(each.responded for each in facts), _rate(each.resolved for each in facts)
    return Line(name, len(facts), responded, resolved, _rate(each.satisfied for each in facts))


def _rate(found: Iterable[bool | None]) -> Rate:
    counted = [each for each in found if each is not None]
    return Rate(sum(counted), len(counted))


def _spans(judge: Judge, found: Iterable[tuple[datetime, datetime | None]]) -> Spans:
    spent = (judge.spent(start, end) for start, end in found if end is not None)
    hours = sorted(each.total_seconds() / 3600 for each in spent if each is not None)
    if not hours:
        return Spans(None, None)
    return Spans(hours[len(hours) // 2], hours[min(len(hours) - 1, int(len(hours) * 0.9))])


def _bot(unit: Unit, period: Period) -> Bot:
    inside = (QuestionRow.at >= period.start, QuestionRow.at < period.end)
    rows = unit.execute(select(QuestionRow.decision, func.count()).where(*inside).group_by(QuestionRow.decision))
    found = Counter({row[0]: int(row[1]) for row in rows})
    ticketed = unit.execute(select(func.count()).where(*inside, QuestionRow.ticket != "")).scalar_one()
    return Bot(found["sure"], found["maybe"], found["unknown"], found["outside"], ticketed)
