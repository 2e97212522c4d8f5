"""Events with the notices they owe: who is moved, cancelled or promoted hears of it from the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any

from bot import notices
from config.calendar import SHANGHAI, WEEKDAYS
from models import outbox, reminders
from models.db import Unit
from models.event import Event, Signup
from models.events import Changed, Events

Phrase = Callable[..., str]
_SHORT = 20


class Announcing(Events):
    """The verbs of Events; those that concern other people owe them a notice. `phrase`: the library's."""

    def __init__(self, unit: Unit, phrase: Phrase) -> None:
        super().__init__(unit)
        self._phrase = phrase

    def open(self, event: Event, *, now: datetime) -> Changed:
        return self._tell_settled(super().open(event, now=now), now)

    def confirm(self, event: Event, starts_at: datetime, *, all_day: bool = True, now: datetime) -> Changed:
        return self._tell_settled(super().confirm(event, starts_at, all_day=all_day, now=now), now)

    def edit(self, event: Event, changes: Mapping[str, object], *, now: datetime) -> Changed:
        changed = super().edit(event, changes, now=now)
        promoted = set(changed.promoted)
        if changed.people:
            # Who has not heard of the seat yet hears of it as it is now.
            promoted |= outbox.people_under(self._unit, f"promoted:{changed.event.number}:")
            self._forget(changed.event, "后来又有变动")
        told = [each for each in self.signups(changed.event) if each.openid in promoted] if promoted else []
        seated = {each.openid: each for each in told if each.state == "going"}
        self._tell_promoted(changed.event, seated.values(), now)
        self._tell(
            "event_changed", changed.event, [each for each in changed.people if each not in seated], "changed", now
        )
        return changed

    def unsettle(self, event: Event, *, now: datetime) -> Changed:
        changed = super().unsettle(event, now=now)
        self._forget(changed.event, "日期待定")
        self._tell("event_changed", changed.event, changed.people, "unsettled", now)
        return changed

    def cancel(self, event: Event, why: str, *, now: datetime) -> Changed:
        changed = super().cancel(event, why, now=now)
        self._forget(changed.event, "活动取消")
        self._tell(
            "event_cancelled", changed.event, changed.people, "cancelled", now, why=why or self._phrase("notice.no_why")
        )
        return changed

    def withdraw(self, event: Event, openid: str, *, now: datetime) -> Signup | None:
        promoted = super().withdraw(event, openid, now=now)
        if promoted is not None:
            self._tell_promoted(event, [promoted], now)
        return promoted

    def seated(self, promoted: Iterable[tuple[Event, Signup]], now: datetime) -> None:
        """They got a seat by no verb of ours."""
        for event, signup in promoted:
            self._tell_promoted(event, [signup], now)

    def _forget(self, event: Event, why: str) -> None:
        """What was owed of the event before and is not on its way is not true any more."""
        for name in ("event_changed", "promoted"):
            outbox.drop_under(self._unit, f"{name}:{event.number}:", why)

    def _tell_settled(self, changed: Changed, now: datetime) -> Changed:
        self._forget(changed.event, "日期定了")
        ahead = [due for due in reminders.times(changed.event).values() if due > now]
        reminded = self._phrase("notice.reminded") if ahead else ""
        self._tell("event_changed", changed.event, changed.people, "settled", now, reminded=reminded)
        return changed

    def _tell_promoted(self, event: Event, promoted: Iterable[Signup], now: datetime) -> None:
        # By the turn: who gives the seat back and waits again may be promoted again. By the version: told anew.
        told = {f"promoted:{event.number}:{each.turn}:{event.version}": each.openid for each in promoted}
        self._owe("promoted", event, told, "promoted", now)

    def _tell(
        self, name: str, event: Event, people: Iterable[str], phrase: str, now: datetime, **values: object
    ) -> None:
        waiting = self.waiting(event)
        for some in ([each for each in people if each not in waiting], [each for each in people if each in waiting]):
            standing = "waiting" if some and some[0] in waiting else _standing(event)
            told = {f"{name}:{event.number}:{event.version}:{openid}": openid for openid in some}
            self._owe(name, event, told, phrase, now, standing, **values)

    def _owe(
        self,
        name: str,
        event: Event,
        people: Mapping[str, str],
        phrase: str,
        now: datetime,
        standing: str = "",
        **values: object,
    ) -> None:
        if people:
            data = told(self._phrase, event, phrase, standing, **values)
            notices.owe_all(self._unit, name, people, data, now=now, until=event.over_at)


def told(phrase: Phrase, event: Event, key: str, standing: str = "", **values: object) -> dict[str, Any]:
    """The data of a notice about an event, in the wording of notice.`key`; a phrase uses what it wants of it.

    `standing`: waiting, or what the event makes of who is signed up for it.
    """
    said = {"title": event.title, "when": when(phrase, event), "place": _known(phrase, event.place), **values}
    standing = standing or _standing(event)
    said["did"] = phrase(f"notice.did_{standing}")
    said["leave"] = phrase(
        "notice.leave_seat" if standing == "going" and event.capacity else f"notice.leave_{standing}"
    )
    if key == "settled":
        said["kept"] = phrase(f"notice.kept_{standing}", **said)
    text = phrase(f"notice.{key}", **said)
    start = start_of(event)
    note = phrase(f"notice.{key}_note")[:_SHORT]
    return {
        "title": event.title[: notices.LONGEST_TITLE],
        "when": start,
        "note": note,
        "text": text,
        "event": event.number,
    }


def _standing(event: Event) -> str:
    """How who is signed up for it stands: going; mind where there is no seat, or no date yet."""
    return "mind" if event.starts_at is None or event.kind not in ("day", "activity") else "going"


def start_of(event: Event) -> str:
    """An ISO time of the office's; the day alone where the hour is not known, empty where not even that is."""
    if event.starts_at is None:
        return ""
    at = event.starts_at.astimezone(SHANGHAI)
    return at.date().isoformat() if event.all_day else at.isoformat()


def when(phrase: Phrase, event: Event) -> str:
    """2027年4月23日（星期五）14:00; of a day whose hour is not known, the day."""
    if event.starts_at is None:
        return phrase("notice.no_date")
    at = event.starts_at.astimezone(SHANGHAI)
    hour = "" if event.all_day else f" {at:%H:%M}"
    return f"{at.year}年{at.month}月{at.day}日（星期{WEEKDAYS[at.weekday()]}）{hour.strip()}"


def _known(phrase: Phrase, text: str) -> str:
    return phrase("notice.unknown") if text in ("", "unknown") else text
