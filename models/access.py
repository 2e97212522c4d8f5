"""Who may see and do what at the desk (三员分立: those who run the system read no ticket, auditors change nothing).

Every list, detail, search, export, attachment and bulk move asks `visible` here, and nothing else decides it.
"""

from __future__ import annotations

from typing import Literal, NamedTuple, get_args

from sqlalchemy import ColumnElement, and_, case, false, or_, true

from models.ticket import HOTLINE, Ticket

Role = Literal["agent", "lead", "supervisor", "admin", "auditor"]
ROLES: tuple[Role, ...] = get_args(Role)
ROLE_NAMES = {"agent": "坐席", "lead": "组长", "supervisor": "督办员", "admin": "管理员", "auditor": "审计员"}
AT_THE_DESK = ("agent", "lead", "supervisor")

_EVERYBODY = frozenset({"sign", "send_back", "ask", "resume", "interim", "answer", "recall", "note", "call", "claim"})
_EVERYBODY |= {"release", "assign", "suspend", "ask_extension", "attach", "callback", "material", "draft", "follow_up"}
_HOTLINE = frozenset({"open", "accept", "dispatch", "refuse", "merge", "unmerge", "invite", "close", "reopen", "edit"})
_LEAD = frozenset({"bulk", "export", "reports", "canned", "share_view"})
_SUPERVISOR = frozenset({"designate", "grant", "deny", "supervise"})
# Of another unit's ticket, what its own people alone do: the hotline sees all tickets, but does not answer for a unit.
_THEIR_OWN = frozenset({"sign", "send_back", "ask", "answer", "claim", "assign", "release", "ask_extension", "suspend"})
# Of a ticket they help with (协办): beside it, never the final answer.
_HELPING = frozenset({"tickets", "interim", "recall", "note", "call", "attach", "material", "draft", "follow_up"})
_PAGES = {
    "agent": frozenset({"tickets", "people", "knowledge"}),
    "lead": frozenset({"tickets", "people", "knowledge"}),
    "supervisor": frozenset({"tickets", "people", "knowledge", "system"}),
    "admin": frozenset({"staff", "calendar", "system", "knowledge"}),
    "auditor": frozenset({"audit", "system"}),
}


class Actor(NamedTuple):
    """A member of staff, as read from the database for this request. `unit`: HOTLINE, or a 成员单位 of office.yaml."""

    id: int
    name: str
    role: Role
    unit: str = HOTLINE

    @property
    def key(self) -> str:
        return f"staff:{self.id}"

    @property
    def hotline(self) -> bool:
        return self.unit == HOTLINE


class Forbidden(Exception):
    """This actor may not do that. `str()` is the right that is missing."""


def rights(actor: Actor) -> frozenset[str]:
    """Names of pages and verbs; deny by default."""
    found = _PAGES[actor.role]
    if actor.role not in AT_THE_DESK:
        return found
    found |= _EVERYBODY
    found |= _HOTLINE if actor.hotline or actor.role == "supervisor" else frozenset()
    found |= _LEAD if actor.role in ("lead", "supervisor") else frozenset()
    return found | (_SUPERVISOR if actor.role == "supervisor" else frozenset())


def require(actor: Actor, right: str) -> None:
    if right not in rights(actor):
        raise Forbidden(right)


def may(actor: Actor, right: str, ticket: Ticket) -> bool:
    """Whether this actor may do that to this ticket, which they can see."""
    if right not in rights(actor):
        return False
    if actor.role == "supervisor":
        return True
    if ticket.unit == actor.unit:
        return right != "release" or actor.role == "lead" or ticket.assignee == actor.id
    return right not in _THEIR_OWN if actor.hotline else right in _HELPING


def visible(actor: Actor) -> ColumnElement[bool]:
    """The tickets that exist for this actor."""
    if reads_confidential(actor):
        return scope(actor)
    return and_(scope(actor), or_(Ticket.confidential.is_(False), Ticket.assignee == actor.id))


def scope(actor: Actor) -> ColumnElement[bool]:
    """The same for everybody of one role and unit; what is confidential is in it, too."""
    if actor.role not in AT_THE_DESK:
        return false()
    if actor.role == "supervisor" or actor.hotline:
        return true()
    return or_(Ticket.unit == actor.unit, Ticket.helpers.contains(f" {actor.unit} ", autoescape=True))


def reads_confidential(actor: Actor) -> bool:
    """Also of tickets that are somebody else's."""
    return actor.role in ("lead", "supervisor")


def hidden(actor: Actor) -> ColumnElement[bool]:
    """The others; a plain `not` would leave out those that nobody has, whose assignee is NULL."""
    return case((visible(actor), 0), else_=1) == 1


def sees(actor: Actor, ticket: Ticket) -> bool:
    """`visible`, of a ticket in hand."""
    if actor.role not in AT_THE_DESK:
        return False
    theirs = actor.hotline or ticket.unit == actor.unit or actor.unit in ticket.helpers.split()
    allowed = actor.role == "lead" or not ticket.confidential or ticket.assignee == actor.id
    return actor.role == "supervisor" or (theirs and allowed)
