"""An event as the text that phones put into their calendars.

RFC 5545; the same UID with a higher SEQUENCE replaces what a phone took before.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from icalendar import Alarm, Calendar
from icalendar import Event as Entry

from config.calendar import SHANGHAI
from models import reminders
from models.event import Event

_UNKNOWN = "unknown"


def rendered(event: Event, account: str) -> bytes:
    """Times in UTC, which every phone shows as its own; days as days. `account` makes the UID the account's own."""
    calendar = Calendar()
    calendar.add("prodid", "-//huicai//events//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add_component(_entry(event, account))
    body: bytes = calendar.to_ical()
    return body


def _entry(event: Event, account: str) -> Entry:
    entry = Entry()
    title = f"【演示】{event.title}" if event.demo and "演示" not in event.title else event.title
    entry.add("uid", f"{event.number}@{account or 'huicai'}")
    entry.add("summary", title)
    entry.add("dtstamp", event.updated_at)
    entry.add("last-modified", event.updated_at)
    entry.add("sequence", event.version)
    entry.add("status", "CANCELLED" if event.state == "cancelled" else "CONFIRMED")
    if event.place != _UNKNOWN:
        entry.add("location", event.place)
    if described := _described(event):
        entry.add("description", described)
    if event.starts_at is not None:
        _put_times(entry, event, event.starts_at)
        if event.state != "cancelled":
            for due in reminders.times(event).values():
                entry.add_component(_alarm(title, due - event.starts_at))
    return entry


def _put_times(entry: Entry, event: Event, starts: datetime) -> None:
    """Without an end where nobody has said one."""
    if not event.all_day:
        entry.add("dtstart", starts)
        if event.ends_at is not None:
            entry.add("dtend", event.ends_at)
        return
    first = starts.astimezone(SHANGHAI).date()
    last = event.ends_at.astimezone(SHANGHAI).date() if event.ends_at else first
    entry.add("dtstart", first)
    entry.add("dtend", last + timedelta(days=1))  # the day after the last one


def _alarm(title: str, ahead: timedelta) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", title)
    alarm.add("trigger", ahead)
    return alarm


def _described(event: Event) -> str:
    """What is known besides time and place."""
    contact = "" if event.contact == _UNKNOWN else f"联系：{event.contact}"
    demo = "演示数据，不是真的活动" if event.demo else ""
    return "\n".join(filter(None, (demo, event.agenda, event.materials and f"要带：{event.materials}", contact)))
