"""The calendar file: public facts of public events, in times that every phone shows rightly."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from icalendar import Calendar

from bot.kit import Kit
from handlers import calendar_file
from models.event import Event
from models.events import Events, NewEvent

START = datetime(2026, 12, 4, 6, 0, tzinfo=UTC)  # 14:00 in Zunyi
SALON = NewEvent(
    "高层次人才沙龙，第3期",
    place="人才之家（演示）",
    starts_at=START,
    ends_at=START + timedelta(hours=2),
    remind="1d 2h",
)


@pytest.fixture
def browser(kit: Kit) -> FlaskClient:
    app = Flask(__name__)
    app.register_blueprint(calendar_file.make(kit))
    return app.test_client()


def made(kit: Kit, new: NewEvent = SALON, verb: Callable[[Events, Event], object] | None = None) -> str:
    """The number of an event that is open, or that `verb` was done to."""
    with kit.db.writing() as unit:
        events = Events(unit)
        event = events.add(new, now=kit.now())
        events.open(event, now=kit.now())
        if verb:
            verb(events, event)
        return event.number


def the_entry(browser: FlaskClient, number: str) -> Calendar:
    got = browser.get(f"/events/{number}.ics")
    assert (got.status_code, got.mimetype) == (200, "text/calendar")
    return Calendar.from_ical(got.data).events[0]


def test_time_place_and_alarms(kit: Kit, browser: FlaskClient) -> None:
    number = made(kit)
    entry = the_entry(browser, number)
    assert (entry["summary"], entry["location"]) == ("高层次人才沙龙，第3期", "人才之家（演示）")
    assert (entry.decoded("dtstart"), entry.decoded("dtend")) == (START, START + timedelta(hours=2))
    assert [alarm.decoded("trigger") for alarm in entry.walk("VALARM")] == [timedelta(days=-1), timedelta(hours=-2)]
    assert entry["status"] == "CONFIRMED"
    assert "description" not in entry  # nobody has said more


def test_a_day_without_an_hour_is_a_whole_day(kit: Kit, browser: FlaskClient) -> None:
    entry = the_entry(browser, made(kit, replace(SALON, all_day=True, ends_at=None, remind="1d")))
    assert (entry.decoded("dtstart"), entry.decoded("dtend")) == (date(2026, 12, 4), date(2026, 12, 5))
    assert [alarm.decoded("trigger") for alarm in entry.walk("VALARM")] == [timedelta(hours=-15)]  # nine in the morning


def test_no_end_is_made_up(kit: Kit, browser: FlaskClient) -> None:
    assert "dtend" not in the_entry(browser, made(kit, replace(SALON, ends_at=None)))


def test_what_was_moved_or_cancelled_replaces_what_the_phone_has(kit: Kit, browser: FlaskClient) -> None:
    number = made(kit)
    first = the_entry(browser, number)
    with kit.db.writing() as unit:
        events = Events(unit)
        events.edit(events.find(number), {"starts_at": START + timedelta(minutes=30)}, now=kit.now())
    second = the_entry(browser, number)
    with kit.db.writing() as unit:
        events = Events(unit)
        events.cancel(events.find(number), "讲师生病", now=kit.now())
    third = the_entry(browser, number)
    assert first["uid"] == second["uid"] == third["uid"]
    assert first["sequence"] < second["sequence"] <= third["sequence"]
    assert (third["status"], third.walk("VALARM")) == ("CANCELLED", [])


def test_demo_data_is_told_as_such(kit: Kit, browser: FlaskClient) -> None:
    entry = the_entry(browser, made(kit, replace(SALON, demo=True)))
    assert entry["summary"].startswith("【演示】")
    assert "不是真的活动" in entry["description"]


def test_who_signed_up_is_not_in_it(kit: Kit, browser: FlaskClient) -> None:
    number = made(kit, verb=lambda events, event: events.sign_up(event, "oXiaoLin", remind=True, now=kit.now()))
    assert b"oXiaoLin" not in browser.get(f"/events/{number}.ics").data


@pytest.mark.parametrize("number", ["H20261204-99", "x", "H20261204-01'"])
def test_there_is_nothing_at_other_addresses(browser: FlaskClient, number: str) -> None:
    got = browser.get(f"/events/{number}.ics")
    assert (got.status_code, got.data) == (404, b"")


def test_a_draft_is_nobodys_business(kit: Kit, browser: FlaskClient) -> None:
    with kit.db.writing() as unit:
        number = Events(unit).add(SALON, now=kit.now()).number
    assert browser.get(f"/events/{number}.ics").status_code == 404
