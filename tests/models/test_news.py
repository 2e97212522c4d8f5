"""News of the desk: what concerns somebody comes through however much else happens."""

from __future__ import annotations

from hotline import NOW, hire, joining, opened, verbs
from models.access import ROLES
from models.db import Database
from models.drafts import Drafts, called_on
from models.inbox import Inbox
from models.news import happened, latest, news, told
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


def test_what_is_read_for_all_tells_each_the_same(database: Database) -> None:
    staff = [hire(database, f"{role}-{unit}", role, unit) for role in ROLES for unit in ("hotline", "hr")]
    mate, lead = staff[1], next(each for each in staff if each.role == "supervisor")
    sent, hidden = opened(database, "津贴没到账"), opened(database, "不想让人知道", confidential=True)
    with verbs(database) as desk:
        desk.dispatch(desk.hold(lead, sent, "dispatch"), lead, "hr", now=NOW)
        desk.assign(desk.hold(lead, sent, "assign"), lead, mate.id, now=NOW)
        desk.add(desk.theirs(["o小林"], sent), "再补充一句", now=NOW)
        desk.card(desk.hold(lead, hidden, "note"), "yellow", now=NOW)
    with database.writing() as unit:
        note = joining(unit).note(joining(unit).hold(lead, sent, "note"), lead, "看一下", mentions=[mate.id], now=NOW)
        Drafts(unit).call_on(note, [mate.id], NOW)
    with database.unit() as unit:
        everything = happened(unit, 0)
        assert everything is not None
        found = {actor: told(everything, actor) for actor in staff}
        assert found == {actor: news(unit, actor, 0) for actor in staff}
        assert [each.sort for each in found[mate]][1:] == ["new", "assigned", "heard", "mention"]
        assert called_on(unit) == {mate.id}


def test_who_has_missed_very_much_asks_for_their_own(database: Database) -> None:
    lead, number = hire(database, "组长", "supervisor"), opened(database)
    with verbs(database) as desk:
        ticket = desk.hold(lead, number, "note")
        for each in range(100):
            desk.note(ticket, lead, f"第 {each} 条", mentions=[], now=NOW)
    with database.unit() as unit:
        assert happened(unit, 0) is None
        assert happened(unit, latest(unit)) is not None
