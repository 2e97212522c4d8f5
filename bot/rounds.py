"""What the clock does at the desk: cards, tickets left lying, turns, times after a change of rules, ratings.

One transaction a ticket, so that staff never wait for the clock; what is lost to somebody faster is looked at again the
next time. Any number of clocks may do it: who holds the ticket looks once more before anything is done.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable, Iterable
from datetime import date, datetime, timedelta

from bot.broadcasting import is_quiet
from bot.deliveries import deliveries
from bot.desk import Serving
from bot.kit import Kit
from bot.sla import Sla
from config.calendar import Calendar, day_of
from config.desk import DeskRules
from models import job
from models.db import Stale, Unit
from models.desk import BadMove
from models.rounds import Answered, Rounds, card_of
from models.ticket import CARD_NAMES, Ticket
from models.turns import Turns

_log = logging.getLogger("huicai.clock")
_MOST = 200  # tickets of one run: a clock has other things to do, too
_PAGE = 100
_BUDGET = timedelta(seconds=5)  # of working out times anew, in one run
_digests: list[tuple[tuple[DeskRules, Calendar, date], str]] = []  # the last one: a thousand days are slow to look at
_HERE = timedelta(minutes=15)  # who has not looked at the console for longer gets nothing by turns


def cards(kit: Kit) -> str:
    """黄牌 to what is nearly due, 红牌 to what is overdue."""
    given = {"yellow": 0, "red": 0}

    def give(desk: Serving, ticket: Ticket, now: datetime) -> bool:
        colour = card_of(ticket, now)
        if colour:
            desk.card(ticket, colour, now=now)
            given[colour] += 1
        return bool(colour)

    with kit.db.unit() as unit:
        ids = Rounds(unit).cards(kit.now(), _MOST)
    _each(kit, ids, give)
    return "，".join(f"{CARD_NAMES[colour]} {count} 张" for colour, count in given.items() if count)


def lying(kit: Kit) -> str:
    """What its assignee has left lying goes back to the pool; by turns, if the rules want it, out again."""
    rules, now = kit.rules(), kit.now()
    before = Sla(kit.rules, kit.calendar).ago(now, rules.idle)
    back = _until_none(kit, lambda turns: turns.idle(before, now)) if before is not None else 0
    out = _until_none(kit, lambda turns: turns.give_out(now, here_since=now - _HERE)) if rules.turns else 0
    return "，".join(filter(None, [f"退回未分派 {back} 张" * bool(back), f"轮流派出 {out} 张" * bool(out)]))


def retime(kit: Kit, name: str) -> str:
    """Work out the times of all open tickets anew when the rules or the calendar have become others. `name`: of the
    job, which keeps how far it has come.

    It begins one run after the change was seen: by then every process opens tickets by the new ones.
    """
    now = kit.now()
    until = now + _BUDGET
    wanted = digest(kit.rules(), kit.calendar(), day_of(now))
    with kit.db.unit() as unit:
        known, _, at = job.mark(unit, name).partition(":")
    if known != wanted or at == "done":
        return "" if known == wanted else _keep(kit, name, wanted, "0")
    count = changed = 0
    while at != "done" and (not count or kit.now() < until):
        with kit.db.unit() as unit:
            ids = Rounds(unit).open_after(int(at or 0), _MOST)
        count += len(ids)
        changed += _each(kit, ids, lambda desk, ticket, now: ticket.is_open and desk.retime(ticket, now=now))
        at = str(ids[-1]) if len(ids) == _MOST else "done"
        _keep(kit, name, wanted, at)
    if changed:
        _log.info("the times of %s open tickets are worked out anew: the rules or the calendar have changed", changed)
    return f"重算 {count} 张没办结的工单，{changed} 张的时限变了"


def digest(rules: DeskRules, calendar: Calendar, today: date) -> str:
    """Another one whenever any ticket may be due at another time: of the times, and of every day of three years."""
    asked = rules, calendar, today
    for known, found in _digests:
        if known == asked:
            return found
    first = date(today.year - 1, 1, 1)
    last = date(today.year + 1, 12, 31)
    days = [calendar.frames(first + timedelta(days=number)) for number in range((last - first).days + 1)]
    told = repr((sorted(rules.times.items()), sorted(rules.urgencies.items()), days))
    found = hashlib.sha256(told.encode()).hexdigest()[:16]
    _digests[:] = [(asked, found)]
    return found


def ratings(kit: Kit) -> str:
    """Who has got the answer is asked to rate it, and once again; then it is closed. By night nobody is asked."""
    now, rating = kit.now(), kit.rules().rating
    sla = Sla(kit.rules, kit.calendar)
    again, close = sla.ago(now, rating.again), sla.ago(now, rating.close)
    asked = closed = 0
    arrived = _arrived(kit, now)

    def first(desk: Serving, ticket: Ticket, now: datetime) -> bool:
        return _stands(desk, ticket, arrived[ticket.id]) and _invite(desk, ticket, now)

    def second(desk: Serving, ticket: Ticket, now: datetime) -> bool:
        return ticket.state == "rating" and _invite(desk, ticket, now)

    def last(desk: Serving, ticket: Ticket, now: datetime) -> bool:
        return _is_over(ticket, close, again) and _close(desk, ticket, now)

    if not is_quiet(now):
        asked = _each(kit, arrived, first)
    with kit.db.unit() as unit:
        unrated = Rounds(unit).unrated(again, _MOST) if again and not is_quiet(now) else []
        over = Rounds(unit).to_close(close, again, _MOST) if close and again else []
    over = [number for number in over if number not in (*unrated, *arrived)]
    asked += _each(kit, unrated, second)
    closed = _each(kit, over, last)
    return "，".join(filter(None, [f"请评价 {asked} 张" * bool(asked), f"办结 {closed} 张" * bool(closed)]))


def undelivered(kit: Kit) -> str:
    """Replies that were given up are put on record, so that lists and views show them and somebody rings up."""
    now, lost, last = kit.now(), dict[int, int](), 0
    with kit.db.unit() as unit:
        while page := Rounds(unit).replied(last, _PAGE):
            last = page[-1].id
            how = deliveries(unit, [each.event for each in page], now)
            lost |= {each.id: each.event for each in page if each.event in how and how[each.event].state == "failed"}

    def note(desk: Serving, ticket: Ticket, now: datetime) -> bool:
        if ticket.state not in ("answered", "waiting") or not _stands(desk, ticket, lost[ticket.id]):
            return False
        with kit.db.unit() as beside:  # who has it sent again holds the ticket
            how = deliveries(beside, [lost[ticket.id]], now).get(lost[ticket.id])
        if how is None or how.state != "failed":
            return False
        desk.undelivered(ticket, lost[ticket.id], now=now)
        return True

    noted = _each(kit, lost, note)
    return f"没送达 {noted} 张" * bool(noted)


def _stands(desk: Serving, ticket: Ticket, reply: int) -> bool:
    """Whether that is still the last reply that waits for the talent."""
    return reply == max((each.id for each in desk.events(ticket) if each.kind in ("answer", "ask")), default=0)


def _is_over(ticket: Ticket, resolved: datetime | None, invited: datetime | None) -> bool:
    """As `Rounds.to_close` has it, of a ticket that is held."""
    if not resolved or not invited or not ticket.resolved_at or ticket.resolved_at > resolved:
        return False
    if ticket.state == "answered":
        return not ticket.openid or ticket.callback_at is None
    return ticket.invited_at is not None and ticket.invited_at <= invited


def _invite(desk: Serving, ticket: Ticket, now: datetime) -> bool:
    if ticket.state not in ("answered", "rating") or ticket.rating is not None or ticket.invitations > 1:
        return False
    desk.invite(ticket, "clock", now=now)
    return True


def _close(desk: Serving, ticket: Ticket, now: datetime) -> bool:
    if ticket.state not in ("answered", "rating"):
        return False
    desk.close(ticket, "clock", why="没有评价，到期办结", now=now)
    return True


def _arrived(kit: Kit, now: datetime) -> dict[int, int]:
    """Of answered tickets whose answer is with the talent its event, by id; of what is owed no more, long ago, too."""
    found: dict[int, int] = {}
    last = 0
    with kit.db.unit() as unit:
        while len(found) < _MOST:
            page = [*Rounds(unit).answered(last, _PAGE)]
            if not page:
                break
            last = page[-1].id
            found |= _with_them(unit, [each for each in page if each.openid], now)
    return found


def _with_them(unit: Unit, page: list[Answered], now: datetime) -> dict[int, int]:
    how = deliveries(unit, [each.event for each in page], now)
    return {each.id: each.event for each in page if each.event not in how or how[each.event].state == "sent"}


def _each(kit: Kit, ids: Iterable[int], do: Callable[[Serving, Ticket, datetime], bool]) -> int:
    """How many `do` did something to. What somebody has just now, or has moved on, waits for the next run."""
    done = 0
    for number in ids:
        try:
            with kit.db.writing() as unit:
                ticket = Rounds(unit).hold(number)
                done += ticket is not None and do(kit.desk(unit), ticket, kit.now())
        except (Stale, BadMove):
            continue
    return done


def _until_none(kit: Kit, take: Callable[[Turns], Ticket | None]) -> int:
    for count in range(_MOST):
        try:
            with kit.db.writing() as unit:
                if take(Turns(unit, kit.desk(unit))) is None:
                    return count
        except (Stale, BadMove):
            return count
    return _MOST


def _keep(kit: Kit, name: str, wanted: str, at: str) -> str:
    with kit.db.writing() as unit:
        job.set_mark(unit, name, f"{wanted}:{at}")
    return "规则或日历变了，下一次开始重算" if at == "0" else ""
