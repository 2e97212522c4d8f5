"""How the program does, and the calendar: who sees and changes it."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import update

from console.conftest import Desk
from models import outbox, sending, workday

LIST = "\n".join(
    [
        "2027-01-01 休 元旦",
        "2027-02-06 至 2027-02-12 休 春节",
        "2027-05-03 休 劳动节",
        "2027-10-01 至 2027-10-07 休 国庆节",
    ]
)


def owed(desk: Desk) -> int:
    with desk.kit.db.writing() as unit:
        outbox.add(unit, "o小林", "reply", "{}", dedup="one", now=desk.kit.now())
        (row,) = outbox.rows(unit)
        unit.session.execute(update(outbox.OutboxRow).values(state="dead", reason="微信没有收下"))
    return row.id


def test_what_nobody_wants_sent_any_more_has_not_failed(desk: Desk) -> None:
    """And is not offered to be sent again: the talent would read what was taken back."""
    with desk.kit.db.writing() as unit:
        outbox.add(unit, "o小林", "reply", "{}", dedup="two", now=desk.kit.now())
        outbox.drop_all(unit, ["two"], "工作人员撤回了")
    page = desk.sits("admin").get("/system").text
    assert "不用发 1" in page
    assert "没发成 0" in page
    assert "/system/outbox/" not in page


@pytest.mark.parametrize("role", ["admin", "supervisor", "auditor"])
def test_the_system_is_shown(desk: Desk, role: str) -> None:
    owed(desk)
    page = desk.sits(role).get("/system")
    assert page.status_code == 200
    assert "微信没有收下" in page.text
    assert ("重发" in page.text) == (role != "auditor")


@pytest.mark.parametrize("role", ["agent", "lead"])
def test_agents_see_nothing_of_it(desk: Desk, role: str) -> None:
    assert desk.sits(role).get("/system").status_code == 403
    assert desk.sits(role).get("/calendar").status_code == 403


def test_what_did_not_go_is_sent_again_by_right(desk: Desk) -> None:
    number = owed(desk)
    assert desk.sits("auditor").post(f"/system/outbox/{number}/resend").status_code == 403
    assert desk.sits("admin").post(f"/system/outbox/{number}/resend").status_code == 303
    with desk.kit.db.unit() as unit:
        found = outbox.find(unit, number)
    assert found is not None
    assert found.state == "due"


def test_a_year_is_looked_at_before_it_is_brought_in(desk: Desk) -> None:
    admin = desk.sits("admin")
    given = {"text": LIST, "source": "演示通知", "do": "preview"}
    seen = admin.post("/calendar/2027", given)
    assert seen.status_code == 200
    assert "2027-02-06" in seen.text
    with desk.kit.db.unit() as unit:
        assert workday.years(unit) == []
    assert admin.post("/calendar/2027", {**given, "do": "import"}).status_code == 303
    with desk.kit.db.unit() as unit:
        assert [each.year for each in workday.years(unit)] == [2027]


def test_faults_are_told_by_line_and_nothing_is_brought_in(desk: Desk) -> None:
    wrong = desk.sits("admin").post("/calendar/2027", {"text": f"{LIST}\n乱写", "source": "通知", "do": "import"})
    assert wrong.status_code == 422
    assert "第 5 行看不懂" in wrong.text
    with desk.kit.db.unit() as unit:
        assert workday.years(unit) == []


def test_the_missing_year_is_told_from_november_on(desk: Desk) -> None:
    assert "还不知道 2027 年" in desk.sits("admin").get("/calendar").text
    assert "还不知道 2027 年" in desk.sits("supervisor").get("/system").text


def test_what_was_sent_today_is_told_by_way_and_outcome(desk: Desk) -> None:
    now = desk.kit.now()
    with desk.kit.db.writing() as unit:
        for outcome, at in (("ok", now), ("ok", now), ("45015", now), ("unsure", now - timedelta(days=2))):
            number = sending.begin(unit, 1, "o小林", part=0, way="service", now=at)
            sending.done(unit, number, outcome)
    page = re.sub(r"<[^>]+>", " ", desk.sits("admin").get("/system").text)
    assert re.search(r"客服消息\s+微信收下了\s+2\s", page)
    assert re.search(r"客服消息\s+45015 .+?\s1\s", page)
    assert "不知道到没到" not in page


def test_a_channel_that_gives_no_answer_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "连续没有回应" not in desk.sits("admin").get("/system").text
    monkeypatch.setattr(type(desk.kit.wechat), "pause", lambda _: 11.2)
    assert "连续没有回应，12 秒后再试" in desk.sits("admin").get("/system").text


def test_those_who_can_see_to_it_are_told_of_a_year_that_is_missing(desk: Desk) -> None:
    desk.clock.at = datetime(2099, 12, 1, 2, tzinfo=UTC)
    for role, told in (("lead", True), ("supervisor", True), ("agent", False)):
        assert ("还不知道 2099 年的节假日" in desk.sits(role).get("/").text) == told
    desk.clock.at = datetime(2026, 3, 2, 2, tzinfo=UTC)
    assert "还不知道" not in desk.sits("lead").get("/").text
