"""What a list of tickets may be asked for: the views of the desk, and a filter that an address can carry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, true

from models.access import Actor
from models.base import OFFICE
from models.moves import OPEN, STATE_NAMES
from models.ticket import Ticket
from models.typed import integer, printable

VIEWS = {
    "mine": "我的待办",
    "tosign": "待签收",
    "today": "今日到期",
    "yellow": "黄牌",
    "red": "红牌",
    "callback": "待回访",
    "rectify": "差评整改",
    "free": "未分派",
    "returned": "退回/延期待审",
    "all": "全部",
}
SORTS = {"due": "先到期的在前", "callback": "先回访的在前", "heard": "来话新的在前", "new": "新建的在前"}
_NARROWING = ("unit", "assignee", "state", "kind", "card", "source", "topic", "urgency")
POOL = ("new", "dispatched", "working", "returned")  # in which somebody has to take it up


@dataclass(frozen=True, slots=True)
class Filter:
    """All texts, "" for any. `assignee`: me | none | a staff id. `state`: one of moves.py, or open."""

    view: str = "all"
    q: str = ""
    unit: str = ""
    assignee: str = ""
    state: str = ""
    kind: str = ""
    card: str = ""
    source: str = ""
    topic: str = ""
    urgency: str = ""
    sort: str = ""

    @classmethod
    def parse(cls, args: Mapping[str, str]) -> Filter:
        """From the arguments of an address; what it does not know is left out."""
        typed = {each.name: printable(args.get(each.name, "")).strip()[:100] for each in fields(cls)}
        given = {name: value for name, value in typed.items() if value}
        if given.get("view", "all") not in VIEWS:
            del given["view"]
        if given.get("sort", "due") not in SORTS:
            del given["sort"]
        return cls(**given)

    def dump(self) -> dict[str, str]:
        """Arguments that `parse` makes this of again; what is as usual is left out."""
        usual = Filter()
        every = {each.name: str(getattr(self, each.name)) for each in fields(self)}
        return {name: value for name, value in every.items() if value != getattr(usual, name)}

    @property
    def narrows(self) -> bool:
        """Whether it leaves out some of what its view or its words would find."""
        return any(getattr(self, name) for name in _NARROWING)

    @property
    def widened(self) -> dict[str, str]:
        """What `dump` says of it without that."""
        return {"view": self.view, **replace(self, **dict.fromkeys(_NARROWING, "")).dump()}

    @property
    def order(self) -> str:
        """One of SORTS."""
        return self.sort or ("callback" if self.view == "callback" else "due")


def of_view(view: str, actor: Actor, now: datetime) -> ColumnElement[bool]:
    """Beside `visible`, which the caller asks for as well."""
    still = Ticket.state.in_(OPEN)
    if view in ("yellow", "red"):
        return and_(still, Ticket.card == view)
    if view == "today":
        begin = now.astimezone(OFFICE).replace(hour=0, minute=0, second=0, microsecond=0)
        return and_(still, Ticket.next_due >= begin, Ticket.next_due < begin + timedelta(days=1))
    found: dict[str, ColumnElement[bool]] = {
        "mine": and_(still, Ticket.assignee == actor.id),
        "tosign": Ticket.state == "dispatched",
        "callback": and_(Ticket.callback_at.is_not(None), Ticket.state.not_in(("merged", "withdrawn"))),
        "rectify": and_(still, Ticket.kind == "rectify"),
        "free": free(actor),
        "returned": Ticket.state.in_(("returned", "extending")),
        "all": true(),
    }
    return found[view]


def free(actor: Actor) -> ColumnElement[bool]:
    """Nobody has it; a supervisor sees those of all units."""
    ours = true() if actor.role == "supervisor" else Ticket.unit == actor.unit
    return and_(Ticket.assignee.is_(None), Ticket.state.in_(POOL), ours)


def chosen(wanted: Filter, actor: Actor) -> list[ColumnElement[bool]]:
    """What the filter asks for beside its view and its words."""
    plain: dict[str, Any] = {"unit": Ticket.unit, "kind": Ticket.kind, "card": Ticket.card, "source": Ticket.source}
    plain |= {"topic": Ticket.topic, "urgency": Ticket.urgency}
    found = [column == getattr(wanted, name) for name, column in plain.items() if getattr(wanted, name)]
    if wanted.state == "open":
        found.append(Ticket.state.in_(OPEN))
    elif wanted.state in STATE_NAMES:
        found.append(Ticket.state == wanted.state)
    if wanted.assignee == "none":
        found.append(Ticket.assignee.is_(None))
    elif (number := actor.id if wanted.assignee == "me" else integer(wanted.assignee)) is not None:
        found.append(Ticket.assignee == number)
    return found


def takes(wanted: Filter, actor: Actor, ticket: Ticket, now: datetime) -> bool:
    """`of_view` and `chosen`, of a ticket in hand; words are not looked for."""
    for name in ("unit", "kind", "card", "source", "topic", "urgency"):
        if getattr(wanted, name) and getattr(ticket, name) != getattr(wanted, name):
            return False
    if wanted.state in STATE_NAMES and ticket.state != wanted.state:
        return False
    if wanted.state == "open" and not ticket.is_open:
        return False
    return _has(wanted.assignee, actor, ticket) and _stands(wanted.view, actor, ticket, now)


def _has(assignee: str, actor: Actor, ticket: Ticket) -> bool:
    if assignee == "none":
        return ticket.assignee is None
    number = actor.id if assignee == "me" else integer(assignee)
    return number is None or ticket.assignee == number


def _stands(view: str, actor: Actor, ticket: Ticket, now: datetime) -> bool:
    due, today = ticket.next_due, now.astimezone(OFFICE).date()
    found: dict[str, bool] = {
        "mine": ticket.is_open and ticket.assignee == actor.id,
        "tosign": ticket.state == "dispatched",
        "today": ticket.is_open and due is not None and due.astimezone(OFFICE).date() == today,
        "yellow": ticket.is_open and ticket.card == "yellow",
        "red": ticket.is_open and ticket.card == "red",
        "callback": ticket.callback_at is not None and ticket.state not in ("merged", "withdrawn"),
        "rectify": ticket.is_open and ticket.kind == "rectify",
        "free": ticket.assignee is None and ticket.state in POOL and actor.role == "supervisor",
        "returned": ticket.state in ("returned", "extending"),
        "all": True,
    }
    found["free"] |= ticket.assignee is None and ticket.state in POOL and ticket.unit == actor.unit
    return found[view]
