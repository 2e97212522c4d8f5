"""What stands around every page, and how times and texts are written in it."""

from __future__ import annotations

import gzip
import re
from datetime import UTC, datetime

import pytest
from flask import g, render_template_string

from handlers.console import filters, shell

NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("at", "shown"),
    [
        (datetime(2026, 11, 23, 6, 5, tzinfo=UTC), "今天 14:05"),
        (datetime(2026, 11, 22, 1, 10, tzinfo=UTC), "昨天 09:10"),
        (datetime(2026, 11, 23, 17, 0, tzinfo=UTC), "明天 01:00"),
        (datetime(2026, 11, 20, 8, 30, tzinfo=UTC), "11-20 16:30"),
        (datetime(2025, 12, 31, 8, 30, tzinfo=UTC), "2025-12-31 16:30"),
    ],
)
def test_times_are_the_offices(at: datetime, shown: str) -> None:
    assert f">{shown}</time>" in filters.when(at, NOW)


def test_no_time_is_no_text() -> None:
    assert filters.when(None, NOW) == filters.moment(None) == filters.day(None) == ""


@pytest.mark.parametrize(("minutes", "shown"), [(45, "0:45"), (2172, "36:12"), (-61, "-1:01"), (None, "")])
def test_spans_of_minutes(minutes: int | None, shown: str) -> None:
    assert filters.span(minutes) == shown


def test_what_people_write_stays_text() -> None:
    said = '<script>alert(1)</script>见 https://example.com/a?b=1&c="x"。\n<img src=x onerror=alert(1)>'
    found = filters.rich(said)
    assert "<script" not in found
    assert "<img" not in found
    assert "<br>" in found
    assert re.findall(r'href="([^"]*)"', found) == ["https://example.com/a?b=1&amp;c="]


def test_only_web_addresses_become_links() -> None:
    assert "<a" not in filters.rich("javascript:alert(1) data:text/html,x")


def test_a_page_has_the_rail_its_rights_allow(desk) -> None:
    def places(role: str) -> set[str]:
        seat = desk.sits(role)
        with desk.app.test_request_context("/console/"):
            staff = type("S", (), {"actor": seat.actor, "settings": ""})
            g.inside = type("Inside", (), {"staff": staff, "csrf": "token"})
            page = render_template_string('{% extends "console/base.html" %}{% block main %}x{% endblock %}')
        assert '"X-CSRF-Token": "token"' in page
        return set(re.findall(r'class="place" href="([^"]+)"', page))

    assert "/console/" in places("agent")
    assert "/console/staff" not in places("agent")
    assert "/console/" not in places("admin")
    assert "/console/audit" in places("auditor")


def test_a_page_has_nothing_inline(desk) -> None:
    with desk.app.test_request_context("/console/"):
        page = render_template_string('{% extends "console/base.html" %}')
    assert not re.search(r"<style|style=|\son\w+=|<script(?![^>]*src=)|javascript:", page)


def test_static_files_are_small_and_ours(desk) -> None:
    names = ["desk.css", "desk.js", "htmx-2.0.11.min.js", "icons.svg", "mark.svg"]
    assert sum(len(gzip.compress((shell.STATIC / name).read_bytes())) for name in names) < 60_000
    for name in names:
        with desk.app.test_request_context():
            address = shell.asset(name)
        with desk.app.test_client().get(address, buffered=True) as answer:
            assert answer.status_code == 200
        assert "http" not in re.sub(r"http://www.w3.org/\S+", "", answer.text) or name.startswith("htmx")
