"""Who may look up whom, and that looking behind the mask is on record."""

from __future__ import annotations

from console.conftest import Desk
from models import audit_trail
from models.audit_trail import Wanted

OPENID = "oXiaoLin000042"


def test_somebody_is_found_by_telephone_and_shown_short(desk: Desk) -> None:
    desk.ticket("津贴没到账", openid=OPENID, contact="138 0000 0001")
    agent = desk.sits("agent")
    found = agent.get("/people?q=13800000001").text
    assert "oXia…0042" in found
    assert "没有查到" in agent.get("/people?q=13900000009").text
    page = agent.get(f"/people/{OPENID}").text
    assert "津贴没到账" in page
    assert "13800000001" not in page


def test_a_unit_sees_only_people_of_its_tickets(desk: Desk) -> None:
    desk.ticket("津贴没到账", openid=OPENID)
    stranger = desk.sits("agent", "hr")
    assert "没有查到" in stranger.get("/people").text
    assert stranger.get(f"/people/{OPENID}").status_code == 404
    assert stranger.post(f"/people/{OPENID}/reveal").status_code == 404


def test_admins_and_auditors_see_nobody(desk: Desk) -> None:
    desk.ticket(openid=OPENID)
    for role in ("admin", "auditor"):
        assert desk.sits(role).get("/people").status_code == 403


def test_each_look_at_the_whole_openid_is_on_record(desk: Desk) -> None:
    desk.ticket(openid=OPENID)
    agent = desk.sits("agent")
    assert OPENID in agent.post(f"/people/{OPENID}/reveal").text
    with desk.kit.db.unit() as unit:
        (row,) = audit_trail.rows(unit, Wanted(agent.actor.key, "reveal", f"person:{OPENID}", None), limit=10)
    assert "openid" in row.detail
