"""One verb of the desk from one form: the ticket held, the form taken once, what went wrong in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from flask import request
from werkzeug.datastructures import MultiDict

from bot.desk import Serving
from bot.kit import Kit
from handlers.console.gate import actor, signed
from handlers.console.steps import legal
from models import once
from models.access import Actor, Forbidden, rights
from models.db import Clash, Stale, Unit
from models.desk import BadMove, Changed, NoSuchTicket
from models.desk_dispatch import Taken, TooLate
from models.files import Refused
from models.ticket import Ticket, TicketEvent
from models.typed import integer

# Verbs after which the talent reads something, or nothing more comes: what is unseen must be seen first.
GUARDED = frozenset({"answer", "interim", "ask", "close", "refuse", "merge", "suspend", "again"})


class Wrong(Exception):
    """What was filled in will not do; `str()` says why, to whoever filled it in."""


@dataclass(frozen=True, slots=True)
class Act:
    """What a verb works with. `ticket` is held."""

    kit: Kit
    unit: Unit
    desk: Serving
    ticket: Ticket
    by: Actor
    form: MultiDict[str, str]
    now: datetime

    def words(self, name: str, missing: str = "", most: int = 4000) -> str:
        """A field; `missing` is said when it is empty. Raises Wrong."""
        found = self.form.get(name, "").strip()
        if not found and missing:
            raise Wrong(missing)
        if len(found) > most:
            raise Wrong(f"太长了，最多 {most} 个字")
        return found

    def number(self, name: str, low: int, high: int, wrong: str) -> int:
        """Raises Wrong."""
        found = integer(self.form.get(name, "").strip())
        if found is None or not low <= found <= high:
            raise Wrong(wrong)
        return found


@dataclass(frozen=True, slots=True)
class Outcome:
    """`status` 200: done, with `words` about it. 409: not done, `news` is what the actor had not seen. 422: Wrong."""

    status: int = 200
    words: str = ""
    news: Sequence[TicketEvent] = field(default_factory=tuple)

    @property
    def done(self) -> bool:
        return self.status == 200


Do = Callable[[Act], str | None]


def act(kit: Kit, number: str, verb: str, do: Do, *, right: str = "") -> Outcome:
    """`do` returns what to say when it is done. Raises Forbidden, NoSuchTicket, Unavailable."""
    by, form, now = actor(), request.form, kit.now()
    seen = integer(form.get("seen", "")) if verb in GUARDED else None
    if (right or verb) not in rights(by):
        raise Forbidden(right or verb)

    def work(unit: Unit) -> str | None:
        desk = signed(kit.desk(unit))
        ticket = desk.get(by, number)  # whose existence is not told to those who may not see it
        if form.get("once"):
            once.take(unit, f"{by.id}:{form['once']}", now)
        ticket = desk.hold(by, number, right or verb, seen)
        if (right or verb) not in legal(by, ticket) and verb not in _FREE:
            raise BadMove(ticket.state_name)
        return do(Act(kit, unit, desk, ticket, by, form, now))

    try:
        said = kit.db.doing(work)
    except once.Again:
        return Outcome(words="")
    except Changed as changed:
        return Outcome(409, "刚才有新内容，请先看一眼", changed.since)
    except (BadMove, Stale, Clash) as lost:
        return Outcome(409, _why_not(lost), _news(kit, by, number))
    except (Wrong, Refused) as wrong:
        return Outcome(422, str(wrong))
    return Outcome(words=said or "")


_FREE = frozenset({"recall", "resend", "material", "faq", "mark"})  # asked of more than the ticket's state


def _why_not(lost: Exception) -> str:
    match lost:
        case Taken():
            return "已经有同事在办"
        case TooLate():
            return str(lost) or "已经过了退回的期限，不能再退"
        case BadMove():
            return lost.why or f"现在是“{lost.state_name}”，这一步做不了"
    return "刚才有人也在改，没有办成，请再试一次"


def _news(kit: Kit, by: Actor, number: str) -> list[TicketEvent]:
    """What others did since the form was on the screen; nothing of a ticket that is not theirs any more."""
    seen = integer(request.form.get("seen", ""))
    with kit.db.unit() as unit:
        desk = kit.desk(unit)
        try:
            ticket = desk.get(by, number)
        except NoSuchTicket:
            return []
        return [each for each in desk.events(ticket) if seen is not None and each.id > seen and each.actor != by.key]
