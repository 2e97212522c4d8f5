"""News of the desk: what concerns somebody comes through however much else happens."""

from __future__ import annotations

from hotline import NOW, hire, opened, verbs
from models.db import Database
from models.inbox import Inbox
from models.news import news
from models.views import Filter


def test_an_assignment_is_told_though_a_hundred_other_things_came_after_it(database: Database) -> None:
    mate, lead = hire(database, "小王", unit="hr"), hire(database, "组长", "supervisor")
    number = opened(database)
    with verbs(database) as desk:
        desk.dispatch(desk.hold(lead, number, "dispatch"), lead, "hr", now=NOW)
    with verbs(database) as desk:
        desk.assign(desk.hold(lead, number, "assign"), lead, mate.id, now=NOW)
    with verbs(database) as desk:
        ticket = desk.hold(lead, number, "note")
        for each in range(100):
            desk.note(ticket, lead, f"第 {each} 条", mentions=[], now=NOW)
    with database.unit() as unit:
        assert [each.sort for each in news(unit, mate, 0)][-2:] == ["new", "assigned"]


def test_a_list_of_nobody_known_is_the_list_of_all(database: Database) -> None:
    """Numbers that are none used to break the query."""
    actor = hire(database, "小王")
    opened(database)
    with database.unit() as unit:
        inbox = Inbox(unit, actor)
        for odd in ("\u00b2", "9" * 30, "9" * 90):
            assert len(inbox.page(Filter.parse({"assignee": odd}), NOW).rows) == 1
        assert len(inbox.page(Filter.parse({"q": "\0津贴"}), NOW).rows) == 1
        assert len(inbox.search("津\0贴")) == 1
