"""What the clock does with events: due reminders to the outbox, and states by time.

Any number of clocks may do it side by side, and any of them may die: what is due stands in rows.
"""

from __future__ import annotations

from collections import defaultdict

from bot import notices
from bot.events import told
from bot.kit import Kit
from models import reminders
from models.db import Stale, Unit
from models.event import Event
from models.events import Events

_BATCH = 500
_BATCHES = 100  # of one call: a clock has other things to do, too


def remind(kit: Kit) -> str:
    """Move due reminders to the outbox, a batch a transaction; those past their use expire with the reason."""
    sent = gone = 0
    for _ in range(_BATCHES):
        try:
            with kit.db.writing() as unit:
                taken = reminders.due(unit, _BATCH, kit.now())
                queued = _queue(kit, unit, [each for each in taken if not each.spent])
                _expire(unit, [each for each in taken if each.spent])
        except Stale:
            break  # a deadlock with an edit; nothing was written, the next tick does it
        sent, gone = sent + queued, gone + len([each for each in taken if each.spent])
        if len(taken) < _BATCH:
            break
    return f"提醒 {sent}，过期 {gone}" if sent or gone else ""


def _queue(kit: Kit, unit: Unit, due: list[reminders.Due]) -> int:
    alike: dict[int, list[reminders.Due]] = defaultdict(list)
    for each in due:
        alike[each.event.id].append(each)
    queued = 0
    for same in alike.values():
        event, people = same[0].event, {reminders.dedup(each.id): each.openid for each in same}
        data = told(kit.library.phrase, event, _wording(event), text=event.remind_text)
        queued += len(notices.owe_all(unit, "reminder", people, data, now=kit.now(), until=event.starts_at))
        reminders.queued(unit, [each.id for each in same])
    return queued


def _wording(event: Event) -> str:
    if event.remind_text:
        return "reminder_own"
    return "reminder" if event.kind in ("day", "activity") else "reminder_deadline"


def _expire(unit: Unit, spent: list[reminders.Due]) -> None:
    by_reason: dict[str, list[int]] = defaultdict(list)
    for each in spent:
        by_reason[each.spent].append(each.id)
    for why, ids in by_reason.items():
        reminders.expired(unit, ids, why)


def finish(kit: Kit) -> str:
    """Open, full, closed, done: what time and seats have made of each event.

    Also of those that a clock which ran ahead has called done.
    """
    changed = 0
    with kit.db.unit() as unit:
        events, now = Events(unit), kit.now()
        known = [*events.listed(), *events.done_too_soon(now)]
        moved = [each.number for each in known if each.state != each.state_at(now, events.seats(each).going)]
    for number in moved:
        with kit.db.writing() as unit:
            changed += Events(unit).finish(Events(unit).find(number), now=kit.now())
    return f"{changed} 场活动的状态变了" if changed else ""
