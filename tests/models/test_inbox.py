"""The list of tickets: views, filters, pages, counts, search, as each role sees them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from hotline import DAY, NOW, SEAL, hire, joining, opened, verbs
from models.access import Actor
from models.db import Database, Unit
from models.desk_answer import Said
from models.inbox import VIEWS, Filter, Inbox, Page

MINUTE = timedelta(minutes=1)


def inbox(unit: Unit, actor: Actor) -> Inbox:
    return Inbox(unit, actor, SEAL.key)


def pages(database: Database, actor: Actor, wanted: Filter, limit: int = 50) -> list[Page]:
    with database.unit() as unit:
        found = [inbox(unit, actor).page(wanted, NOW, "", limit)]
        while found[-1].next:
            found.append(inbox(unit, actor).page(wanted, NOW, found[-1].next, limit))
        return found


def subjects(database: Database, actor: Actor, wanted: Filter, limit: int = 50) -> list[str]:
    return [row.ticket.subject for page in pages(database, actor, wanted, limit) for row in page.rows]


def counts(database: Database, actor: Actor) -> dict[str, int]:
    """Views that are not empty."""
    with database.unit() as unit:
        found = inbox(unit, actor).counts(NOW)
    assert list(found) == [*[name for name in VIEWS if name != "all"], "all"]
    return {name: count for name, count in found.items() if count}


def test_what_is_due_first_comes_first_and_what_has_no_time_last(database: Database) -> None:
    老王 = hire(database, "老王")
    for ago in (3, 1, 2):
        opened(database, f"{ago}分钟前", now=NOW - ago * MINUTE)
    for number in (opened(database, "答过的甲"), opened(database, "答过的乙")):
        with verbs(database) as desk:
            desk.answer(desk.hold(老王, number, "answer"), 老王, Said("好了"), now=NOW)
    expected = ["3分钟前", "2分钟前", "1分钟前", "答过的乙", "答过的甲"]
    assert subjects(database, 老王, Filter()) == expected
    for limit in (1, 2, 3, 4, 5):
        assert subjects(database, 老王, Filter(), limit) == expected, limit
    assert [len(page.rows) for page in pages(database, 老王, Filter(), 3)] == [3, 2]
    assert [len(page.rows) for page in pages(database, 老王, Filter(), 5)] == [5]


def test_those_due_at_the_same_moment_are_all_there(database: Database) -> None:
    老王 = hire(database, "老王")
    for number in range(7):
        opened(database, str(number))
    for sort in ("due", "new", "heard"):
        found = subjects(database, 老王, Filter(sort=sort), 2)
        assert sorted(found) == sorted(map(str, range(7))), sort


def test_views_and_their_counts(database: Database) -> None:
    老王, 组长 = hire(database, "老王"), hire(database, "组长", "lead")
    住建 = hire(database, "住建小赵", unit="housing")
    opened(database, "没人领")
    mine, sent, back, late = (opened(database, each) for each in ("我的", "转出去的", "退回来的", "黄牌的"))
    with verbs(database) as desk:
        desk.claim(desk.hold(老王, mine, "claim"), 老王, now=NOW)
        desk.callback(desk.hold(老王, mine, "callback"), 老王, NOW + DAY, now=NOW)
        desk.dispatch(desk.hold(老王, sent, "dispatch"), 老王, "housing", now=NOW)
        desk.dispatch(desk.hold(老王, back, "dispatch"), 老王, "housing", now=NOW)
        desk.send_back(desk.hold(住建, back, "send_back"), 住建, "不归我们管", now=NOW)
        desk.card(desk.hold(老王, late, "note"), "yellow", now=NOW)
    assert counts(database, 老王) == {
        "mine": 1, "tosign": 1, "today": 5, "yellow": 1, "callback": 1, "free": 3, "returned": 1, "all": 5,
    }  # fmt: skip
    assert subjects(database, 老王, Filter("mine")) == ["我的"]
    assert subjects(database, 老王, Filter("returned")) == ["退回来的"]
    assert counts(database, 组长)["all"] == 5
    assert counts(database, 住建) == {"tosign": 1, "today": 1, "free": 1, "all": 1}
    for view, count in counts(database, 老王).items():
        assert len(subjects(database, 老王, Filter(view))) == count, view


def test_filters(database: Database) -> None:
    老王 = hire(database, "老王")
    opened(database, "投诉的", kind="complaint", source="phone")
    number = opened(database, "咨询的", topic="housing")
    with verbs(database) as desk:
        desk.claim(desk.hold(老王, number, "claim"), 老王, now=NOW)
    assert subjects(database, 老王, Filter(kind="complaint")) == ["投诉的"]
    assert subjects(database, 老王, Filter(source="chat")) == ["咨询的"]
    assert subjects(database, 老王, Filter(topic="housing", state="open")) == ["咨询的"]
    assert subjects(database, 老王, Filter(assignee="me")) == ["咨询的"]
    assert subjects(database, 老王, Filter(assignee="none")) == ["投诉的"]
    assert subjects(database, 老王, Filter(assignee=str(老王.id), kind="complaint")) == []


def test_a_filter_goes_into_an_address_and_comes_back() -> None:
    wanted = Filter("mine", q="人才公寓", state="open", sort="new")
    assert wanted.dump() == {"view": "mine", "q": "人才公寓", "state": "open", "sort": "new"}
    assert Filter.parse(wanted.dump()) == wanted
    assert Filter.parse({"view": "没有", "sort": "drop table", "page": "2", "kind": " help "}) == Filter(kind="help")


@pytest.mark.parametrize("after", ["x", "1", "1.", ".1", "none.x", "-1.5", "1.-5", "²." + "1", "9" * 30 + ".1"])
def test_a_bad_place_is_the_beginning(database: Database, after: str) -> None:
    老王 = hire(database, "老王")
    opened(database)
    with database.unit() as unit:
        assert len(inbox(unit, 老王).page(Filter(), NOW, after).rows) == 1


def test_other_peoples_tickets_are_in_no_list_count_or_search(database: Database) -> None:
    住建, 审计 = hire(database, "住建小赵", unit="housing"), hire(database, "审计", "auditor")
    老王, 组长 = hire(database, "老王"), hire(database, "组长", "lead")
    opened(database, "津贴没到账")
    opened(database, "不想让人知道", confidential=True)
    for nobody in (住建, 审计):
        assert counts(database, nobody) == {}
        assert subjects(database, nobody, Filter()) == []
        with database.unit() as unit:
            assert inbox(unit, nobody).search("津贴") == []
    assert subjects(database, 老王, Filter()) == ["津贴没到账"]
    assert counts(database, 组长)["all"] == 2


def test_search_finds_two_characters_numbers_and_telephones(database: Database) -> None:
    老王 = hire(database, "老王")
    apartment = opened(database, "人才公寓怎么申请", contact="138 0013 8000")
    opened(database, "100%_真的")
    with verbs(database) as desk:
        desk.note(desk.hold(老王, apartment, "note"), 老王, "已联系社区核实", now=NOW)
    asked = {"人才": 1, "公寓": 1, "核实": 1, apartment: 1, apartment.lower(): 1, "13800138000": 1,
             "8000": 1, "1380": 0, "0%_真": 1, "%": 1, "_": 1, "'": 0, "没有这个": 0, "\\": 0}  # fmt: skip
    with database.unit() as unit:
        for q, count in asked.items():
            assert len(inbox(unit, 老王).search(q)) == count, q
            assert len(inbox(unit, 老王).page(Filter(q=q), NOW).rows) == count, q
        assert inbox(unit, 老王).search("  ") == []


def test_the_revision_moves_with_every_verb_and_with_nothing_else(database: Database) -> None:
    老王 = hire(database, "老王")
    number = opened(database)
    seen = []
    for _ in range(2):
        with database.unit() as unit:
            seen.append(inbox(unit, 老王).revision())
    with verbs(database) as desk:
        desk.note(desk.hold(老王, number, "note"), 老王, "看过", now=NOW)
    with database.unit() as unit:
        seen.append(inbox(unit, 老王).revision())
    assert seen[0] == seen[1] != seen[2]


def test_a_row_tells_what_is_not_read_yet(database: Database) -> None:
    老王 = hire(database, "老王")
    opened(database)
    with database.unit() as unit:
        row = inbox(unit, 老王).page(Filter(), NOW).rows[0]
        assert (row.unread, row.assignee) == (True, "")
        assert joining(unit).get(老王, row.ticket.number).detail.startswith("三月")
